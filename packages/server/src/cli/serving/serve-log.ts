import { hostname } from 'node:os'
import type { Log } from '../../http/telemetry/log-levels.ts'
import { say } from '../output/streams.ts'

/** What `serve` writes to stderr while it runs, all of it in one form: lines for people, or JSON. */
export interface ServeLog {
  /** Takes the lines of the HTTP server, which are JSON. */
  readonly stream: Log['stream']
  /** Writes a message of `serve` itself. */
  say(this: void, text: string): void
  warn(this: void, text: string): void
  fail(this: void, text: string): void
}

/** The numbers of the HTTP server's log, and their names for people. */
const LEVELS: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

export function serveLog(asJson: boolean): ServeLog {
  return asJson ? jsonLog() : plainLog()
}

function jsonLog(): ServeLog {
  const about = { pid: process.pid, hostname: hostname() }
  const write = (level: number) => (msg: string) => {
    const line = JSON.stringify({ level, time: Date.now(), ...about, msg })
    process.stderr.write(`${line}\n`)
  }
  return { stream: process.stderr, say: write(30), warn: write(40), fail: write(60) }
}

function plainLog(): ServeLog {
  const stream = { write: (line: string) => say(forPeople(line)) }
  return { stream, say, warn: (text) => say(`warning: ${text}`), fail: say }
}

interface Logged {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly err?: { readonly stack?: string }
  readonly [other: string]: unknown
}

/** Has its own place in the line, or says what its reader knows: this process, on this machine. */
const NO_FACTS: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'err', 'pid', 'hostname'])

/** One line, and below it the stack of the error. */
function forPeople(line: string): string {
  const logged = JSON.parse(line) as Logged
  const { level, time, msg, err } = logged
  const facts = Object.entries(logged)
    .filter(([name]) => !NO_FACTS.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const words = [new Date(time).toISOString(), LEVELS[level] ?? String(level), msg, ...facts]
  return [words.join(' '), ...(err?.stack === undefined ? [] : [err.stack])].join('\n')
}

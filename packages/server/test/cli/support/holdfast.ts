import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { after } from 'node:test'
import { main } from '../../../src/main.ts'

const BIN = resolve(import.meta.dirname, '../../../bin/holdfast.js')

/** A hundred starts are three times as fast where what was compiled is kept. */
const COMPILED = join(tmpdir(), 'holdfast-tests-compiled')

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Running = ChildProcessByStdio<null, Readable, Readable>

/** Starts the real command line in a process of its own. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  return spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, HOLDFAST_DB: undefined, ...env },
  })
}

/** Ends what runs, and waits until it has: before that a file that it wrote is locked to whoever comes next. */
export async function stop(child: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

export async function finished(child: Running): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((settle) =>
    child.on('close', (...end) => settle(end)),
  )
  return { code, signal, stdout, stderr }
}

interface Written {
  stdout: string
  stderr: string
}

const writing = new AsyncLocalStorage<Written>()

for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name]
  const write = stream.write.bind(stream)
  stream.write = (...args: unknown[]) => {
    const written = writing.getStore()
    if (written === undefined || typeof args[0] !== 'string')
      return write(...(args as Parameters<typeof write>))
    written[name] += args[0]
    return true
  }
}
delete process.env['HOLDFAST_DB']

/**
 * Runs the command line to its end in this process, several at once if wanted: a process for each takes
 * half a second of processor time. What depends on the process (streams that are read slowly, signals,
 * the lock on a file) is for `start`.
 */
export async function holdfast(...args: string[]): Promise<Finished> {
  const written: Written = { stdout: '', stderr: '' }
  const code = await writing.run(written, () => main(args))
  return { code, signal: null, ...written }
}

/** The same, with --json: its stdout parsed, line by line. */
export async function holdfastJson<T>(...args: string[]): Promise<T[]> {
  const { stdout } = await holdfast(...args, '--json')
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

/** A folder that is removed after the file's tests. */
export function folder(): (name: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return (name) => join(path, name)
}

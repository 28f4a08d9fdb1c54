import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { closedLoop, type LoopReport } from './http-client.ts'
import type { Bench } from './line.ts'
import { percentile, rowOf, spread, type Goal, type Row } from './table.ts'

export type Kind = 'inventory' | 'echo' | 'bare' | 'fastify'

interface Figures extends LoopReport {
  /** Processor time of the server, all threads, for one command. */
  readonly cpuUs: number
}

/** The service and those it is compared with, measured in turn. */
export class HttpServers {
  readonly #bench: Bench
  readonly #servers: ReadonlyMap<Kind, HttpServer>

  private constructor(bench: Bench, servers: ReadonlyMap<Kind, HttpServer>) {
    this.#bench = bench
    this.#servers = servers
  }

  static async open(bench: Bench, kinds: readonly Kind[]): Promise<HttpServers> {
    const servers = new Map<Kind, HttpServer>()
    for (const kind of kinds)
      servers.set(kind, await HttpServer.open(kind, join(bench.folder, `${kind}.db`)))
    return new HttpServers(bench, servers)
  }

  /** After one round each that does not count. `size` commands go in one request. */
  async measure(
    next: () => Buffer,
    connections: number,
    size = 1,
  ): Promise<ReadonlyMap<Kind, readonly Figures[]>> {
    const all = new Map([...this.#servers.keys()].map((kind) => [kind, [] as Figures[]]))
    const forMs = this.#bench.operations(3000)
    for (let round = -1; round < this.#bench.rounds; round++) {
      for (const [kind, served] of this.#servers) {
        globalThis.gc?.()
        const before = served.cpuUs()
        const report = await closedLoop({ url: served.url, connections, forMs, next })
        if (report.refused > 0) throw new Error(`${report.refused} requests were refused`)
        const cpuUs = (served.cpuUs() - before) / (report.sortedMs.length * size)
        if (round >= 0) all.get(kind)!.push({ ...report, cpuUs })
      }
    }
    return all
  }

  async close(): Promise<void> {
    for (const served of this.#servers.values()) await served.close()
  }
}

/** Commands a second of the service compared with another; `size` go in one request. */
export function speedRow(
  title: string,
  ours: readonly Figures[],
  bare: readonly Figures[],
  goal: Goal | null = null,
  size = 1,
): Row {
  const speed = ({ perSecond }: Figures): number => perSecond * size
  return rowOf({
    title,
    unit: 'commands/s',
    ours: ours.map(speed),
    bare: bare.map(speed),
    goal,
    notes: [
      `server CPU ${cpu(ours)} a command, against ${cpu(bare)}; p50 ${spread(ours.map(wait(0.5))).median.toFixed(1)} ms`,
    ],
  })
}

/** Latency of a request to the service compared with another. */
export function waitRow(
  title: string,
  ours: readonly Figures[],
  bare: readonly Figures[],
  share: number,
): Row {
  return rowOf({ title, unit: 'ms', ours: ours.map(wait(share)), bare: bare.map(wait(share)) })
}

function cpu(side: readonly Figures[]): string {
  return `${spread(side.map(({ cpuUs }) => cpuUs)).median.toFixed(1)} µs`
}

function wait(share: number): (figures: Figures) => number {
  return ({ sortedMs }) => percentile(sortedMs, share)
}

/** A server in a separate process. */
class HttpServer {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  static async open(kind: Kind, path: string): Promise<HttpServer> {
    const execArgv = process.execArgv.filter((arg) => arg !== '--expose-gc')
    const child = fork(join(import.meta.dirname, '../against/http-server.ts'), [kind, path], {
      execArgv,
    })
    const [url] = (await once(child, 'message')) as [string]
    return new HttpServer(child, url)
  }

  /** Processor time of all its threads so far, in µs; 0 if the system does not report it. */
  cpuUs(): number {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
      return (Number(user) + Number(system)) * 10_000
    } catch {
      return 0
    }
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}

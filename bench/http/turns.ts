import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { ratios } from '../compare.ts'
import { percentile, spread, type Goal, type Row } from '../row.ts'
import { closedLoop, type LoopReport } from './closed-loop.ts'
import { Served, type Kind } from './served.ts'

interface Figures extends LoopReport {
  /** Processor time of the server, all its threads, for one command. */
  readonly cpuUs: number
}

/** The service and those that it is held against, asked in turn. */
export class Turns {
  readonly #bench: Bench
  readonly #servers: ReadonlyMap<Kind, Served>

  private constructor(bench: Bench, servers: ReadonlyMap<Kind, Served>) {
    this.#bench = bench
    this.#servers = servers
  }

  static async open(bench: Bench, kinds: readonly Kind[]): Promise<Turns> {
    const servers = new Map<Kind, Served>()
    for (const kind of kinds)
      servers.set(kind, await Served.open(kind, join(bench.folder, `${kind}.db`)))
    return new Turns(bench, servers)
  }

  /** A round each before the ones that count. `size` commands go in one request. */
  async take(
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

/** Commands a second of the service against those of another. */
export function speedRow(
  title: string,
  ours: readonly Figures[],
  bare: readonly Figures[],
  size: number,
  goal: Goal | null,
): Row {
  const [above, below] = [ours, bare].map((side) => side.map(({ perSecond }) => perSecond * size))
  return {
    title,
    unit: 'commands/s',
    ours: spread(above!),
    bare: spread(below!),
    ratio: ratios(above!, below!),
    goal,
    notes: [`server CPU ${cpu(ours)} a command, against ${cpu(bare)}; p50 ${wait(ours, 0.5)}`],
  }
}

/** How long a request waits, of the service and of another. */
export function waitRow(
  title: string,
  ours: readonly Figures[],
  bare: readonly Figures[],
  share: number,
): Row {
  const at = (side: readonly Figures[]): number[] =>
    side.map(({ sortedMs }) => percentile(sortedMs, share))
  const [above, below] = [at(ours), at(bare)]
  const ratio = ratios(above, below)
  return {
    title,
    unit: 'ms',
    ours: spread(above),
    bare: spread(below),
    ratio,
    goal: null,
    notes: [],
  }
}

function cpu(side: readonly Figures[]): string {
  return `${spread(side.map(({ cpuUs }) => cpuUs)).median.toFixed(1)} µs`
}

function wait(side: readonly Figures[], share: number): string {
  const ms = spread(side.map(({ sortedMs }) => percentile(sortedMs, share))).median
  return `${ms.toFixed(1)} ms`
}

import { percentile, spread } from './table.ts'

type Call = (index: number) => Promise<unknown>

/** The result of a round of calls: how many a second, and the time of each in ms, sorted. */
export interface Calls {
  readonly perSecond: number
  readonly sortedMs: Float64Array
}

/** Operations per second, if `work` does `count` of them. */
export async function timed(count: number, work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (count * 1000) / (performance.now() - start)
}

/** `callers` concurrent callers, each waiting for its answer before the next call, until `total` calls are done. */
export function inFlight(callers: number, total: number, call: Call): Promise<number> {
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < total) await call(next++)
  }
  return timed(total, () => Promise.all(Array.from({ length: callers }, caller)))
}

export async function timedInFlight(callers: number, total: number, call: Call): Promise<Calls> {
  const sortedMs = new Float64Array(total)
  const perSecond = await inFlight(callers, total, async (index) => {
    const start = performance.now()
    await call(index)
    sortedMs[index] = performance.now() - start
  })
  sortedMs.sort()
  return { perSecond, sortedMs }
}

/** One side of a comparison, which records how long its calls took. */
export class LatencyRecorder {
  readonly #calls: () => Promise<Calls>
  readonly #p50: number[] = []
  readonly #p99: number[] = []

  /** `calls` makes the calls of one round. */
  constructor(calls: () => Promise<Calls>) {
    this.#calls = calls
  }

  readonly round = async (): Promise<number> => {
    const { perSecond, sortedMs } = await this.#calls()
    this.#p50.push(percentile(sortedMs, 0.5))
    this.#p99.push(percentile(sortedMs, 0.99))
    return perSecond
  }

  get latency(): string {
    const [p50, p99] = [spread(this.#p50).median, spread(this.#p99).median]
    return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  }
}

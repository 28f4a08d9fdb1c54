import type { Reserved } from './reserving.ts'
import { percentile, spread } from './row.ts'

/** Remembers how long each of its calls took. */
export class Way {
  readonly #reserve: () => Promise<Reserved>
  readonly #p50: number[] = []
  readonly #p99: number[] = []

  constructor(reserve: () => Promise<Reserved>) {
    this.#reserve = reserve
  }

  readonly round = async (): Promise<number> => {
    const { perSecond, sortedMs } = await this.#reserve()
    this.#p50.push(percentile(sortedMs, 0.5))
    this.#p99.push(percentile(sortedMs, 0.99))
    return perSecond
  }

  get latency(): string {
    const [p50, p99] = [spread(this.#p50).median, spread(this.#p99).median]
    return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  }
}

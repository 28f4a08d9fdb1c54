import type { CachedState } from '../cache/cached-state.ts'

/**
 * The time from one reading of the store's state to the next. Batches are decided on a state that runs ahead of the
 * disk by the commits in flight. If one of those fails, the epoch has failed, and everything decided on it is dropped.
 */
export class Epoch {
  readonly state: CachedState
  /** Commits in order; each settles once its callers are answered. */
  #inFlight: Promise<unknown>[] = []
  /** Commands in flight. */
  weight = 0
  hasFailed = false

  constructor(state: CachedState) {
    this.state = state
  }

  get inFlight(): number {
    return this.#inFlight.length
  }

  get oldest(): Promise<unknown> | undefined {
    return this.#inFlight[0]
  }

  get newest(): Promise<unknown> | undefined {
    return this.#inFlight.at(-1)
  }

  /** Adds a commit that is in flight until `durable` resolves; then its callers are answered. */
  add<T>(weight: number, durable: Promise<T>, answer: (value: T) => unknown): Promise<T> {
    this.weight += weight
    const settled = durable.then(async (value) => {
      this.weight -= weight
      this.#inFlight = this.#inFlight.filter((one) => one !== settled)
      await answer(value)
      return value
    })
    this.#inFlight.push(settled)
    return settled
  }

  /** Resolves when nothing is in flight. */
  async drain(): Promise<void> {
    while (this.#inFlight.length > 0) await this.#inFlight[0]
  }
}

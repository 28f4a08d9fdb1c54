const SECONDS = 60

/** Counts events in each of the last sixty whole seconds. */
export class LastMinute {
  readonly #counts: number[] = Array.from({ length: SECONDS + 1 }, () => 0)
  #second: number

  constructor(nowMs: number = Date.now()) {
    this.#second = Math.floor(nowMs / 1000)
  }

  add(nowMs: number = Date.now()): void {
    this.#turnTo(nowMs)
    this.#counts[this.#second % this.#counts.length]!++
  }

  /** Oldest first, without the current second. */
  perSecond(nowMs: number = Date.now()): number[] {
    this.#turnTo(nowMs)
    const { length } = this.#counts
    return Array.from(
      { length: SECONDS },
      (_, index) => this.#counts[(this.#second + 1 + index) % length]!,
    )
  }

  /** Clears the counters of passed seconds. If the clock was set back, waits until it catches up. */
  #turnTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const { length } = this.#counts
    if (second - this.#second > length) this.#second = second - length
    while (this.#second < second) this.#counts[++this.#second % length] = 0
  }
}

const SECONDS = 60

/** How many of something happened in each of the last sixty whole seconds. */
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

  /** The oldest first; the second that is not over yet is left out. */
  perSecond(nowMs: number = Date.now()): number[] {
    this.#turnTo(nowMs)
    const { length } = this.#counts
    return Array.from(
      { length: SECONDS },
      (_, index) => this.#counts[(this.#second + 1 + index) % length]!,
    )
  }

  /** Empties what a second is counted in when its turn comes again; a clock set back is waited for. */
  #turnTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const { length } = this.#counts
    if (second - this.#second > length) this.#second = second - length
    while (this.#second < second) this.#counts[++this.#second % length] = 0
  }
}

/** Time for all statements of a commit together. */
export class TimeBudget {
  readonly #ms: number
  readonly #cut: () => void
  #timer: NodeJS.Timeout | null = null
  #isStopped = false
  /** Whether there is no time left: what ran then was ended. */
  isOver = false

  constructor(ms: number, cut: () => void) {
    this.#ms = ms
    this.#cut = cut
  }

  readonly start = (): void => {
    if (this.#isStopped || this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#cut()
    }, this.#ms)
  }

  readonly stop = (): void => {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

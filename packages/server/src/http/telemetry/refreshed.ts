/**
 * Work that runs on demand, at most every `staleMs`, in the background: if it takes longer than a caller waits, the
 * caller goes on with the last result.
 */
export class Refreshed {
  readonly #work: () => Promise<void>
  readonly #staleMs: number
  #doneAt = -Infinity
  #underWay: Promise<void> | null = null

  constructor(staleMs: number, work: () => Promise<void>) {
    this.#staleMs = staleMs
    this.#work = work
  }

  async refresh(waitMs: number): Promise<void> {
    if (performance.now() - this.#doneAt < this.#staleMs) return
    this.#underWay ??= this.#work()
      .then(() => void (this.#doneAt = performance.now()))
      .catch(() => undefined)
      .finally(() => (this.#underWay = null))
    const timer = new Promise<void>((resolve) => setTimeout(resolve, waitMs).unref())
    await Promise.race([this.#underWay, timer])
  }
}

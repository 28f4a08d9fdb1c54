/** Lets many callers wait for the same event: the trail has grown, or they should stop. */
export class Notifier {
  #waiting = new Set<() => void>()
  #times = 0

  /** How often it has notified: to be taken before a look at what one would wait for. */
  get times(): number {
    return this.#times
  }

  notify(): void {
    this.#times++
    for (const resolve of this.#waiting) resolve()
  }

  /**
   * Resolves at the first notification after `times` of them, after `ms`, or when the signal aborts; never rejects. It
   * does not keep the process alive.
   */
  wait(times: number, ms: number, signal?: AbortSignal): Promise<void> {
    if (times < this.#times) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms).unref()
      this.#waiting.add(done)
      signal?.addEventListener('abort', done)
      if (signal?.aborted === true) done()
    })
  }
}

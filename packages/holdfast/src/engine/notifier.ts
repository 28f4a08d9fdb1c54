/** Lets many callers wait for the same event: the trail has grown, or they should stop. */
export class Notifier {
  #waiting = new Set<() => void>()

  notify(): void {
    for (const resolve of this.#waiting) resolve()
  }

  /** Resolves at the next notification, after `ms`, or when the signal aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#waiting.add(done)
      signal?.addEventListener('abort', done)
      if (signal?.aborted === true) done()
    })
  }
}

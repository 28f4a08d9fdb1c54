import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** How long closing waits for a `work`. */
const WORK_MS = 10_000

interface Work {
  /** Resolves when closing need not wait for it any more. */
  readonly over: PromiseWithResolvers<void>
  /** The one within which it was begun. */
  readonly around: Work | undefined
}

/** Each `work` of an `inTransaction` that has not ended. Closing waits for them, but not for ever, and never for those that ask for it. */
export class Works {
  readonly #running = new Set<Work>()
  /** In the asynchronous context of a `work`: that one. */
  readonly #within = new AsyncLocalStorage<Work>()

  begin(): Work {
    const work: Work = { over: Promise.withResolvers(), around: this.#within.getStore() }
    this.#running.add(work)
    return work
  }

  run<T>(work: Work, run: () => T): T {
    return this.#within.run(work, run)
  }

  end(work: Work): void {
    this.#running.delete(work)
    work.over.resolve()
  }

  /** Closing does not wait for the one within which it is asked for, if it is, and for those around that one. */
  leaveOut(): void {
    for (let work = this.#within.getStore(); work !== undefined; work = work.around) this.end(work)
  }

  /** Waits for all of them; how many were still at work after `WORK_MS`. */
  async ended(): Promise<number> {
    const inTime = new AbortController()
    const late = pause(WORK_MS, undefined, { signal: inTime.signal }).catch(() => undefined)
    const all = [...this.#running]
    await Promise.race([Promise.all(all.map(async ({ over }) => over.promise)), late])
    inTime.abort()
    const left = [...this.#running]
    for (const work of left) this.end(work)
    return left.length
  }
}

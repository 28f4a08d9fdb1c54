import { refusedShare } from './refused-share.ts'
import type { Shares } from './shares.ts'

interface Waiting {
  readonly amount: number
  readonly go: () => void
}

/**
 * A queue for a bounded resource. Whoever finds none left, or has used up its share, waits until some is given back.
 * Callers are served in turn, however many requests one has in the queue.
 */
export class WaitingLine {
  readonly #shares: Shares
  readonly #what: string
  /** In order of turns: a caller who was served goes to the end. */
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(shares: Shares, what: string) {
    this.#shares = shares
    this.#what = what
  }

  /**
   * Resolves when the caller has the amount, and must give it back.
   * @param mostMs how long to wait; null for no limit
   * @throws HttpProblem BUSY, RATE_LIMITED after `mostMs`
   * @throws the signal's reason if it aborts first
   */
  async take(
    caller: string,
    amount: number,
    signal: AbortSignal,
    mostMs: number | null,
  ): Promise<void> {
    signal.throwIfAborted()
    const own = this.#waiting.get(caller)
    // Nobody is overtaken: what is given back goes at once to those who wait.
    if (own === undefined && this.#shares.take(caller, amount) === 'taken') return
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }
      const giveUp = (reason: Error): void => {
        leave()
        this.#remove(caller, waiting)
        reject(reason)
      }
      const go = (): void => {
        leave()
        resolve()
      }
      const waiting: Waiting = { amount, go }
      const refuse = (): void => {
        const isOwn = this.#shares.isUsedUpBy(caller, amount)
        giveUp(refusedShare(isOwn ? 'share used up' : 'none left', this.#what))
      }
      const timer = mostMs === null ? undefined : setTimeout(refuse, mostMs)
      const onAbort = (): void => giveUp(signal.reason as Error)
      signal.addEventListener('abort', onAbort)
      if (own === undefined) this.#waiting.set(caller, [waiting])
      else own.push(waiting)
    })
  }

  /** As of the shares. */
  owe(caller: string, amount: number): void {
    this.#shares.owe(caller, amount)
  }

  give(caller: string, amount: number): void {
    this.#shares.give(caller, amount)
    this.#serve()
  }

  #serve(): void {
    for (let anyWent = this.#waiting.size > 0; anyWent;) {
      anyWent = false
      for (const [next, line] of [...this.#waiting]) {
        const [first] = line
        if (this.#shares.take(next, first!.amount) !== 'taken') continue
        anyWent = true
        this.#waiting.delete(next)
        if (line.length > 1) this.#waiting.set(next, line)
        line.shift()
        first!.go()
      }
    }
  }

  #remove(caller: string, waiting: Waiting): void {
    const line = this.#waiting.get(caller)!
    line.splice(line.indexOf(waiting), 1)
    if (line.length === 0) this.#waiting.delete(caller)
    // It may have wanted more than those behind it.
    this.#serve()
  }
}

import { refusedShare } from './refused-share.ts'
import type { Shares } from './shares.ts'

interface Waiting {
  readonly amount: number
  readonly go: () => void
}

/**
 * A line before something there is only so much of: who finds none left, or has used up the own share,
 * waits for what the others give back. Callers take turns, however many places in the line one has.
 */
export class WaitingLine {
  readonly #shares: Shares
  readonly #what: string
  /** Who had a turn goes to the end. */
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(shares: Shares, what: string) {
    this.#shares = shares
    this.#what = what
  }

  /**
   * Resolves when the amount is the caller's, who has to give it back.
   * @param mostMs how long to wait at most; null for as long as it takes
   * @throws HttpProblem BUSY, RATE_LIMITED after `mostMs`
   * @throws the signal's reason when it aborts before
   */
  async take(
    caller: string,
    amount: number,
    signal: AbortSignal,
    mostMs: number | null,
  ): Promise<void> {
    signal.throwIfAborted()
    const own = this.#waiting.get(caller)
    // Nobody is passed: whatever is given back goes to those who wait for it at once.
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

  give(caller: string, amount: number): void {
    this.#shares.give(caller, amount)
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
  }
}

/** Who takes from a share by this name is the only caller there is: it has no bound of its own. */
export const ALONE = 'local'

export type Taken = 'taken' | 'none left' | 'share used up'

/**
 * Something there is only so much of, of which no caller may have more than a share: places among
 * requests and streams, bytes of memory. What was taken has to be given back.
 */
export class Shares {
  readonly #most: number
  readonly #mostEach: number
  readonly #byCaller = new Map<string, number>()
  #taken = 0

  constructor(most: number, mostEach: number) {
    this.#most = most
    this.#mostEach = Math.min(most, mostEach)
  }

  get taken(): number {
    return this.#taken
  }

  /** Would this much more be beyond the caller's own share? */
  isUsedUpBy(caller: string, amount: number): boolean {
    const own = this.#byCaller.get(caller) ?? 0
    return caller !== ALONE && own + amount > this.#mostEach
  }

  take(caller: string, amount = 1): Taken {
    if (this.isUsedUpBy(caller, amount)) return 'share used up'
    if (this.#taken + amount > this.#most) return 'none left'
    this.#taken += amount
    this.#byCaller.set(caller, (this.#byCaller.get(caller) ?? 0) + amount)
    return 'taken'
  }

  give(caller: string, amount = 1): void {
    const left = this.#byCaller.get(caller)! - amount
    this.#taken -= amount
    // Callers come and go: those who hold nothing are not remembered.
    if (left === 0) this.#byCaller.delete(caller)
    else this.#byCaller.set(caller, left)
  }
}

/** The name of the only caller if no token is needed: it may take everything. */
export const ALONE = 'local'

export type Taken = 'taken' | 'none left' | 'share used up'

/**
 * A bounded resource of which no caller may take more than a share: requests, streams, bytes of memory. What is taken
 * must be given back.
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

  /** Whether this much more would exceed the caller's share. */
  isUsedUpBy(caller: string, amount: number): boolean {
    const own = this.#byCaller.get(caller) ?? 0
    return caller !== ALONE && own + amount > this.#mostEach
  }

  take(caller: string, amount = 1): Taken {
    if (this.isUsedUpBy(caller, amount)) return 'share used up'
    if (this.#taken + amount > this.#most) return 'none left'
    this.owe(caller, amount)
    return 'taken'
  }

  /** Takes more than may be left: it is in use already. */
  owe(caller: string, amount: number): void {
    this.#taken += amount
    this.#byCaller.set(caller, (this.#byCaller.get(caller) ?? 0) + amount)
  }

  give(caller: string, amount = 1): void {
    const left = this.#byCaller.get(caller)! - amount
    this.#taken -= amount
    // Callers who hold nothing are forgotten.
    if (left === 0) this.#byCaller.delete(caller)
    else this.#byCaller.set(caller, left)
  }
}

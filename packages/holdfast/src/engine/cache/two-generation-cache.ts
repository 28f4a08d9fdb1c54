/**
 * A bounded cache of two generations. A used record moves to the young one. If `rotate` finds the young one full, it
 * drops the old one and starts a new one. It runs only between batches, so that no record disappears during a command.
 */
export class TwoGenerationCache<V> {
  readonly #limit: number
  #young = new Map<string, V | null>()
  #old = new Map<string, V | null>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Records in both generations count twice. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): V | null | undefined {
    const young = this.#young.get(key)
    if (young !== undefined || this.#old.size === 0) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.#young.set(key, old)
    return old
  }

  set(key: string, value: V | null): void {
    this.#young.set(key, value)
  }

  rotate(): void {
    if (this.#young.size < this.#limit) return
    this.#old = this.#young
    this.#young = new Map()
  }

  *[Symbol.iterator](): Generator<[string, V | null]> {
    yield* this.#young
    for (const entry of this.#old) if (!this.#young.has(entry[0])) yield entry
  }
}

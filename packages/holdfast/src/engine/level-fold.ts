/** Counts of a level after one of its entries. */
export interface FoldedLevel {
  readonly seq: number
  readonly available: number
  readonly held: number
  readonly allocated: number
}

const FIELDS = 4

/** The fold of the trail: the counts of every level by its key, 32 bytes each. */
export class LevelFold {
  #values = new Float64Array(FIELDS * 1024)
  #size = 0

  /** Levels that have an entry. */
  get size(): number {
    return this.#size
  }

  get(key: number): FoldedLevel {
    const at = key * FIELDS
    if (at + FIELDS > this.#values.length) return { seq: 0, available: 0, held: 0, allocated: 0 }
    const [seq, available, held, allocated] = this.#values.subarray(at, at + FIELDS)
    return { seq: seq!, available: available!, held: held!, allocated: allocated! }
  }

  set(key: number, seq: number, counts: Omit<FoldedLevel, 'seq'>): void {
    const at = key * FIELDS
    if (at + FIELDS > this.#values.length) this.#grow(at + FIELDS)
    if (this.#values[at] === 0) this.#size++
    this.#values.set([seq, counts.available, counts.held, counts.allocated], at)
  }

  #grow(least: number): void {
    const bigger = new Float64Array(Math.max(least, this.#values.length * 2))
    bigger.set(this.#values)
    this.#values = bigger
  }
}

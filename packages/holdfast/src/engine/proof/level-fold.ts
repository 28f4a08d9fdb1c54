/** Counts of a level after one of its entries. */
export interface FoldedLevel {
  /** 0 for a level without an entry. */
  seq: number
  available: number
  held: number
  allocated: number
  unsellable: number
}

const FIELDS = 5

/** The levels folded from the log: the counts of each by its key, 40 bytes a level. */
export class LevelFold {
  #values = new Float64Array(FIELDS * 1024)
  #size = 0
  /** Reused, to save one object per entry. */
  readonly #found: FoldedLevel = { seq: 0, available: 0, held: 0, allocated: 0, unsellable: 0 }

  /** The number of levels with an entry. */
  get size(): number {
    return this.#size
  }

  /** Valid until the next call. */
  get(key: number): FoldedLevel {
    const at = key * FIELDS
    const values = this.#values
    const found = this.#found
    const isIn = at + FIELDS <= values.length
    found.seq = isIn ? values[at]! : 0
    found.available = isIn ? values[at + 1]! : 0
    found.held = isIn ? values[at + 2]! : 0
    found.allocated = isIn ? values[at + 3]! : 0
    found.unsellable = isIn ? values[at + 4]! : 0
    return found
  }

  set(
    key: number,
    seq: number,
    available: number,
    held: number,
    allocated: number,
    unsellable: number,
  ): void {
    const at = key * FIELDS
    if (at + FIELDS > this.#values.length) this.#grow(at + FIELDS)
    const values = this.#values
    if (values[at] === 0) this.#size++
    values[at] = seq
    values[at + 1] = available
    values[at + 2] = held
    values[at + 3] = allocated
    values[at + 4] = unsellable
  }

  #grow(least: number): void {
    const bigger = new Float64Array(Math.max(least, this.#values.length * 2))
    bigger.set(this.#values)
    this.#values = bigger
  }
}

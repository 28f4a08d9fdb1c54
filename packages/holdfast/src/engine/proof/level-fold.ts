/** Counts of a level after one of its entries. */
export interface FoldedLevel {
  /** 0 for a level without an entry. */
  readonly seq: number
  readonly available: number
  readonly held: number
  readonly allocated: number
  readonly unsellable: number
}

/** Where each number of a level is kept. */
const AT = { seq: 0, available: 1, held: 2, allocated: 3, unsellable: 4 } as const
const FIELDS = 5

const NONE: FoldedLevel = { seq: 0, available: 0, held: 0, allocated: 0, unsellable: 0 }

/** The levels folded from the log: the counts of each by its key, 40 bytes a level. */
export class LevelFold {
  #values = new Float64Array(FIELDS * 1024)
  #size = 0

  /** The number of levels with an entry. */
  get size(): number {
    return this.#size
  }

  get(key: number): FoldedLevel {
    const values = this.#values
    const at = key * FIELDS
    if (at >= values.length) return NONE
    return {
      seq: values[at + AT.seq]!,
      available: values[at + AT.available]!,
      held: values[at + AT.held]!,
      allocated: values[at + AT.allocated]!,
      unsellable: values[at + AT.unsellable]!,
    }
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
    if (values[at + AT.seq] === 0) this.#size++
    values[at + AT.seq] = seq
    values[at + AT.available] = available
    values[at + AT.held] = held
    values[at + AT.allocated] = allocated
    values[at + AT.unsellable] = unsellable
  }

  #grow(least: number): void {
    const bigger = new Float64Array(Math.max(least, this.#values.length * 2))
    bigger.set(this.#values)
    this.#values = bigger
  }
}

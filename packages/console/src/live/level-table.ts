import type { LevelCounts } from 'holdfast'

const FIRST_ROWS = 1024

type Counts = Pick<LevelCounts, 'available' | 'held' | 'allocated' | 'unsellable'>

/**
 * Every level, by product and warehouse, in flat arrays: a hundred thousand products take a few megabytes, and a change
 * takes a few stores. A level's index is `row * width + column`.
 */
export class LevelTable {
  readonly warehouses: readonly string[]
  /** Product ids by row, in order of arrival. */
  readonly products: string[] = []
  readonly width: number
  available: Float64Array
  held: Float64Array
  allocated: Float64Array
  unsellable: Float64Array
  /** The most on hand so far. */
  most: Float64Array
  /** The entry that a level includes; −1 if there is no such level. */
  seq: Float64Array
  /** Units of expired holds that no entry records yet. */
  readonly due = new Map<number, number>()
  readonly #rows = new Map<string, number>()
  readonly #columns: ReadonlyMap<string, number>

  constructor(warehouses: readonly string[]) {
    this.warehouses = warehouses
    this.width = warehouses.length
    this.#columns = new Map(warehouses.map((id, index) => [id, index]))
    const size = FIRST_ROWS * this.width
    this.available = new Float64Array(size)
    this.held = new Float64Array(size)
    this.allocated = new Float64Array(size)
    this.unsellable = new Float64Array(size)
    this.most = new Float64Array(size)
    this.seq = new Float64Array(size).fill(-1)
  }

  /** The index of a level, which is created if necessary; undefined for an unknown warehouse. */
  place(productId: string, warehouseId: string): number | undefined {
    const column = this.#columns.get(warehouseId)
    if (column === undefined) return undefined
    let row = this.#rows.get(productId)
    if (row === undefined) {
      row = this.products.length
      this.products.push(productId)
      this.#rows.set(productId, row)
      if ((row + 1) * this.width > this.seq.length) this.#grow()
    }
    return row * this.width + column
  }

  row(productId: string): number | undefined {
    return this.#rows.get(productId)
  }

  exists(place: number): boolean {
    return this.seq[place]! >= 0
  }

  /** Stores newer counts. Returns whether they were newer. */
  put(place: number, counts: Counts, seq: number): boolean {
    if (seq <= this.seq[place]!) return false
    this.available[place] = counts.available
    this.held[place] = counts.held
    this.allocated[place] = counts.allocated
    this.unsellable[place] = counts.unsellable
    this.most[place] = Math.max(this.most[place]!, this.onHandAt(place))
    this.seq[place] = seq
    return true
  }

  /** Available units now. */
  availableAt(place: number): number {
    return this.available[place]! + (this.due.get(place) ?? 0)
  }

  /** Available + held, the basis of reorders. An expiry does not change it. */
  positionAt(place: number): number {
    return this.available[place]! + this.held[place]!
  }

  /** Held and sold units still in the building. */
  reservedAt(place: number): number {
    return this.held[place]! + this.allocated[place]! - (this.due.get(place) ?? 0)
  }

  onHandAt(place: number): number {
    return (
      this.available[place]! + this.held[place]! + this.allocated[place]! + this.unsellable[place]!
    )
  }

  /** The most on hand so far of a product in one warehouse; 0 if it is unknown. */
  mostOf(productId: string): number {
    const row = this.#rows.get(productId)
    if (row === undefined) return 0
    return this.most.subarray(row * this.width, (row + 1) * this.width).reduce(greater, 0)
  }

  /** The same of any product. */
  mostOfAny(): number {
    return this.most.reduce(greater, 0)
  }

  #grow(): void {
    const size = this.seq.length * 2
    const grown = (from: Float64Array, fill = 0): Float64Array => {
      const to = new Float64Array(size).fill(fill, from.length)
      to.set(from)
      return to
    }
    this.available = grown(this.available)
    this.held = grown(this.held)
    this.allocated = grown(this.allocated)
    this.unsellable = grown(this.unsellable)
    this.most = grown(this.most)
    this.seq = grown(this.seq, -1)
  }
}

function greater(a: number, b: number): number {
  return a > b ? a : b
}

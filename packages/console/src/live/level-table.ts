import type { LevelCounts } from 'holdfast'

const FIRST_ROWS = 1024

type Counts = Pick<LevelCounts, 'available' | 'held' | 'allocated' | 'unsellable'>

/**
 * Every level, by product and warehouse, in plain arrays: a hundred thousand products cost some
 * megabytes and a change costs a few stores. A level's place is `row * width + column`.
 */
export class LevelTable {
  readonly warehouses: readonly string[]
  /** Product ids by row, in the order in which they came. */
  readonly products: string[] = []
  readonly width: number
  available: Float64Array
  held: Float64Array
  allocated: Float64Array
  unsellable: Float64Array
  /** The most on hand that was seen. */
  most: Float64Array
  /** The entry that a level stands at; −1 where there is no such level. */
  seq: Float64Array
  /** Units of holds that are over, though no entry says so yet. */
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

  /** The place of a level, made where there is none; undefined for a warehouse that is not known. */
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

  /** Keeps what is newer. Answers whether it was. */
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

  /** What can be promised now. */
  availableAt(place: number): number {
    return this.available[place]! + (this.due.get(place) ?? 0)
  }

  /** Available and held: what a reorder looks at. An expiry does not change it. */
  positionAt(place: number): number {
    return this.available[place]! + this.held[place]!
  }

  /** Held and sold, still in the building. */
  reservedAt(place: number): number {
    return this.held[place]! + this.allocated[place]! - (this.due.get(place) ?? 0)
  }

  onHandAt(place: number): number {
    return (
      this.available[place]! + this.held[place]! + this.allocated[place]! + this.unsellable[place]!
    )
  }

  /** The most of a product that was seen on hand in one warehouse; 0 for one that is not known. */
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

import type { SQLInputValue, StatementSync } from 'node:sqlite'

import type { Connection } from './connection.ts'

/** Rows of one statement: 0.60 µs an entry instead of 0.93, and 0.58 with 250. */
const MANY = 50

/** Fills `values` from `at` on with the row's values. */
export type FillRow = (row: number, values: SQLInputValue[], at: number) => void

/**
 * Writes rows of one shape: 50 in a statement while there are as many, the rest one by one. Inserts
 * say OR ROLLBACK: a statement of many rows that could only undo itself keeps copies of pages for it.
 */
export class Bulk {
  readonly #width: number
  readonly #one: StatementSync
  readonly #many: StatementSync
  readonly #oneRow: SQLInputValue[]
  readonly #manyRows: SQLInputValue[]

  /** `insert` ends before VALUES; `conflict` is what follows them. */
  constructor(connection: Connection, insert: string, width: number, conflict = '') {
    const row = `(${Array.from({ length: width }, () => '?').join(', ')})`
    const rows = Array.from({ length: MANY }, () => row).join(', ')
    this.#width = width
    this.#one = connection.prepare(`${insert} VALUES ${row} ${conflict}`)
    this.#many = connection.prepare(`${insert} VALUES ${rows} ${conflict}`)
    this.#oneRow = Array.from({ length: width }, () => null)
    this.#manyRows = Array.from({ length: width * MANY }, () => null)
  }

  write(count: number, fill: FillRow): void {
    let row = 0
    for (; count - row >= MANY; row += MANY) {
      for (let i = 0; i < MANY; i++) fill(row + i, this.#manyRows, i * this.#width)
      this.#many.run(...this.#manyRows)
    }
    for (; row < count; row++) {
      fill(row, this.#oneRow, 0)
      this.#one.run(...this.#oneRow)
    }
  }
}

/** Copies one row of packed numbers, in which NaN stands for NULL. */
export function copyRow(
  numbers: Float64Array,
  from: number,
  values: SQLInputValue[],
  at: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) {
    const number = numbers[from + i]!
    values[at + i] = Number.isNaN(number) ? null : number
  }
}

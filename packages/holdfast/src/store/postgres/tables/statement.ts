import type { Column } from './columns.ts'
import { HEAD_MOVED, ROWS_MISSING } from '../connect/faults.ts'

/**
 * One statement put together from parts, each a WITH of its own: all of them run, in one trip. Which
 * parts there are depends on the commit; the same ones make the same text, which is prepared once.
 */
export class Statement {
  readonly values: unknown[] = []
  readonly #parts: string[] = []
  readonly #results: string[] = []

  /** A value; returns how the text speaks of it. */
  value(value: unknown, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }

  /** New rows, given by columns; those without a single value, which are most optional ones, are not sent. */
  insert(table: string, columns: Readonly<Record<string, Column>>, more = ''): void {
    const filled = Object.entries(columns).filter(([, column]) => !column.isEmpty)
    const names = filled.map(([name]) => name).join(', ')
    const rows = filled.map(([, column]) => this.#column(column)).join(', ')
    this.#add(`INSERT INTO holdfast.${table} (${names}) SELECT ${rows} ${more}`)
  }

  /** New values for rows that are there, found by the first column; ends the transaction if one is not. */
  update(table: string, columns: Readonly<Record<string, Column>>, rows: number): void {
    const [key, ...changes] = Object.keys(columns)
    const set = changes.map((name) => `${name} = c.${name}`).join(', ')
    const values = Object.entries(columns).map(
      ([name, column]) => `${this.#column(column)} AS ${name}`,
    )
    const part = this.#add(`UPDATE holdfast.${table} t SET ${set}
      FROM (SELECT ${values.join(', ')}) c WHERE t.${key} = c.${key} RETURNING 1`)
    const expected = this.value(rows, 'bigint')
    const message = `count(*)::text || ' rows were there to be changed instead of ' || ${expected}::text`
    this.call(
      `(SELECT holdfast.must(count(*) = ${expected}, '${ROWS_MISSING}', ${message}) FROM ${part})`,
    )
  }

  /** A query that has to find a row, before all that is added after it; else somebody else has committed. */
  first(sql: string): void {
    const part = this.#add(sql)
    const message = "'another process has committed'"
    this.call(`(SELECT holdfast.must(count(*) = 1, '${HEAD_MOVED}', ${message}) FROM ${part})`)
  }

  /** Any other change, of as many rows as it finds. */
  change(sql: string): void {
    this.#add(sql)
  }

  /**
   * A function that is called once, after what was added before it that looks for rows; returns where its
   * result stands among those of the statement.
   */
  call(sql: string): number {
    return this.#results.push(sql) - 1
  }

  get text(): string {
    const parts = this.#parts.length === 0 ? '' : `WITH ${this.#parts.join(',\n')}\n`
    return `${parts}SELECT ${this.#results.join(', ')}`
  }

  #add(sql: string): string {
    const name = `part_${this.#parts.length + 1}`
    this.#parts.push(`${name} AS (${sql})`)
    return name
  }

  /**
   * In the list of what is selected the arrays are read side by side, row after row: in FROM each would
   * be written down first, a seventh of what an insert costs.
   */
  #column({ value, type, isArray }: Column): string {
    return isArray ? `unnest(${this.value(value, `${type}[]`)})` : this.value(value, type)
  }
}

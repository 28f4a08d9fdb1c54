import type { StoreFailure } from '../failure.ts'
import type { Column } from './columns.ts'

interface Expected {
  readonly rows: number
  /** What else it means; null where it must not happen. */
  readonly otherwise: (() => StoreFailure) | null
}

/**
 * One statement put together from parts, each a WITH of its own: all of them run, in one trip. Which
 * parts there are depends on the commit; the same ones make the same text, which is prepared once.
 */
export class Statement {
  readonly values: unknown[] = []
  /** How many rows must be found, in the order of the answer's columns. */
  readonly expected: Expected[] = []
  readonly #parts: string[] = []
  readonly #results: string[] = []

  /** A value; answers how the text speaks of it. */
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

  /** New values for rows that are there, found by the first column. */
  update(table: string, columns: Readonly<Record<string, Column>>, rows: number): void {
    const [key, ...changes] = Object.keys(columns)
    const set = changes.map((name) => `${name} = c.${name}`).join(', ')
    const values = Object.entries(columns).map(
      ([name, column]) => `${this.#column(column)} AS ${name}`,
    )
    const name = this.#add(`UPDATE holdfast.${table} t SET ${set}
      FROM (SELECT ${values.join(', ')}) c WHERE t.${key} = c.${key} RETURNING 1`)
    this.#results.push(`(SELECT count(*) FROM ${name})`)
    this.expected.push({ rows, otherwise: null })
  }

  /** A query that has to find one row, before all that is added after it. */
  first(sql: string, otherwise: () => StoreFailure): void {
    this.#results.push(`(SELECT count(*) FROM ${this.#add(sql)})`)
    this.expected.push({ rows: 1, otherwise })
  }

  /** A function that is called once, at the end. */
  call(sql: string): void {
    this.#results.push(sql)
  }

  get text(): string {
    const results = this.#results.length === 0 ? '' : this.#results.join(', ')
    return `WITH ${this.#parts.join(',\n')}\nSELECT ${results}`
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

export type FilterValue = string | number | Uint8Array

/** The conditions of a query that were asked for, with their values. */
export class Filter {
  readonly values: FilterValue[] = []
  readonly #sign: '?' | '$'
  readonly #conditions: string[] = []

  /** `sign` is what a numbered parameter begins with. */
  constructor(sign: '?' | '$') {
    this.#sign = sign
  }

  /** Each `?` stands for one of the values, in order. */
  add(condition: string, ...values: FilterValue[]): void {
    this.#conditions.push(condition.replaceAll('?', () => this.value(values.shift()!)))
  }

  /** A value outside of the conditions: returns how the query names it. */
  value(value: FilterValue): string {
    return `${this.#sign}${this.values.push(value)}`
  }

  get where(): string {
    return this.#conditions.length === 0 ? '' : `WHERE ${this.#conditions.join(' AND ')}`
  }
}

import { parse } from 'csv-parse/sync'
import type { Line } from './lines.ts'

/** A record of a CSV file, or why there is none; `line` is where it begins, the first one is 1. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly problem: string }

/** A quoted text may go on for so many lines. Beyond that its quote was never closed. */
const LINES_OF_A_RECORD = 20

/**
 * Makes records of lines, so that one bad line stays one bad line: a quote that is never closed must
 * not swallow the rest of the file. Lines without a quote, nearly all of them, are only split.
 */
export class CsvRecords {
  /** Lines of a record whose quote is still open. */
  #open: string[] = []
  #next = 1
  #columns: number | null = null;

  /** Every record of the pieces of lines that are handed in; the first one is the header. */
  *push(lines: readonly Line[]): Generator<CsvRecord> {
    for (const line of lines) yield* this.#take(line)
  }

  /** The end of the file closes nothing. */
  *end(): Generator<CsvRecord> {
    while (this.#open.length > 0) yield* this.#giveUp()
  }

  *#take(line: Line): Generator<CsvRecord> {
    if (line === null) {
      yield* this.end()
      yield { line: this.#next++, problem: 'the line is too long' }
      return
    }
    if (this.#open.length === 0 && !line.includes('"')) {
      const number = this.#next++
      if (line !== '') yield this.#checked(number, line.split(','))
      return
    }
    this.#open.push(line)
    const text = this.#open.join('\n')
    if (isOpen(text)) {
      if (this.#open.length === LINES_OF_A_RECORD) yield* this.#giveUp()
      return
    }
    const record = this.#checked(this.#next, parsed(text))
    if ('problem' in record && this.#open.length > 1) {
      yield* this.#giveUp()
      return
    }
    this.#next += this.#open.length
    this.#open = []
    yield record
  }

  /** The first line opened a quote that does not close: it is bad, those behind it stand for themselves. */
  *#giveUp(): Generator<CsvRecord> {
    const [, ...others] = this.#open
    this.#open = []
    yield { line: this.#next++, problem: 'a quote is opened and not closed' }
    yield* this.push(others)
  }

  #checked(line: number, fields: readonly string[] | null): CsvRecord {
    if (fields === null) return { line, problem: 'quotes do not match' }
    this.#columns ??= fields.length
    if (fields.length === this.#columns) return { line, fields }
    return { line, problem: `${fields.length} fields instead of ${this.#columns}` }
  }
}

/** Quotes come in pairs, doubled ones too. */
function isOpen(text: string): boolean {
  let open = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open
  return open
}

function parsed(text: string): readonly string[] | null {
  try {
    const records = parse(text, { relax_column_count: true, record_delimiter: '\u0000' })
    return records.length === 1 ? (records[0] ?? null) : null
  } catch {
    return null
  }
}

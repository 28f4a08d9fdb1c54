import { parse } from 'csv-parse/sync'
import { counted } from '../output/counted.ts'
import type { Line } from './lines.ts'

/** A record of a CSV file, or what is wrong with it; `line` is where it begins, counted from 1. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly problem: string }

/** The most lines of a quoted text. Beyond that, its quote was never closed. */
const LINES_OF_A_RECORD = 20

/** The line in which Excel names the separator of the cells. */
const SEPARATOR_LINE = /^"?sep=(.)"?[,;\t]*$/i
const SEPARATORS = [',', ';', '\t']

/**
 * Makes records of lines. One bad line stays one bad line: a quote that is never closed must not swallow the rest of the
 * file. Lines without quotes, nearly all of them, are only split. Rows without any text are skipped.
 */
export class CsvRecords {
  /** The lines of a record whose quote is still open. */
  #open: string[] = []
  #next = 1
  #columns: number | null = null
  #separator: string | null = null

  /** The separator of the cells, from the first line. */
  get separator(): string {
    return this.#separator ?? ','
  }

  /** The records of these lines. The first record is the header. */
  *push(lines: readonly Line[]): Generator<CsvRecord> {
    for (const line of lines) yield* this.#take(line)
  }

  /** The end of the file does not close a quote. */
  *end(): Generator<CsvRecord> {
    while (this.#open.length > 0) yield* this.#giveUp()
  }

  *#take(line: Line): Generator<CsvRecord> {
    if (line === null) {
      yield* this.end()
      yield { line: this.#next++, problem: 'the line is too long' }
      return
    }
    if (this.#separator === null && line.trim() !== '') {
      const said = SEPARATOR_LINE.exec(line)?.[1]
      this.#separator = said ?? separatorOf(line)
      if (said !== undefined) {
        this.#next++
        return
      }
    }
    if (this.#open.length === 0 && !line.includes('"')) {
      const record = this.#checked(this.#next++, line.split(this.separator), line)
      if (record !== null) yield record
      return
    }
    this.#open.push(line)
    const text = this.#open.join('\n')
    if (isOpen(text)) {
      if (this.#open.length === LINES_OF_A_RECORD) yield* this.#giveUp()
      return
    }
    const record = this.#checked(this.#next, parsed(text, this.separator), text)
    if (record !== null && 'problem' in record && this.#open.length > 1) {
      yield* this.#giveUp()
      return
    }
    this.#next += this.#open.length
    this.#open = []
    if (record !== null) yield record
  }

  /** The first line has a quote that does not close: it is bad, and the lines after it are read again. */
  *#giveUp(): Generator<CsvRecord> {
    const [first, ...others] = this.#open
    this.#open = []
    const problem = undoubled(first!, this.separator) ?? 'a quote is opened and not closed'
    yield { line: this.#next++, problem }
    yield* this.push(others)
  }

  /** Null for a row of empty cells. Empty cells after the last column are ignored. */
  #checked(line: number, fields: readonly string[] | null, text: string): CsvRecord | null {
    if (fields === null)
      return { line, problem: undoubled(text, this.separator) ?? 'quotes do not match' }
    if (fields.every(isBlank)) return null
    this.#columns ??= fields.length
    if (fields.length === this.#columns) return { line, fields }
    if (fields.slice(this.#columns).every(isBlank) && fields.length > this.#columns)
      return { line, fields: fields.slice(0, this.#columns) }
    return { line, problem: `${counted(fields.length, 'field')} instead of ${this.#columns}` }
  }
}

/** Quotes come in pairs, and so do doubled ones. */
function isOpen(text: string): boolean {
  let open = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open
  return open
}

/** A longer line is not looked at more closely, which could take long. */
const EXPLAINED_LENGTH = 1000

/** What is wrong with a line that has a quotation mark inside of a cell that is not quoted; null if it has none. */
function undoubled(line: string, separator: string): string | null {
  if (line.length > EXPLAINED_LENGTH) return null
  const end = RegExp.escape(separator)
  const quoted = new RegExp(`(?<=^|${end})"(?:[^"]|"")*"(?=${end}|$)`, 'g')
  const odd = line
    .replaceAll(quoted, '')
    .split(separator)
    .find((cell) => cell.indexOf('"') > 0)
  if (odd === undefined) return null
  return `a quotation mark inside of a cell must be doubled, and the cell quoted: "${odd.replaceAll('"', '""')}"`
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** The separator that gives the header the most cells; a comma if none does. */
function separatorOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '')
  const cells = SEPARATORS.map((separator) => bare.split(separator).length)
  return SEPARATORS[cells.indexOf(Math.max(...cells))]!
}

function parsed(text: string, delimiter: string): readonly string[] | null {
  try {
    const options = { delimiter, relax_column_count: true, record_delimiter: '\u0000' }
    const records = parse(text, options)
    return records.length === 1 ? (records[0] ?? null) : null
  } catch {
    return null
  }
}

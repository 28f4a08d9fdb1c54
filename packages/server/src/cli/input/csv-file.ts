import { Failure } from '../failure.ts'
import { wrapped } from '../output/wrapped.ts'
import { CsvRecords, type CsvRecord } from './csv-records.ts'
import { lines } from './lines.ts'
import type { SourceFile } from './source-file.ts'

const LONGEST_LINE = 1024 * 1024

/** The index of each column by name; -1 for an optional one that is missing. */
export type Columns<Name extends string> = Readonly<Record<Name, number>>

/** The columns to look for. */
export interface Wanted<Name extends string> {
  readonly must: readonly Name[]
  readonly may?: readonly Name[]
  /** Other names of the columns, the best first. */
  readonly or?: Readonly<Record<Name, readonly string[]>>
  /** Columns of a table that is meant for something else, and why it is not read. */
  readonly not?: {
    readonly columns: readonly string[]
    readonly because: string
    readonly hint: string
  }
}

export interface CsvPiece<Name extends string> {
  readonly columns: Columns<Name>
  readonly header: readonly string[]
  readonly records: readonly CsvRecord[]
}

/** The records of a CSV file, in pieces. The columns are found by name, in any order and case; others are ignored. */
export async function* csvFile<Name extends string>(
  file: SourceFile,
  wanted: Wanted<Name>,
): AsyncGenerator<CsvPiece<Name>> {
  const reader = new CsvRecords()
  let head: Omit<CsvPiece<Name>, 'records'> | undefined
  const piece = (records: CsvRecord[]): CsvPiece<Name> | null => {
    if (head === undefined) {
      const first = records.shift()
      if (first === undefined) return null
      const header = 'fields' in first ? first.fields : []
      head = { header, columns: columnsOf(file.name, header, reader.separator, wanted) }
    }
    return { ...head, records }
  }
  for await (const some of lines(file.chunks(), LONGEST_LINE)) {
    const found = piece([...reader.push(some)])
    if (found !== null) yield found
  }
  const last = piece([...reader.end()])
  if (last === null) throw new Failure(`${file.name} is empty`)
  yield last
}

const SEPARATOR_NAMES: Readonly<Record<string, string>> = { ',': 'commas', '\t': 'tabs' }

function columnsOf<Name extends string>(
  file: string,
  header: readonly string[],
  separator: string,
  { must, may = [], or, not }: Wanted<Name>,
): Columns<Name> {
  const names = header.map(bare)
  const other = not?.columns.find((name) => names.includes(bare(name)))
  if (other !== undefined)
    throw notRecognised(`${file} ${not!.because}: it has a column ${other}`, not!.hint)
  const spellings = (name: Name): string[] => [name, ...(or?.[name] ?? [])]
  const found = [...must, ...may].map((name): [Name, number] => {
    const spelling = spellings(name)
      .map(bare)
      .find((each) => names.includes(each))
    if (spelling === undefined) return [name, -1]
    const at = names.indexOf(spelling)
    if (at === names.lastIndexOf(spelling)) return [name, at]
    throw notRecognised(
      `${file} has two columns called ${header[at]!.trim()}`,
      'Rename the one that is not meant in the first line, or delete it.',
    )
  })
  const missing = must.filter((name) => found.some(([each, at]) => each === name && at < 0))
  if (missing.length === 0) return Object.fromEntries(found) as Columns<Name>
  const seen = header.map((name) => JSON.stringify(name.trim())).join(', ')
  throw notRecognised(
    `${file} has no column ${missing.join(', ')}; its first line, separated by ${SEPARATOR_NAMES[separator] ?? separator}, has ${seen}`,
    [
      'Rename the columns in the first line; other columns are ignored:',
      ...missing.map((name) => wrapped(spellings(name).join(', or '), '  ')),
      `For example: ${must.join(',')}`,
      ...(header.length === 1
        ? ['Cells are separated by , or ; or tabs, or by what a line like sep=| before it\nsays.']
        : []),
    ].join('\n'),
  )
}

function notRecognised(message: string, hint: string): Failure {
  return new Failure(message, hint, 'TABLE_NOT_RECOGNISED')
}

/** A name without case, spaces and the like: "Product ID", product_id and productId are the same. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]+/g, '')
}

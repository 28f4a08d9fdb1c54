import { Failure } from '../failure.ts'
import { CsvRecords, type CsvRecord } from './csv-records.ts'
import { lines } from './lines.ts'
import type { SourceFile } from './source-file.ts'

const LONGEST_LINE = 1024 * 1024

/** Where the columns stand; name to index, -1 for one that may be missing and is. */
export type Columns<Name extends string> = Readonly<Record<Name, number>>

/**
 * The records of a CSV file under its header, a piece at a time. The columns are found by name, in
 * any order; others may stand beside them. Those of `also` may be missing.
 */
export async function* csvFile<Name extends string>(
  file: SourceFile,
  wanted: readonly Name[],
  also: readonly Name[] = [],
): AsyncGenerator<{ readonly columns: Columns<Name>; readonly records: readonly CsvRecord[] }> {
  const reader = new CsvRecords()
  let columns: Columns<Name> | undefined
  const piece = (records: CsvRecord[]) => {
    if (columns !== undefined) return { columns, records }
    const header = records.shift()
    if (header === undefined) return null
    columns = columnsOf(file.name, 'fields' in header ? header.fields : [], wanted, also)
    return { columns, records }
  }
  for await (const some of lines(file.chunks(), LONGEST_LINE)) {
    const found = piece([...reader.push(some)])
    if (found !== null) yield found
  }
  const last = piece([...reader.end()])
  if (last === null) throw new Failure(`${file.name} is empty`)
  yield last
}

function columnsOf<Name extends string>(
  file: string,
  header: readonly string[],
  wanted: readonly Name[],
  also: readonly Name[],
): Columns<Name> {
  const names = header.map((name) => name.trim().toLowerCase())
  const missing = wanted.filter((name) => !names.includes(name.toLowerCase()))
  if (missing.length > 0) {
    throw new Failure(
      `${file} has no column ${missing.join(', ')}`,
      `Its first line must name them: ${wanted.join(',')}`,
    )
  }
  return Object.fromEntries(
    [...wanted, ...also].map((name) => [name, names.indexOf(name.toLowerCase())]),
  ) as Columns<Name>
}

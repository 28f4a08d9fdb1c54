import { createHash } from 'node:crypto'
import { Failure } from '../failure.ts'
import { csvFile } from '../input/csv-file.ts'
import type { SourceFile } from '../input/source-file.ts'
import { COLUMNS, stockRow, type BadRow, type Name, type StockRow } from './stock-row.ts'

/** Whether the units of a row are added to the level, or replace its count. */
export type Mode = 'add' | 'set'

/** All rows of one level. */
export interface TableLevel {
  readonly warehouseId: string
  readonly productId: string
  readonly qty: number
  readonly unsellable: number | null
  /** Units that are held or sold where the table comes from. */
  readonly reserved: number
  readonly lines: readonly number[]
}

export interface StockTable {
  /** Sorted by warehouse and product. */
  readonly levels: readonly TableLevel[]
  readonly bad: readonly BadRow[]
  readonly rows: number
  readonly units: number
  /** Rows with 0 units, if units are added: there is nothing to import. */
  readonly empty: number
  /** The names of the columns in the header. */
  readonly columns: Readonly<Partial<Record<Name, string>>>
  /** The other columns of the header, which are not read. */
  readonly ignored: readonly string[]
  /** Depends on the rows alone, not on their order or the file format. */
  readonly digest: string
}

/** The table is in memory as a whole. */
const MOST_ROWS = 2_000_000

export async function readStockTable(
  file: SourceFile,
  mode: Mode,
  onProgress: () => void,
): Promise<StockTable> {
  const rows: StockRow[] = []
  const bad: BadRow[] = []
  let empty = 0
  let names: StockTable['columns'] = {}
  let ignored: readonly string[] = []
  for await (const { columns, header, records } of csvFile(file, COLUMNS)) {
    names = Object.fromEntries(
      Object.entries(columns).flatMap(([name, at]) => (at < 0 ? [] : [[name, header[at]!.trim()]])),
    )
    const read = new Set(Object.values(columns))
    ignored = header.filter((name, at) => !read.has(at) && name.trim() !== '')
    for (const record of records) {
      const row = stockRow(record, columns)
      if ('problem' in row) bad.push(row)
      else if (mode === 'add' && row.qty === 0) empty++
      else rows.push(row)
    }
    if (rows.length + bad.length > MOST_ROWS) {
      const most = MOST_ROWS.toLocaleString('en')
      throw new Failure(`${file.name} has more than ${most} rows`, 'Split it into several files.')
    }
    onProgress()
  }
  rows.sort(inOrder)
  return {
    levels: levelsOf(rows),
    bad,
    rows: rows.length,
    units: rows.reduce((sum, { qty }) => sum + qty, 0),
    empty,
    columns: names,
    ignored: ignored.map((name) => name.trim()),
    digest: digestOf(rows, mode),
  }
}

function inOrder(a: StockRow, b: StockRow): number {
  return (
    compare(a.warehouseId, b.warehouseId) ||
    compare(a.productId, b.productId) ||
    a.qty - b.qty ||
    (a.unsellable ?? 0) - (b.unsellable ?? 0) ||
    a.line - b.line
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

type Sum = { -readonly [Field in keyof StockRow]: StockRow[Field] } & { readonly lines: number[] }

function levelsOf(rows: readonly StockRow[]): TableLevel[] {
  const levels: Sum[] = []
  for (const row of rows) {
    const last = levels.at(-1)
    if (last?.warehouseId !== row.warehouseId || last.productId !== row.productId) {
      levels.push({ ...row, lines: [row.line] })
      continue
    }
    last.qty += row.qty
    last.reserved += row.reserved
    if (row.unsellable !== null) last.unsellable = (last.unsellable ?? 0) + row.unsellable
    last.lines.push(row.line)
  }
  for (const { lines } of levels) lines.sort((a, b) => a - b)
  return levels
}

function digestOf(rows: readonly StockRow[], mode: Mode): string {
  const hash = createHash('sha256').update(`${mode}\n`)
  for (const { warehouseId, productId, qty, unsellable } of rows) {
    // Without the column, added units may be sold, and a count leaves unsellable ones as they are.
    const aside = unsellable ?? (mode === 'add' ? 0 : '')
    hash.update(`${warehouseId}\t${productId}\t${qty}\t${aside}\n`)
  }
  return hash.digest('hex').slice(0, 32)
}

import { styleText } from 'node:util'
import { clean } from './clean.ts'

export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string | number | null
  /** At least so wide, for tables that are printed piece by piece. */
  readonly width?: number
  /** Never cut: half an id is none. */
  readonly whole?: true
  /** What most rows have here: it is left out of a table in which all do. */
  readonly usual?: string | number | null
}

const GAP = '  '

/** The columns that say something about these rows. */
export function tellingColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): readonly Column<Row>[] {
  return columns.filter(
    ({ usual, of }) => usual === undefined || rows.some((row) => of(row) !== usual),
  )
}

/** Rows under a header. At a terminal long texts are cut to its width; a file or pipe gets them whole. */
export function table<Row>(
  all: readonly Column<Row>[],
  rows: readonly Row[],
  options: { readonly header?: boolean } = {},
): string {
  const columns = tellingColumns(all, rows)
  const cells = rows.map((row) => columns.map((column) => cellOf(column.of(row))))
  const numeric = columns.map((column) => rows.every((row) => typeof column.of(row) !== 'string'))
  const widths = columns.map((column, index) =>
    Math.max(column.width ?? 0, column.title.length, ...cells.map((row) => length(row[index]!))),
  )
  const firm = columns.map(({ whole }, index) => whole === true || numeric[index] === true)
  if (process.stdout.isTTY) fit(widths, firm, process.stdout.columns || 80)
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(text, widths[index]!, numeric[index]!))
      .join(GAP)
      .trimEnd()
  const lines = cells.map(line)
  if (options.header !== false) {
    const header = line(columns.map((column) => column.title.toUpperCase()))
    lines.unshift(styleText('bold', header))
  }
  return lines.join('\n')
}

function cellOf(value: string | number | null): string {
  return typeof value === 'string' ? clean(value) : value === null ? '-' : String(value)
}

/** Makes the widest column of text narrower until the row fits; never below what an id needs to be told. */
function fit(widths: number[], firm: readonly boolean[], width: number): void {
  const total = (): number =>
    widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1))
  while (total() > width) {
    const texts = widths.map((each, index) => (firm[index] === true ? 0 : each))
    const widest = texts.indexOf(Math.max(...texts))
    if (widths[widest]! <= 8) return
    widths[widest]!--
  }
}

function pad(text: string, width: number, right: boolean): string {
  const cut = length(text) > width ? `${cutTo(text, width - 1)}…` : text
  const space = ' '.repeat(Math.max(0, width - length(cut)))
  return right ? space + cut : cut + space
}

/** Counted in code points, so that no character is cut in two. */
function length(text: string): number {
  return Array.from(text).length
}

function cutTo(text: string, width: number): string {
  return Array.from(text).slice(0, width).join('')
}

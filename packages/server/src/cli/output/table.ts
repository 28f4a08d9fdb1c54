import { styleText } from 'node:util'
import { clean } from './clean.ts'
import { cutTo, widthOf } from './width.ts'

export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string | number | null
  /** The least width, for tables that are printed in pieces. */
  readonly width?: number
  /** Never truncated: a part of an id is useless. */
  readonly whole?: true
  /** The usual value. If all rows have it, the column is left out. */
  readonly usual?: string | number | null
  /** Only where there is room: in a wide terminal, a file or a pipe. */
  readonly roomy?: true
}

const GAP = '  '
/** From this width on a terminal has room. */
const ROOMY = 120

/** The width of the terminal; a file or a pipe has no end. */
function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Infinity
}

/** The columns for which there is room, and in which not all rows have the usual value. */
export function tellingColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width = outputWidth(),
): readonly Column<Row>[] {
  return columns.filter(
    ({ usual, of, roomy }) =>
      (roomy !== true || width >= ROOMY) &&
      (usual === undefined || rows.some((row) => of(row) !== usual)),
  )
}

/** Rows under a header. A terminal gets long texts truncated to its width, a file or pipe gets them whole. */
export function table<Row>(
  all: readonly Column<Row>[],
  rows: readonly Row[],
  options: { readonly header?: boolean; readonly width?: number | undefined } = {},
): string {
  const { header = true, width = outputWidth() } = options
  const columns = tellingColumns(all, rows, width)
  const cells = rows.map((row) => columns.map((column) => cellOf(column.of(row))))
  const numeric = columns.map((column) => rows.every((row) => typeof column.of(row) !== 'string'))
  const widths = columns.map((column, index) =>
    Math.max(column.width ?? 0, column.title.length, ...cells.map((row) => widthOf(row[index]!))),
  )
  const firm = columns.map(({ whole }, index) => whole === true || numeric[index] === true)
  fit(widths, firm, width)
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(text, widths[index]!, numeric[index]!))
      .join(GAP)
      .trimEnd()
  const lines = cells.map(line)
  if (header)
    lines.unshift(styleText('bold', line(columns.map((column) => column.title.toUpperCase()))))
  return lines.join('\n')
}

function cellOf(value: string | number | null): string {
  return typeof value === 'string' ? clean(value) : value === null ? '-' : String(value)
}

/** Narrows the widest columns of text until the row fits, but not below 8, so that ids can be told apart. */
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
  const cut = widthOf(text) > width ? `${cutTo(text, width - 1)}…` : text
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)))
  return right ? space + cut : cut + space
}

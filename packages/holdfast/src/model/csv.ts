import type { AuditEntry } from './audit-entry.ts'

export type Cell = string | number | null

/** What a spreadsheet would read as a formula. A ' before it is part of the match, so that nothing is lost. */
const FORMULA = /^'*[=+\-@\t\r\n]/
const NEUTRALISED = /^''*[=+\-@\t\r\n]/

/** A record of a CSV file (RFC 4180). A text that starts like a formula gets a ' in front; numbers stay numbers. */
export function csvRecord(cells: readonly Cell[]): string {
  return cells
    .map((cell) => (typeof cell === 'string' ? quoted(neutral(cell)) : (cell ?? '')))
    .join(',')
}

function neutral(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** The text given to `csvRecord`. */
export function originalText(cell: string): string {
  return NEUTRALISED.test(cell) ? cell.slice(1) : cell
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The value of each column, by column name. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>

export const TRAIL_COLUMNS: Columns<AuditEntry> = {
  seq: ({ seq }) => seq,
  // oxlint-disable-next-line no-restricted-globals -- the entry's own time, written another way
  time: ({ timestamp }) => new Date(timestamp).toISOString(),
  type: ({ type }) => type,
  warehouseId: ({ warehouseId }) => warehouseId,
  productId: ({ productId }) => productId,
  fromWarehouseId: ({ fromWarehouseId }) => fromWarehouseId,
  qty: ({ qty }) => qty,
  available: ({ available }) => available,
  held: ({ held }) => held,
  allocated: ({ allocated }) => allocated,
  reservationId: ({ reservationId }) => reservationId,
  transferId: ({ transferId }) => transferId,
  actor: ({ actor }) => actor,
  metadata: ({ metadata }) =>
    Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata),
  unsellable: ({ unsellable }) => unsellable,
  group: ({ group }) => group,
  referenceType: ({ reference }) => reference?.type ?? null,
  referenceId: ({ reference }) => reference?.id ?? null,
}

export function cellsOf<Row>(columns: Columns<Row>, row: Row): Cell[] {
  return Object.values(columns).map((cell) => cell(row))
}

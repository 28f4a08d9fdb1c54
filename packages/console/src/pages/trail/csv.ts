import type { AuditEntry } from 'holdfast'

/** What a spreadsheet would take for a formula gets a ' before it, as in `holdfast export`. */
const FORMULA = /^'*[=+\-@\t\r\n]/

const COLUMNS = [
  'seq',
  'time',
  'type',
  'warehouseId',
  'productId',
  'fromWarehouseId',
  'qty',
  'available',
  'held',
  'allocated',
  'reservationId',
  'transferId',
  'actor',
  'metadata',
  'unsellable',
  'group',
  'referenceType',
  'referenceId',
] as const

export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`

/** One entry as a record of a CSV file (RFC 4180), in the columns of `holdfast export trail`. */
export function csvRecord(entry: AuditEntry): string {
  const { timestamp, metadata, reference } = entry
  const special: Partial<Record<(typeof COLUMNS)[number], string | null>> = {
    time: new Date(timestamp).toISOString(),
    metadata: Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata),
    referenceType: reference?.type ?? null,
    referenceId: reference?.id ?? null,
  }
  const all: Readonly<Record<string, unknown>> = { ...entry, ...special }
  return `${COLUMNS.map((name) => cell(all[name])).join(',')}\r\n`
}

function cell(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return ''
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

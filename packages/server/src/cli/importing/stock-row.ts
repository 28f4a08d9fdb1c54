import { LIMITS } from 'holdfast'
import { original } from '../exporting/csv.ts'
import type { Columns } from '../input/csv-file.ts'
import type { CsvRecord } from '../input/csv-records.ts'

export const COLUMNS = ['warehouseId', 'productId', 'qty'] as const

export interface StockRow {
  readonly line: number
  readonly warehouseId: string
  readonly productId: string
  readonly qty: number
}

export interface BadRow {
  readonly line: number
  readonly problem: string
}

/** A row of opening stock, or why it is none. */
export function stockRow(
  record: CsvRecord,
  columns: Columns<(typeof COLUMNS)[number]>,
): StockRow | BadRow {
  const { line } = record
  if ('problem' in record) return record
  const field = (name: (typeof COLUMNS)[number]): string => record.fields[columns[name]]!
  const warehouseId = original(field('warehouseId'))
  const productId = original(field('productId'))
  const qty = field('qty')
  const problem = badId('warehouseId', warehouseId) ?? badId('productId', productId) ?? badQty(qty)
  return problem === null ? { line, warehouseId, productId, qty: Number(qty) } : { line, problem }
}

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

function badId(name: string, id: string): string | null {
  if (id === '') return `${name} is empty`
  if (id.length > LIMITS.idLength) return `${name} has more than ${LIMITS.idLength} characters`
  if (CONTROL.test(id)) return `${name} contains control characters`
  // What was no UTF-8 came out of the file as this: two different ids could become one.
  if (id.includes('\ufffd')) return `${name} is not readable as UTF-8`
  return null
}

function badQty(text: string): string | null {
  if (/^\d{1,13}$/.test(text) && Number(text) <= LIMITS.qty) return null
  return `qty ${JSON.stringify(text)} is no whole number from 0 to ${LIMITS.qty}`
}

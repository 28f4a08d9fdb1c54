import { LIMITS } from 'holdfast'
import { original } from '../exporting/csv.ts'
import type { Columns } from '../input/csv-file.ts'
import type { CsvRecord } from '../input/csv-records.ts'
import { flawOf } from '../input/id-flaw.ts'

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
  const problem =
    flawOf(warehouseId, 'warehouseId') ?? flawOf(productId, 'productId') ?? badQty(qty)
  return problem === null ? { line, warehouseId, productId, qty: Number(qty) } : { line, problem }
}

function badQty(text: string): string | null {
  if (/^\d{1,13}$/.test(text) && Number(text) <= LIMITS.qty) return null
  return `qty ${JSON.stringify(text)} is no whole number from 0 to ${LIMITS.qty}`
}

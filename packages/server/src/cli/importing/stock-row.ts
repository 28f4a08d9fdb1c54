import { LIMITS } from 'holdfast'
import { originalText } from 'holdfast/model'
import type { Columns } from '../input/csv-file.ts'
import type { CsvRecord } from '../input/csv-records.ts'
import { flawOf } from '../input/id-flaw.ts'

export const COLUMNS = ['warehouseId', 'productId', 'qty'] as const
/** How many of `qty` may not be sold; 0 without the column. */
export const ALSO = ['unsellable'] as const

type Name = (typeof COLUMNS)[number] | (typeof ALSO)[number]

export interface StockRow {
  readonly line: number
  readonly warehouseId: string
  readonly productId: string
  readonly qty: number
  /** Of `qty`. */
  readonly unsellable: number
}

export interface BadRow {
  readonly line: number
  readonly problem: string
}

/** A row of opening stock, or why it is none. */
export function stockRow(record: CsvRecord, columns: Columns<Name>): StockRow | BadRow {
  const { line } = record
  if ('problem' in record) return record
  const field = (name: Name): string => record.fields[columns[name]]!
  const warehouseId = originalText(field('warehouseId'))
  const productId = originalText(field('productId'))
  const qty = field('qty')
  const unsellable = columns.unsellable < 0 ? '0' : field('unsellable')
  const problem =
    flawOf(warehouseId, 'warehouseId') ??
    flawOf(productId, 'productId') ??
    badUnits('qty', qty, LIMITS.qty) ??
    badUnits('unsellable', unsellable, Number(qty))
  return problem === null
    ? { line, warehouseId, productId, qty: Number(qty), unsellable: Number(unsellable) }
    : { line, problem }
}

function badUnits(name: string, text: string, most: number): string | null {
  if (/^\d{1,13}$/.test(text) && Number(text) <= most) return null
  return `${name} ${JSON.stringify(text)} is no whole number from 0 to ${most}`
}

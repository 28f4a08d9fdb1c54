import type { LevelQuery, LevelRow } from '../store.ts'
import type { Filter } from './filter.ts'
import { successor } from './id-range.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `level_key k JOIN level l`. */
export const LEVEL = {
  ...columnsOf('k', 'key', 'warehouseId', 'productId'),
  ...columnsOf('l', 'available', 'held', 'allocated', 'unsellable'),
  ...columnsOf('l', 'lastSeq', 'lastReservation', 'lastCount'),
}

const AT = offsetsOf(LEVEL)

/** A level with the units of its holds that are over. */
export type DueLevel = LevelRow & { readonly due: number }

export function readLevel(row: Row): LevelRow {
  return {
    key: row[AT.key] as number,
    warehouseId: row[AT.warehouseId] as string,
    productId: row[AT.productId] as string,
    available: row[AT.available] as number,
    held: row[AT.held] as number,
    allocated: row[AT.allocated] as number,
    unsellable: row[AT.unsellable] as number,
    lastSeq: row[AT.lastSeq] as number,
    lastReservation: row[AT.lastReservation] as number,
    lastCount: row[AT.lastCount] as number,
  }
}

/** But for `hidden`, a list. */
export function filterLevels(filter: Filter, query: LevelQuery): void {
  const { warehouseId, productId, prefix, after } = query
  if (productId !== undefined) filter.add('k.product_id = ?', productId)
  if (prefix !== undefined && prefix !== '') {
    filter.add('k.product_id >= ?', prefix)
    const end = successor(prefix)
    if (end !== null) filter.add('k.product_id < ?', end)
  }
  if (after !== undefined)
    filter.add('(k.product_id, k.warehouse_id) > (?, ?)', after.productId, after.warehouseId)
  if (warehouseId !== undefined) filter.add('k.warehouse_id = ?', warehouseId)
}

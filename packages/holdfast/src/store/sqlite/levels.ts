import type { SQLInputValue } from 'node:sqlite'

import type { LevelQuery, LevelRow, Place } from '../store.ts'
import type { Connection, Row } from './connection.ts'
import { successor } from '../id-range.ts'

export const LEVEL_COLUMNS = `k.key, k.warehouse_id, k.product_id, l.available, l.held, l.allocated,
  l.unsellable, l.last_seq, coalesce(l.last_seq - l.reservation_ago, 0)`

const FIND = `SELECT ${LEVEL_COLUMNS} FROM level_key k JOIN level l ON l.key = k.key
  WHERE k.product_id = ? AND k.warehouse_id = ?`

const FIND_BY_KEY = `SELECT ${LEVEL_COLUMNS} FROM level_key k JOIN level l ON l.key = k.key
  WHERE k.key = ?`

/** All that it looks at is in the index of pending holds, and only those that are due. */
const DUE = `SELECT level_key, sum(qty - released) FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND expires_at < ? AND level_key IN (SELECT value FROM json_each(?))
  GROUP BY level_key`

export type DueLevel = LevelRow & { readonly due: number }

export function findLevel(connection: Connection, place: Place): LevelRow | null {
  const row = connection.get(FIND, place.productId, place.warehouseId)
  return row === undefined ? null : readLevel(row)
}

export function findLevelByKey(connection: Connection, key: number): LevelRow | null {
  const row = connection.get(FIND_BY_KEY, key)
  return row === undefined ? null : readLevel(row)
}

/** In order of (product, warehouse), along the index that says which level is where. */
export function listLevels(connection: Connection, query: LevelQuery): LevelRow[] {
  const { warehouseId, productId, prefix, hidden = [], after, limit } = query
  const where: string[] = []
  const values: SQLInputValue[] = []
  const add = (condition: string, ...given: SQLInputValue[]): void => {
    where.push(condition)
    values.push(...given)
  }
  if (productId !== undefined) add('k.product_id = ?', productId)
  if (prefix !== undefined && prefix !== '') {
    add('k.product_id >= ?', prefix)
    const end = successor(prefix)
    if (end !== null) add('k.product_id < ?', end)
  }
  if (after !== undefined) {
    add('(k.product_id, k.warehouse_id) > (?, ?)', after.productId, after.warehouseId)
  }
  if (warehouseId !== undefined) add('k.warehouse_id = ?', warehouseId)
  if (hidden.length > 0)
    add('k.warehouse_id NOT IN (SELECT value FROM json_each(?))', JSON.stringify(hidden))
  const filter = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
  const sql = `SELECT ${LEVEL_COLUMNS} FROM level_key k CROSS JOIN level l ON l.key = k.key ${filter}
    ORDER BY k.product_id, k.warehouse_id LIMIT ?`
  return connection.all(sql, ...values, limit).map(readLevel)
}

/** The levels with the units of their holds that are over at `now`. */
export function withDue(
  connection: Connection,
  levels: readonly LevelRow[],
  now: number,
): DueLevel[] {
  const holding = levels.filter((level) => level.held > 0).map((level) => level.key)
  const rows = holding.length === 0 ? [] : connection.all(DUE, now, JSON.stringify(holding))
  const due = new Map(rows.map(([key, units]) => [key as number, units as number]))
  return levels.map((level) => ({ ...level, due: due.get(level.key) ?? 0 }))
}

export function readLevel(row: Row): LevelRow {
  const [key, warehouseId, productId, available, held, allocated, unsellable] = row
  return {
    key: key as number,
    warehouseId: warehouseId as string,
    productId: productId as string,
    available: available as number,
    held: held as number,
    allocated: allocated as number,
    unsellable: unsellable as number,
    lastSeq: row[7] as number,
    lastReservation: row[8] as number,
  }
}

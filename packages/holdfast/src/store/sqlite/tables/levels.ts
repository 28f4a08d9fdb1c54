import type { LevelId } from '../../../model/level-counts.ts'
import type { LevelQuery, LevelRow } from '../../store.ts'
import { Filter } from '../../rows/filter.ts'
import { filterLevels, LEVEL, readLevel, type DueLevel } from '../../rows/level.ts'
import { selectList } from '../../rows/select.ts'
import type { Connection } from '../file/connection.ts'
import { NEWEST } from '../packed/packed-commit.ts'
import type { DueHolds } from './due-holds.ts'

export const LEVEL_COLUMNS = selectList({ ...LEVEL, ...NEWEST })

const FIND = `SELECT ${LEVEL_COLUMNS} FROM level_key k JOIN level l ON l.key = k.key
  WHERE k.product_id = ? AND k.warehouse_id = ?`

const FIND_BY_KEY = `SELECT ${LEVEL_COLUMNS} FROM level_key k JOIN level l ON l.key = k.key
  WHERE k.key = ?`

const KEYS_OF = 'SELECT key, warehouse_id FROM level_key WHERE product_id = ?'

/** Numbers of a product's levels, in all warehouses or one. */
export function levelKeysOf(
  connection: Connection,
  productId: string,
  warehouseId?: string,
): number[] {
  const rows = connection.all(KEYS_OF, productId)
  return rows.flatMap(([key, at]) =>
    warehouseId === undefined || at === warehouseId ? [key as number] : [],
  )
}

export function findLevel(connection: Connection, id: LevelId): LevelRow | null {
  const row = connection.get(FIND, id.productId, id.warehouseId)
  return row === undefined ? null : readLevel(row)
}

export function findLevelByKey(connection: Connection, key: number): LevelRow | null {
  const row = connection.get(FIND_BY_KEY, key)
  return row === undefined ? null : readLevel(row)
}

/** In order of (product, warehouse), along the index that says which level is where. */
export function listLevels(connection: Connection, query: LevelQuery): LevelRow[] {
  const filter = new Filter('?')
  filterLevels(filter, query)
  const { hidden = [], limit } = query
  if (hidden.length > 0)
    filter.add('k.warehouse_id NOT IN (SELECT value FROM json_each(?))', JSON.stringify(hidden))
  const sql = `SELECT ${LEVEL_COLUMNS} FROM level_key k CROSS JOIN level l ON l.key = k.key
    ${filter.where} ORDER BY k.product_id, k.warehouse_id LIMIT ${filter.value(limit)}`
  return connection.all(sql, ...filter.values).map(readLevel)
}

/** The levels with the units of their holds that are over at `now`. */
export function withDue(
  dueHolds: DueHolds,
  levels: readonly LevelRow[],
  time: { readonly now: number; readonly settled: number },
): DueLevel[] {
  const holding = levels.filter((level) => level.held > 0).map((level) => level.key)
  const units = new Map<number, number>()
  if (holding.length > 0)
    for (const hold of dueHolds.of(holding, time.now, time.settled))
      units.set(hold.key, (units.get(hold.key) ?? 0) + hold.units)
  return levels.map((level) => ({ ...level, due: units.get(level.key) ?? 0 }))
}

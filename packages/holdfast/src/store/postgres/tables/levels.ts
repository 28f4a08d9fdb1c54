import type { LevelId } from '../../../model/level-counts.ts'
import type { LevelQuery, Page } from '../../store.ts'
import { Filter } from '../../rows/filter.ts'
import { filterLevels, LEVEL, readLevel, type DueLevel } from '../../rows/level.ts'
import { offsetsOf, selectList, type Row } from '../../rows/select.ts'
import { textArray } from './columns.ts'
import { paged, pageOf, readPage, whole } from './page.ts'
import type { Session } from '../connect/session.ts'

export const LEVEL_TABLES = 'holdfast.level_key k JOIN holdfast.level l ON l.key = k.key'

/** Along the index of the level's pending holds, and of those only the ones that are over. */
const due = (now: string): string => `coalesce((SELECT sum(r.qty - coalesce(r.released, 0))::bigint
  FROM holdfast.reservation r
  WHERE r.status = 0 AND r.level_key = k.key AND r.expires_at < ${now}), 0)`

const columns = (now: string) => ({ ...LEVEL, due: due(now) })

const AT = offsetsOf(columns('now'))

const FIND = paged(`SELECT ${selectList(columns('$3'))} FROM ${LEVEL_TABLES}
  WHERE k.product_id = $1 AND k.warehouse_id = $2`)

export async function findLevel(
  session: Session,
  id: LevelId,
  now: number,
): Promise<Page<DueLevel>> {
  const { rows } = await session.run(FIND, [id.productId, id.warehouseId, whole(now)])
  return pageOf(rows, readDueLevel)
}

const KEYS_OF = 'SELECT key, warehouse_id FROM holdfast.level_key WHERE product_id = $1'

/** Numbers of a product's levels, in all warehouses or one. */
export async function levelKeysOf(
  session: Session,
  productId: string,
  warehouseId?: string,
): Promise<number[]> {
  const { rows } = await session.run(KEYS_OF, [productId])
  return rows.flatMap(([key, at]) =>
    warehouseId === undefined || at === warehouseId ? [key as number] : [],
  )
}

/** In order of (product, warehouse), along the index that says which level is where. */
export async function listLevels(session: Session, query: LevelQuery): Promise<Page<DueLevel>> {
  const filter = new Filter('$')
  filterLevels(filter, query)
  const { hidden = [], limit, now } = query
  if (hidden.length > 0) filter.add('k.warehouse_id <> ALL (?::text[])', textArray(hidden))
  const sql = `SELECT ${selectList(columns(filter.value(whole(now))))} FROM ${LEVEL_TABLES}
    ${filter.where} ORDER BY k.product_id, k.warehouse_id LIMIT ${filter.value(limit)}`
  return readPage(session, paged(sql), filter.values, readDueLevel)
}

function readDueLevel(row: Row): DueLevel {
  return { ...readLevel(row), due: row[AT.due] as number }
}

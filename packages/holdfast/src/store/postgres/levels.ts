import type { LevelQuery, LevelRow, Page, Place } from '../store.ts'
import { successor } from '../id-range.ts'
import { TextColumn } from './columns.ts'
import { Filter, paged, pageOf, readPage, whole } from './page.ts'
import type { Row, Session } from './session.ts'

export const LEVEL_COLUMNS = `k.key, k.warehouse_id, k.product_id, l.available, l.held, l.allocated,
  l.unsellable, l.last_seq, l.last_reservation`

/** As many columns. */
const LEVEL_WIDTH = 9

export const LEVEL_TABLES = 'holdfast.level_key k JOIN holdfast.level l ON l.key = k.key'

/** Along the index of the level's pending holds, and of those only the ones that are over. */
const due = (now: string): string => `coalesce((SELECT sum(r.qty - coalesce(r.released, 0))::bigint
  FROM holdfast.reservation r
  WHERE r.status = 0 AND r.level_key = k.key AND r.expires_at < ${now}), 0)`

export type DueLevel = LevelRow & { readonly due: number }

const FIND = paged(`SELECT ${LEVEL_COLUMNS}, ${due('$3')} FROM ${LEVEL_TABLES}
  WHERE k.product_id = $1 AND k.warehouse_id = $2`)

export async function findLevel(
  session: Session,
  place: Place,
  now: number,
): Promise<Page<DueLevel>> {
  const { rows } = await session.run(FIND, [place.productId, place.warehouseId, whole(now)])
  return pageOf(rows, readDueLevel)
}

/** In order of (product, warehouse), along the index that says which level is where. */
export async function listLevels(session: Session, query: LevelQuery): Promise<Page<DueLevel>> {
  const { warehouseId, productId, prefix, hidden = [], after, limit, now } = query
  const filter = new Filter()
  if (productId !== undefined) filter.add('k.product_id = ?', productId)
  if (prefix !== undefined && prefix !== '') {
    filter.add('k.product_id >= ?', prefix)
    const end = successor(prefix)
    if (end !== null) filter.add('k.product_id < ?', end)
  }
  if (after !== undefined) {
    filter.add('(k.product_id, k.warehouse_id) > (?, ?)', after.productId, after.warehouseId)
  }
  if (warehouseId !== undefined) filter.add('k.warehouse_id = ?', warehouseId)
  if (hidden.length > 0)
    filter.add('k.warehouse_id <> ALL (?::text[])', TextColumn.of(hidden).value)
  const sql = `SELECT ${LEVEL_COLUMNS}, ${due(filter.value(whole(now)))} FROM ${LEVEL_TABLES}
    ${filter.where} ORDER BY k.product_id, k.warehouse_id LIMIT ${filter.value(limit)}`
  return readPage(session, paged(sql), filter.values, readDueLevel)
}

export function readLevel(row: Row): LevelRow {
  const [key, warehouseId, productId, available, held, allocated] = row
  const [unsellable, lastSeq, lastReservation] = row.slice(6)
  return {
    key: key as number,
    warehouseId: warehouseId as string,
    productId: productId as string,
    available: available as number,
    held: held as number,
    allocated: allocated as number,
    unsellable: unsellable as number,
    lastSeq: lastSeq as number,
    lastReservation: lastReservation as number,
  }
}

function readDueLevel(row: Row): DueLevel {
  return { ...readLevel(row), due: row[LEVEL_WIDTH] as number }
}

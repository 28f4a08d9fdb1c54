import type { HistoryPage, Place } from '../store.ts'
import { ENTRY_JOINS, inPage, readTrailEntry } from './entry-row.ts'
import { paged, readPage, whole } from './page.ts'
import type { Session } from './session.ts'

/** So far behind a position a busy level surely has an entry. */
const NEARBY = 5000

/**
 * The newest entries of a level ($1, $2) up to a position ($3), at most so many ($4). Each entry names
 * the one before it on its level: a walk by primary key. Where the level's newest entry lies behind the
 * position, the walk begins at one near the position, if there is one; of a level that has none there
 * the way back is short.
 */
const HISTORY = paged(`
  WITH RECURSIVE place AS (
    SELECT k.key, l.last_seq
    FROM holdfast.level_key k JOIN holdfast.level l ON l.key = k.key
    WHERE k.product_id = $1 AND k.warehouse_id = $2),
  near AS (
    SELECT max(e.seq) AS seq FROM place p JOIN holdfast.entry e ON e.level_key = p.key
    WHERE p.last_seq > $3 AND e.seq > $3::bigint - ${NEARBY} AND e.seq <= $3),
  back (seq) AS (
    SELECT coalesce((SELECT seq FROM near), last_seq) FROM place
    UNION ALL
    SELECT e.previous_seq FROM back b JOIN holdfast.entry e ON e.seq = b.seq WHERE b.seq > $3),
  walk (seq, length) AS (
    SELECT min(seq), 1 FROM back
    UNION ALL
    SELECT e.previous_seq, w.length + 1 FROM walk w JOIN holdfast.entry e ON e.seq = w.seq
    WHERE w.length < $4 AND e.previous_seq > 0)
  ${inPage(`walk JOIN holdfast.entry e ON e.seq = walk.seq ${ENTRY_JOINS} WHERE $4 > 0`, 'DESC', '')}`)

export async function history(
  session: Session,
  place: Place,
  throughSeq: number,
  limit: number,
): Promise<HistoryPage> {
  const values = [place.productId, place.warehouseId, whole(throughSeq), limit]
  const page = await readPage(session, HISTORY, values, readTrailEntry)
  const oldest = page.rows.at(-1)
  return {
    ...page,
    rows: page.rows.map(({ entry }) => entry),
    more: (oldest?.previousSeq ?? 0) > 0,
  }
}

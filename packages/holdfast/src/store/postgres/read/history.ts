import type { AuditEntry } from '../../../model/audit-entry.ts'
import type { LevelId } from '../../../model/level-counts.ts'
import { newestOfLevel } from '../../../postings/entries.ts'
import { runLater } from '../../../postings/lists.ts'
import { PageRoom } from '../../../log/page-room.ts'
import type { HistoryPage } from '../../store.ts'
import { whole } from '../tables/page.ts'
import type { Session } from '../connect/session.ts'
import { lineOf, OneLine, PARTS, readStoredLine, textsOf } from './lines.ts'
import { BODY, numberOf } from './log.ts'
import { Posted, type SharedTail } from './posted.ts'

const LEVEL = `SELECT k.key, l.last_seq FROM holdfast.level_key k JOIN holdfast.level l ON l.key = k.key
  WHERE k.product_id = $1 AND k.warehouse_id = $2`

/** The newest entry of a level ($1) up to a position ($2), searched for backwards along the log. */
const NEWEST = `SELECT n.seq FROM (
    SELECT c.first_seq, c.body FROM holdfast.commits c
    WHERE c.number <= ${numberOf('$2')} AND strpos(${BODY}, ',' || $1::bigint::text || ',') > 0
    ORDER BY c.number DESC OFFSET 0) c
  CROSS JOIN LATERAL (
    SELECT max(c.first_seq + e.place - 1) AS seq
    FROM json_array_elements(${BODY}::json -> 'entries') WITH ORDINALITY e (line, place)
    WHERE (e.line ->> 1)::bigint = $1 AND c.first_seq + e.place - 1 <= $2) n
  WHERE n.seq IS NOT NULL LIMIT 1`

/**
 * The entries of a level from one ($1) back, at most $2 of them. Each line names the entry before it on its level,
 * and an index its commit.
 *
 * 100 steps take 5 ms if commits have 1,000 entries, and 3 ms if they have 10. With each body parsed it is
 * 107 and 3.4 ms; with each commit fetched and searched in this process, 90 and 15 ms.
 */
const WALK = `
  WITH RECURSIVE walk (next, length, seq, line, number) AS (
    SELECT $1::bigint, 0, NULL::bigint, NULL::json, NULL::bigint
    UNION ALL
    SELECT CASE WHEN (l.line ->> 6)::bigint < w.next THEN (l.line ->> 6)::bigint ELSE 0 END,
      w.length + 1, w.next, l.line, c.number
    FROM walk w
      CROSS JOIN LATERAL (SELECT ${numberOf('w.next')} AS number OFFSET 0) n
      JOIN holdfast.commits c ON c.number = n.number
      CROSS JOIN LATERAL (SELECT ${lineOf('w.next')} AS line OFFSET 0) l
    WHERE w.next > 0 AND w.length < $2::int)
  SELECT w.seq, w.line, w.number, c.at, ${PARTS}, w.next
  FROM walk w JOIN holdfast.commits c ON c.number = w.number
  WHERE w.seq IS NOT NULL ORDER BY w.seq DESC`

/** How many lines have their texts read at once: large ones are 80 KB a line, and a page is full with some ten of them. */
const PIECE = 100

export async function history(
  session: Session,
  place: LevelId,
  throughSeq: number,
  limit: number,
  tail: SharedTail,
): Promise<HistoryPage> {
  const posted = await Posted.read(session, tail)
  const { seq, at } = posted.state.head
  const [level] = (await session.run(LEVEL, [place.productId, place.warehouseId])).rows
  if (level === undefined || limit <= 0) return { seq, at, rows: [], more: level !== undefined }
  const [key, lastSeq] = level as [number, number]
  const through = whole(throughSeq)
  const start = lastSeq <= through ? lastSeq : await newestUpTo(session, posted, key, through)
  const steps = start < 1 ? [] : (await session.run(WALK, [start, limit])).rows
  const rows: AuditEntry[] = []
  const room = new PageRoom(limit)
  let next = 0
  for (let from = 0; from < steps.length && !room.isFull; from += PIECE) {
    const piece = steps.slice(from, from + PIECE)
    const lines = piece.map(readStoredLine)
    const textOf = await textsOf(session, lines)
    for (const [index, stored] of lines.entries()) {
      const body = new OneLine(stored, textOf)
      rows.push(body.entry(stored.line, stored.seq, () => place))
      next = piece[index]!.at(-1) as number
      room.take(body.metadataBytes(stored.line))
      if (room.isFull) break
    }
  }
  return { seq, at, rows, more: next > 0 }
}

/** The newest entry of a level up to a position; 0 if it has none there. */
async function newestUpTo(
  session: Session,
  posted: Posted,
  key: number,
  through: number,
): Promise<number> {
  const source = await posted.source()
  if (source !== null) return runLater(newestOfLevel(source, key, through))
  const [row] = await session.rows(NEWEST, [key, through])
  return row === undefined ? 0 : (row[0] as number)
}

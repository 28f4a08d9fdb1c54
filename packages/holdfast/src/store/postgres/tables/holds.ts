import type { Reservation } from '../../../model/reservation.ts'
import { recordId } from '../../../model/record-id.ts'
import { CLAIM_STEPS, type Loaded, type Needs } from '../../store.ts'
import { numbers } from './columns.ts'
import { whole } from './page.ts'
import { reservationOf, RESERVATION_COLUMNS } from './reservations.ts'
import type { Session } from '../connect/session.ts'

/**
 * Never ahead of the database's own clock: that one decides what is due. Asked for once, in a SELECT of
 * its own: beside a clock that may move from row to row the index could not be used.
 */
const DUE = `SELECT seq, random FROM holdfast.reservation
  WHERE status = 0 AND expires_at <
    (SELECT least($1, floor(extract(epoch FROM clock_timestamp()) * 1000.0)::bigint))
  ORDER BY expires_at, seq LIMIT $2`

/**
 * For each level its first holds along the index of pending ones, and those that expire together with
 * the last of them.
 */
const EARLIEST = `SELECT w.key, r.* FROM unnest($1::bigint[], $2::bigint[]) w (key, count)
  CROSS JOIN LATERAL (
    SELECT ${RESERVATION_COLUMNS} FROM holdfast.reservation r
      JOIN holdfast.level_key k ON k.key = r.level_key
    WHERE r.status = 0 AND r.level_key = w.key
    ORDER BY r.expires_at FETCH FIRST w.count ROWS WITH TIES) r`

/**
 * Back along a level's reservations, until this many were found that hold or were sold units of it, or all
 * of its units are accounted for.
 */
const CLAIMS = `WITH RECURSIVE walk (seq, units_left, found, claim, steps) AS (
    SELECT last_reservation, held + allocated, 0, NULL::bigint, 0 FROM holdfast.level WHERE key = $1
    UNION ALL
    SELECT r.behind, w.units_left - CASE WHEN c.is_one THEN r.qty - coalesce(r.released, 0) - coalesce(r.shipped, 0)
        - coalesce(r.cancelled, 0) ELSE 0 END,
      w.found + c.is_one::int,
      CASE WHEN c.is_one THEN r.seq END, w.steps + 1
    FROM walk w JOIN holdfast.reservation r ON r.seq = w.seq
      CROSS JOIN LATERAL (SELECT r.status IN (0, 1) AS is_one) c
    WHERE w.units_left > 0 AND w.found < $2::int AND w.steps < ${CLAIM_STEPS})
  SELECT ${RESERVATION_COLUMNS} FROM walk w JOIN holdfast.reservation r ON r.seq = w.claim
    JOIN holdfast.level_key k ON k.key = r.level_key
  ORDER BY r.seq DESC`

/** Ids of pending holds that are over at `now`, the earliest first. */
export async function dueHolds(session: Session, now: number, limit: number): Promise<string[]> {
  const rows = await session.rows(DUE, [whole(now), limit])
  return rows.map(([seq, random]) => recordId(seq as number, random as number))
}

export async function earliestHolds(
  session: Session,
  needs: Needs['holds'],
): Promise<Loaded['holds']> {
  if (needs.length === 0) return []
  const keys = numbers(needs, ({ level }) => level.key)
  const counts = numbers(needs, ({ count }) => count)
  const { rows } = await session.run(EARLIEST, [keys.value, counts.value])
  const found = Map.groupBy(rows, ([key]) => key as number)
  return needs.map(({ level: { key }, count }) => {
    const holds = (found.get(key) ?? []).map((row) => reservationOf(row.slice(1)))
    // Fewer than were asked for are all there are; else all that expire with the last one are here.
    const end = holds.length < count ? null : { expiresAt: holds.at(-1)!.expiresAt + 1, id: '' }
    return { key, holds: holds.sort(inOrder), end, gaveUp: false }
  })
}

function inOrder(a: Reservation, b: Reservation): number {
  return a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1)
}

export async function claims(session: Session, key: number, count: number): Promise<Reservation[]> {
  const { rows } = await session.run(CLAIMS, [key, count])
  return rows.map(reservationOf)
}

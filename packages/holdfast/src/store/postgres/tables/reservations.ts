import { stampEntry } from '../../../model/newest-entry.ts'
import type { Reservation, ReservationStatus } from '../../../model/reservation.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import { readReservation, RESERVATION, storedCodes } from '../../rows/reservation.ts'
import { selectList, type Row } from '../../rows/select.ts'
import type { Page } from '../../store.ts'
import { numbers } from './columns.ts'
import { paged, pageOf, whole } from './page.ts'
import type { Session } from '../connect/session.ts'

export const RESERVATION_COLUMNS = selectList(RESERVATION)

const TABLES = 'holdfast.reservation r JOIN holdfast.level_key k ON k.key = r.level_key'

/** None if the id is not ours, or if its random bits are guessed. */
const FIND = paged(
  `SELECT ${RESERVATION_COLUMNS} FROM ${TABLES} WHERE r.seq = $1 AND r.random = $2`,
)

export async function findReservation(session: Session, id: string): Promise<Page<Reservation>> {
  const { seq, random } = parseRecordId(id) ?? { seq: 0, random: 0 }
  const { rows } = await session.run(FIND, [seq, random])
  return pageOf(rows, reservationOf)
}

/** OFFSET keeps each look-up by itself: joined, a table would be read as a whole. */
const LEVEL_OF = `CROSS JOIN LATERAL (
    SELECT product_id, warehouse_id FROM holdfast.level_key WHERE key = r.level_key OFFSET 0) k`

/**
 * Of thousands, those of other states are left out before anything else is looked at: half of the time. By number first: with
 * the state beside it, the plan may go through all holds that wait.
 */
const AMONG = `SELECT ${RESERVATION_COLUMNS} FROM (
    SELECT * FROM (SELECT * FROM holdfast.reservation WHERE seq = ANY ($1::bigint[]) OFFSET 0) n
    WHERE status = ANY ($2::smallint[]) OFFSET 0) r ${LEVEL_OF}
  ORDER BY r.seq DESC`
const BEFORE = `SELECT ${RESERVATION_COLUMNS} FROM (
    SELECT * FROM holdfast.reservation WHERE seq < $1 ORDER BY seq DESC LIMIT $2) r ${LEVEL_OF}
  ORDER BY r.seq DESC`

/** So many pending holds are sorted by number faster than they are looked for among all reservations. */
const FEW = 20_000
/**
 * Beside each the number of all, and that alone if none is left. Materialised, so that the plan goes by the index of
 * pending holds, whatever the planner thinks of their number.
 */
const PENDING = `WITH pending AS MATERIALIZED (
    SELECT seq, level_key FROM holdfast.reservation WHERE status = 0 AND expires_at >= $1 LIMIT ${FEW})
  SELECT c.count, f.seq FROM (SELECT count(*) FROM pending) c LEFT JOIN LATERAL (
    SELECT p.seq FROM pending p
    WHERE p.seq < $2 AND ($3::text IS NULL AND $4::text IS NULL OR EXISTS (
      SELECT FROM holdfast.level_key k WHERE k.key = p.level_key
        AND ($3 IS NULL OR k.warehouse_id = $3) AND ($4 IS NULL OR k.product_id = $4) OFFSET 0))
    ORDER BY p.seq DESC LIMIT $5) f ON true`

/** Those with these numbers, newest first, of which the stored status may be the one that is asked for. */
export async function reservationsAmong(
  session: Session,
  seqs: readonly number[],
  status: ReservationStatus | undefined,
): Promise<Reservation[]> {
  const wanted = numbers(seqs, (seq) => seq).value
  const { rows } = await session.run(AMONG, [wanted, storedCodes(status)])
  return rows.map(reservationOf)
}

/** All before one, newest first. */
export async function reservationsBefore(
  session: Session,
  before: number,
  limit: number,
): Promise<Reservation[]> {
  const { rows } = await session.run(BEFORE, [before, limit])
  return rows.map(reservationOf)
}

/** Numbers of holds that are not over, newest first; null if there are too many of them to be sorted. */
export async function pendingSeqs(session: Session, query: PendingQuery): Promise<number[] | null> {
  const { now, beforeSeq = Number.MAX_SAFE_INTEGER, limit } = query
  const { warehouseId = null, productId = null } = query
  const values = [whole(now), beforeSeq, warehouseId, productId, limit]
  const { rows } = await session.run(PENDING, values)
  if (rows[0]![0] === FEW) return null
  return rows.flatMap(([, seq]) => (seq === null ? [] : [seq as number]))
}

/** As one text: a row each takes the client longer than the server. */
const LIVE = "SELECT coalesce(json_agg(seq)::text, '[]') FROM holdfast.reservation WHERE status = 0"

/** Numbers of all holds that wait, in order. */
export async function liveNumbers(session: Session): Promise<Float64Array> {
  const { rows } = await session.run(LIVE)
  return Float64Array.from(JSON.parse(rows[0]![0] as string) as number[]).sort()
}

interface PendingQuery {
  readonly now: number
  readonly beforeSeq?: number | undefined
  readonly warehouseId?: string | null | undefined
  readonly productId?: string | null | undefined
  readonly limit: number
}

export function reservationOf(row: Row): Reservation {
  const { record, lastSeq } = readReservation(row)
  return stampEntry(record, lastSeq)
}

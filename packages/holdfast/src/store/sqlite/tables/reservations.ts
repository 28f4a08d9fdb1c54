import type { Reservation, ReservationStatus } from '../../../model/reservation.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import type { Stamped } from '../../store.ts'
import { readReservation, RESERVATION, storedCodes } from '../../rows/reservation.ts'
import { offsetsOf, selectList } from '../../rows/select.ts'
import type { Connection } from '../file/connection.ts'

const COLUMNS = {
  ...RESERVATION,
  lastSeq: 'r.seq + r.moved_after',
  behind: 'coalesce(r.seq - r.behind, 0)',
}
const AT = offsetsOf(COLUMNS)

const FIND = `SELECT ${selectList(COLUMNS)} FROM reservation r JOIN level_key k ON k.key = r.level_key
  WHERE r.seq = ?`

/** A reservation, and the `seq` of the one of its level before it. */
export interface ReservationWithBehind extends Stamped<Reservation> {
  readonly behind: number
}

export function reservationAt(connection: Connection, seq: number): ReservationWithBehind | null {
  const row = connection.get(FIND, seq)
  if (row === undefined) return null
  const { record, lastSeq } = readReservation(row)
  return { record, lastSeq, behind: row[AT.behind] as number }
}

/** One that is there. */
export function stampedAt(connection: Connection, seq: number): Stamped<Reservation> {
  const { record, lastSeq } = reservationAt(connection, seq)!
  return { record, lastSeq }
}

/** Of some numbers, in their order, those whose stored status is one of the codes. */
const AMONG = `SELECT ${selectList(COLUMNS)} FROM json_each(?) n CROSS JOIN reservation r ON r.seq = n.value
  CROSS JOIN level_key k ON k.key = r.level_key
  WHERE r.status IN (SELECT value FROM json_each(?)) ORDER BY n.key`

/** Those with these numbers, in this order, of which the stored status may be the one that is asked for. */
export function reservationsAmong(
  connection: Connection,
  seqs: readonly number[],
  status: ReservationStatus | undefined,
): Reservation[] {
  const codes = JSON.stringify(storedCodes(status))
  return connection
    .all(AMONG, JSON.stringify(seqs), codes)
    .map((row) => readReservation(row).record)
}

/** None if the id is not ours, or if its random bits are guessed. */
export function findReservation(connection: Connection, id: string): Reservation[] {
  const found = reservationAt(connection, parseRecordId(id)?.seq ?? 0)
  return found?.record.id === id ? [found.record] : []
}

/** So many pending holds are sorted by number faster than they are looked for among all reservations. */
const FEW = 20_000
const COUNT_PENDING = `SELECT count(*) FROM (SELECT 1 FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND expires_at >= ? LIMIT ${FEW})`

const IN_FULL = `SELECT ${selectList(COLUMNS)} FROM`
const PENDING = `${IN_FULL} reservation r INDEXED BY reservation_pending
  CROSS JOIN level_key k ON k.key = r.level_key
  WHERE r.status = 0 AND r.expires_at >= ? AND r.seq < ?
    AND k.warehouse_id = coalesce(?, k.warehouse_id) AND k.product_id = coalesce(?, k.product_id)
  ORDER BY r.seq DESC LIMIT ?`

/** CROSS JOIN keeps the order of the tables: along the reservations, not along the levels. */
const BEFORE = `${IN_FULL} reservation r NOT INDEXED CROSS JOIN level_key k ON k.key = r.level_key
  WHERE r.seq < ? ORDER BY r.seq DESC LIMIT ?`

/** Holds that are not over, newest first; null if there are so many that going through all reservations is faster. */
export function pendingReservations(
  connection: Connection,
  query: PendingQuery,
): Reservation[] | null {
  const { now, beforeSeq = Number.MAX_SAFE_INTEGER, limit } = query
  const { warehouseId = null, productId = null } = query
  if (connection.get(COUNT_PENDING, now)![0] === FEW) return null
  const rows = connection.all(PENDING, now, beforeSeq, warehouseId, productId, limit)
  return rows.map((row) => readReservation(row).record)
}

/** Over the index alone; as one text, which is five times as fast as row by row. */
const LIVE = `SELECT json_group_array(seq) FROM reservation INDEXED BY reservation_pending WHERE status = 0`

/** Numbers of all holds that wait, in order. */
export function liveNumbers(connection: Connection): Float64Array {
  return Float64Array.from(JSON.parse(connection.value(LIVE) as string) as number[]).sort()
}

interface PendingQuery {
  readonly now: number
  readonly beforeSeq?: number | undefined
  readonly warehouseId?: string | null | undefined
  readonly productId?: string | null | undefined
  readonly limit: number
}

/** All before one, newest first. */
export function reservationsBefore(
  connection: Connection,
  before: number,
  limit: number,
): Reservation[] {
  return connection.all(BEFORE, before, limit).map((row) => readReservation(row).record)
}

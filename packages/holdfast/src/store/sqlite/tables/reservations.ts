import { isDue, type Reservation } from '../../../model/reservation.ts'
import { OperationalError } from '../../../model/operational-error.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import type { ReservationQuery, Stamped } from '../../store.ts'
import { Filter } from '../../rows/filter.ts'
import { filterReservations, readReservation, RESERVATION } from '../../rows/reservation.ts'
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

/** None where the id is not ours, or where its random bits are guessed. */
export function findReservation(connection: Connection, id: string): Reservation[] {
  const found = reservationAt(connection, parseRecordId(id)?.seq ?? 0)
  return found?.record.id === id ? [found.record] : []
}

/** So many pending holds are sorted by number faster than they are looked for among all reservations. */
const FEW = 20_000
const PENDING = `SELECT count(*) FROM (SELECT 1 FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 LIMIT ${FEW})`

/**
 * Newest first, as they are stored; `status` asks how they stand at `now`. Final reservations have no
 * index (each costs a fifth of the throughput): a filter that hardly anything matches walks the
 * table, some 3 million rows a second.
 */
export function listReservations(connection: Connection, query: ReservationQuery): Reservation[] {
  const { status, productId, limit, now } = query
  if (productId !== undefined) return reservationsOfProduct(connection, productId, query)
  const filter = new Filter('?')
  filterReservations(filter, query, now)
  const isShort = status === 'PENDING' && Number(connection.value(PENDING)) < FEW
  const way = isShort ? 'INDEXED BY reservation_pending' : 'NOT INDEXED'
  // CROSS JOIN keeps the order of the tables: along the reservations, not along the levels.
  const sql = `SELECT ${selectList(COLUMNS)} FROM reservation r ${way}
    CROSS JOIN level_key k ON k.key = r.level_key ${filter.where}
    ORDER BY r.seq DESC LIMIT ${filter.value(limit)}`
  return connection.all(sql, ...filter.values).map((row) => readReservation(row).record)
}

const NEWEST_OF = `SELECT coalesce(l.last_seq - l.reservation_ago, 0), k.warehouse_id
  FROM level_key k CROSS JOIN level l ON l.key = k.key WHERE k.product_id = ?`

/**
 * A product's reservations, newest first: back along those of its levels, 3 µs a step. Going through all
 * reservations instead takes seconds when there are ten million.
 */
function reservationsOfProduct(
  connection: Connection,
  productId: string,
  query: ReservationQuery,
): Reservation[] {
  const next = connection
    .all(NEWEST_OF, productId)
    .filter(([, warehouseId]) => (query.warehouseId ?? warehouseId) === warehouseId)
    .map(([seq]) => seq as number)
  const rows: Reservation[] = []
  while (rows.length < query.limit) {
    const seq = Math.max(0, ...next)
    if (seq === 0) break
    const found = reservationAt(connection, seq)
    if (found === null || found.behind >= seq)
      throw new OperationalError('STORE_DAMAGED', `reservation ${seq} does not name one before it`)
    next[next.indexOf(seq)] = found.behind
    if (seq >= (query.beforeSeq ?? Infinity)) continue
    if (matches(found.record, query)) rows.push(found.record)
  }
  return rows
}

function matches(found: Reservation, { status, owner, group, now }: ReservationQuery): boolean {
  if (owner !== undefined && found.owner !== owner) return false
  if (group !== undefined && found.group !== group) return false
  return status === undefined || (isDue(found, now) ? 'EXPIRED' : found.status) === status
}

import type { SQLInputValue } from 'node:sqlite'

import { isDue, type Reservation } from '../../model/reservation.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { parseRecordId } from '../../model/record-id.ts'
import type { ReservationQuery } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS } from '../codes.ts'
import type { Connection, Row } from './connection.ts'
import {
  behindOf,
  readReservation,
  RESERVATION_COLUMNS,
  RESERVATION_TABLES,
} from './reservation-row.ts'

const FIND = `SELECT ${RESERVATION_COLUMNS} FROM ${RESERVATION_TABLES} WHERE r.seq = ?`

/** None where the id is not ours, or where its random bits are guessed. */
export function findReservation(connection: Connection, id: string): Reservation[] {
  const parsed = parseRecordId(id)
  const row = parsed === null ? undefined : connection.get(FIND, parsed.seq)
  return row === undefined || row[1] !== parsed!.random ? [] : [readReservation(row)]
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
  const { status, owner, group, warehouseId, productId, beforeSeq, limit, now } = query
  if (productId !== undefined) return reservationsOfProduct(connection, productId, query)
  const where: string[] = []
  const values: SQLInputValue[] = []
  const add = (condition: string, ...given: SQLInputValue[]): void => {
    where.push(condition)
    values.push(...given)
  }
  let reservations = 'reservation r NOT INDEXED'
  if (status === 'PENDING') {
    if (Number(connection.value(PENDING)) < FEW) {
      reservations = 'reservation r INDEXED BY reservation_pending'
    }
    // A constant, because the index is for it alone: a parameter could be any status.
    add('r.status = 0 AND r.expires_at >= ?', now)
  } else if (status === 'EXPIRED') {
    add('(r.status = 3 OR r.status = 0 AND r.expires_at < ?)', now)
  } else if (status !== undefined) add('r.status = ?', CODE_OF_RESERVATION_STATUS[status])
  if (owner !== undefined) add('r.owner = ?', owner)
  if (group !== undefined) add('r.group_id = ?', group)
  if (warehouseId !== undefined) add('k.warehouse_id = ?', warehouseId)
  if (beforeSeq !== undefined) add('r.seq < ?', beforeSeq)
  const filter = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
  // CROSS JOIN keeps the order of the tables: along the reservations, not along the levels.
  const tables = `${reservations} CROSS JOIN level_key k ON k.key = r.level_key`
  const sql = `SELECT ${RESERVATION_COLUMNS} FROM ${tables} ${filter} ORDER BY r.seq DESC LIMIT ?`
  return connection.all(sql, ...values, limit).map(readReservation)
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
    const row: Row | undefined = connection.get(FIND, seq)
    const before = row === undefined ? seq : behindOf(row)
    if (row === undefined || before >= seq)
      throw new OperationalError('STORE_DAMAGED', `reservation ${seq} does not name one before it`)
    next[next.indexOf(seq)] = before
    if (seq >= (query.beforeSeq ?? Infinity)) continue
    const reservation = readReservation(row)
    if (matches(reservation, query)) rows.push(reservation)
  }
  return rows
}

function matches(found: Reservation, { status, owner, group, now }: ReservationQuery): boolean {
  if (owner !== undefined && found.owner !== owner) return false
  if (group !== undefined && found.group !== group) return false
  return status === undefined || (isDue(found, now) ? 'EXPIRED' : found.status) === status
}

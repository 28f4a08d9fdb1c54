import type { Reservation } from '../../domain/reservation.ts'
import { recordId } from '../record-id.ts'
import type { Loaded } from '../store.ts'
import { RESERVATION_STATUSES } from './codes.ts'
import type { Connection } from './connection.ts'
import { previous } from './history.ts'
import { findLevelByKey } from './levels.ts'
import type { PackedNeeds } from './needs.ts'
import { readReservation, RESERVATION_COLUMNS, RESERVATION_TABLES } from './reservation-row.ts'

const DUE = `SELECT seq, random FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND expires_at < ? ORDER BY expires_at, seq LIMIT ?`

/** Over the index alone, from the earliest hold on. */
const IN_ORDER = `SELECT expires_at, level_key, qty, seq FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 ORDER BY expires_at, seq`

const ONE = `SELECT ${RESERVATION_COLUMNS} FROM ${RESERVATION_TABLES} WHERE r.seq = ?`

/** Ids of pending holds that are over at `now`, the earliest first. */
export function dueHolds(connection: Connection, now: number, limit: number): string[] {
  return connection
    .all(DUE, now, limit)
    .map(([seq, random]) => recordId(seq as number, random as number))
}

interface Search {
  readonly key: number
  readonly count: number
  /** Held units that no hold found so far accounts for; at 0 there are no more. */
  unitsLeft: number
  horizon: number
  readonly seqs: number[]
  lastExpiry: number
}

/**
 * The earliest pending holds of some levels, for all of them in one walk over the index of pending
 * holds: an index by level would cost two thirds of the throughput. A level is done when it has as
 * many as were asked for (and all that expire with the last of them), or all that it holds.
 */
export function earliestHolds(
  connection: Connection,
  needs: PackedNeeds['holds'],
): Loaded['holds'] {
  const searches = new Map<number, Search>()
  const open = new Set<number>()
  for (const { key, count } of needs) {
    const unitsLeft = findLevelByKey(connection, key)?.held ?? 0
    searches.set(key, { key, count, unitsLeft, horizon: Infinity, seqs: [], lastExpiry: 0 })
    if (unitsLeft > 0) open.add(key)
  }
  if (open.size > 0) {
    for (const row of connection.iterate(IN_ORDER)) {
      const [expiresAt, key, qty, seq] = row as number[]
      if (open.has(key!) && found(searches.get(key!)!, expiresAt!, qty!, seq!)) open.delete(key!)
      if (open.size === 0) break
    }
  }
  return Array.from(searches.values(), ({ key, horizon, seqs }) => ({
    key,
    horizon,
    holds: seqs.map((seq) => readReservation(connection.get(ONE, seq)!)),
  }))
}

/** Whether the search is over with this hold. */
function found(search: Search, expiresAt: number, qty: number, seq: number): boolean {
  if (search.seqs.length >= search.count && expiresAt > search.lastExpiry) {
    search.horizon = search.lastExpiry
    return true
  }
  search.seqs.push(seq)
  search.lastExpiry = expiresAt
  search.unitsLeft -= qty
  return search.unitsLeft <= 0
}

/** So many reservations that hold or were sold units of the level, if there are: back along its entries. */
export function claims(connection: Connection, key: number, count: number): Reservation[] {
  const level = findLevelByKey(connection, key)
  const reservations: Reservation[] = []
  if (level === null) return reservations
  let unitsLeft = level.held + level.allocated
  for (let seq = level.lastSeq; seq > 0; seq = previous(connection, seq)) {
    if (unitsLeft <= 0 || reservations.length === count) break
    // A reservation bears the number of its first entry.
    const row = connection.get(ONE, seq)
    if (row === undefined) continue
    const status = RESERVATION_STATUSES[row[3] as number]
    if (status !== 'PENDING' && status !== 'CONFIRMED') continue
    reservations.push(readReservation(row))
    unitsLeft -= row[2] as number
  }
  return reservations
}

import type { HoldPosition } from '../../../model/hold-window.ts'
import { openOf, type Reservation } from '../../../model/reservation.ts'
import { recordId } from '../../../model/record-id.ts'
import { CLAIM_STEPS, type Stamped } from '../../store.ts'
import { RESERVATION_STATUSES } from '../../codes.ts'
import type { Connection } from '../file/connection.ts'
import { findLevelByKey } from './levels.ts'
import type { FoundHolds, PackedNeeds } from '../packed/needs.ts'
import { reservationAt, stampedAt } from './reservations.ts'
import type { DueHolds } from './due-holds.ts'

const DUE = `SELECT seq, random FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND expires_at < ? ORDER BY expires_at, seq LIMIT ?`

/** Those of all levels from a time on: over the index alone. */
const LATER = `SELECT expires_at, level_key, qty - released, seq
  FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND expires_at >= ? ORDER BY expires_at, seq LIMIT ?`

/** A reservation, and the one of its level before it. */
const BACK = `SELECT coalesce(seq - behind, 0), qty - released, status, expires_at
  FROM reservation WHERE seq = ?`

/** How many holds that are not over are looked at, of all levels together: under a millisecond. */
const LOOK = 1000
/** And how many reservations of the levels that had none among those: a few milliseconds. */
const STEPS = 1000

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
  seqs: number[]
  hasLater: boolean
  end: HoldPosition | null
}

/**
 * The earliest pending holds of some levels: all that are over, and as many of the later ones as were
 * asked for, or as are among the next LOOK holds of the whole shop; of a level that has none among
 * those, all, if they are found back along STEPS reservations. An index by level would find them at once,
 * and cost two thirds of the throughput; without the bounds, the search for one level's holds walks
 * over those of all others.
 */
export function earliestHolds(
  connection: Connection,
  needs: PackedNeeds['holds'],
  dueHolds: DueHolds,
): FoundHolds[] {
  const searches = new Map<number, Search>()
  const open = new Set<number>()
  let now = 0
  for (const need of needs) {
    const { key, count } = need
    const unitsLeft = findLevelByKey(connection, key)?.held ?? 0
    searches.set(key, { key, count, unitsLeft, seqs: [], hasLater: false, end: null })
    if (unitsLeft > 0) open.add(key)
    now = Math.max(now, need.now)
  }
  const find = (search: Search, units: number, seq: number): void => {
    search.seqs.push(seq)
    search.unitsLeft -= units
    if (search.unitsLeft <= 0) open.delete(search.key)
  }
  const due = open.size === 0 ? [] : dueHolds.of([...open], now, now)
  due.sort((a, b) => a.expiresAt - b.expiresAt || a.seq - b.seq)
  for (const { key, units, seq } of due) find(searches.get(key)!, units, seq)
  let looked = 0
  let end: HoldPosition | null = null
  if (open.size > 0) {
    for (const row of connection.iterate(LATER, now, LOOK)) {
      const [expiresAt, key, units, seq] = row as number[]
      looked++
      end = behind(expiresAt!, seq!)
      if (!open.has(key!)) continue
      const search = searches.get(key!)!
      find(search, units!, seq!)
      search.hasLater = true
      if (open.has(key!) && search.seqs.length >= search.count) {
        search.end = end
        open.delete(key!)
      }
      if (open.size === 0) break
    }
  }
  // If the walk came to the end of all holds, they are all there are.
  if (looked === LOOK) {
    let stepsLeft = STEPS
    for (const key of open) {
      const search = searches.get(key)!
      search.end = end
      if (!search.hasLater) stepsLeft = lookBack(connection, search, stepsLeft)
    }
  }
  return Array.from(searches.values(), ({ key, seqs, hasLater, end }) => ({
    key,
    holds: seqs.map((seq) => stampedAt(connection, seq)),
    end,
    gaveUp: end !== null && !hasLater,
  }))
}

/**
 * Finds all pending holds of a level back along its reservations, if their units are accounted for within
 * this many steps; returns how many are left. Most levels have a short history, or holds that are young.
 */
function lookBack(connection: Connection, search: Search, steps: number): number {
  const level = findLevelByKey(connection, search.key)!
  const found: { readonly expiresAt: number; readonly seq: number }[] = []
  let unitsLeft = level.held
  let stepsLeft = steps
  for (let seq = level.lastReservation; seq > 0 && unitsLeft > 0 && stepsLeft > 0; stepsLeft--) {
    const [behind, units, status, expiresAt] = connection.get(BACK, seq) as number[]
    if (RESERVATION_STATUSES[status!] === 'PENDING') {
      found.push({ expiresAt: expiresAt!, seq })
      unitsLeft -= units!
    }
    seq = behind!
  }
  if (unitsLeft > 0) return stepsLeft
  found.sort((a, b) => a.expiresAt - b.expiresAt || a.seq - b.seq)
  search.seqs = found.map(({ seq }) => seq)
  search.hasLater = true
  search.end = null
  return stepsLeft
}

/** The place right after a hold: ids are in order of `seq`. */
function behind(expiresAt: number, seq: number): HoldPosition {
  return { expiresAt, id: recordId(seq + 1, 0) }
}

/** So many reservations that hold or were sold units of the level, if there are, the newest ones. */
export function claims(connection: Connection, key: number, count: number): Stamped<Reservation>[] {
  const level = findLevelByKey(connection, key)
  const reservations: Stamped<Reservation>[] = []
  if (level === null) return reservations
  let unitsLeft = level.held + level.allocated
  let seq = level.lastReservation
  for (let steps = 0; seq > 0 && steps < CLAIM_STEPS; steps++) {
    if (unitsLeft <= 0 || reservations.length === count) break
    const { record, lastSeq, behind } = reservationAt(connection, seq)!
    seq = behind
    if (record.status !== 'PENDING' && record.status !== 'CONFIRMED') continue
    reservations.push({ record, lastSeq })
    unitsLeft -= openOf(record)
  }
  return reservations
}

import type { AuditEntry } from '../model/audit-entry.ts'
import type { HoldWindow } from '../model/hold-window.ts'
import { isDue, type Reservation } from '../model/reservation.ts'
import type { Rules } from './policies.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import type { Level } from './level.ts'

/**
 * Where records come from: all of them (in memory), or those that were loaded. A durable engine's state throws
 * on a record that is not loaded, and loads it.
 */
export interface State {
  readonly rules: Rules
  /** The last entry's. */
  readonly seq: number
  /** How many levels were ever made; the newest one's key. */
  readonly levelKeys: number
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly warehouses: ReadonlyMap<string, WarehouseRecord>

  /** null if the product was never in the warehouse. */
  findLevel(warehouseId: string, productId: string): Level | null
  findReservation(id: string): Reservation | null
  findTransfer(id: string): Transfer | null
  /** Units on hand of all levels of the warehouse. */
  onHandIn(warehouseId: string): number
  /** The earliest pending holds of one of its own levels, as the state at the bottom knows them. */
  holdsOf(level: Level): HoldWindow
  /** Asks for more holds of the level than its window has. */
  beyond(level: Level): void
  /** What became of a hold of the bottom's window; the same record if nothing did. */
  newest(hold: Reservation): Reservation
  /** PENDING and CONFIRMED reservations of the level that are not due: `count` of them, or all there are. */
  claimsOn(level: Level, count: number): Reservation[]
  /** Takes over everything that was done above this state. */
  absorb(changes: Changes): void
}

/** What was done above a state: changed records, and the entries that tell of them. */
export interface Changes {
  readonly seq: number
  readonly levelKeys: number
  readonly warehouses: ReadonlyMap<string, WarehouseRecord>
  readonly entries: readonly AuditEntry[]
  /** Beside each entry: the level that it moved; the `seq` of that level's and of its record's entry before it. */
  readonly entryLevels: readonly (Level | null)[]
  readonly previousOfLevel: readonly number[]
  readonly previousOfRecord: readonly number[]
  readonly transfers: ReadonlyMap<string, Transfer>
  /** Units on hand of each warehouse, as far as they changed. */
  readonly onHandChanged: ReadonlyMap<string, number>
  /** Visits the levels whose counts changed. */
  eachChangedLevel(visit: (level: Level) => void): void
  eachChange(visit: VisitChange): void
}

/**
 * Visits a reservation as it stands now, with what it was below: null if it was made, and then `behind` is the
 * integer of its level's reservation before it, 0 where it has none.
 */
export type VisitChange = (
  after: Reservation,
  before: Reservation | null,
  level: Level,
  behind: number,
) => void

/** The first reservations that have a claim on the level's units. */
export function firstClaims(
  reservations: Iterable<Reservation>,
  level: Level,
  now: number,
  count: number,
): Reservation[] {
  const claims: Reservation[] = []
  for (const one of reservations) {
    if (claims.length === count) break
    const active = one.status === 'PENDING' || one.status === 'CONFIRMED'
    if (!active || isDue(one, now)) continue
    if (one.productId === level.productId && one.warehouseId === level.warehouseId) claims.push(one)
  }
  return claims
}

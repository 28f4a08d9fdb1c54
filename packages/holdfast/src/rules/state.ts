import type { AuditEntry } from '../model/audit-entry.ts'
import type { HoldWindow } from '../model/hold-window.ts'
import { isDue, type Holder, type Reservation } from '../model/reservation.ts'
import type { Rules } from './policies.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import type { Level } from './level.ts'

/**
 * Where records come from: all records (in memory), or those that were loaded. A durable engine's state throws if a
 * record is not loaded, then loads it.
 */
export interface State {
  readonly rules: Rules
  /** The `seq` of the last entry. */
  readonly seq: number
  /** The number of levels ever created, which is the newest one's key. */
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
  /** The earliest pending holds of one of its own levels, as the bottom state has them. */
  holdsOf(level: Level): HoldWindow
  /** Requests more holds of the level than its window has. */
  beyond(level: Level): void
  /** The current record of a hold from the bottom state's window. */
  newest(hold: Reservation): Reservation
  /** PENDING and CONFIRMED reservations of the level that are not due: up to `count`. */
  claimsOn(level: Level, count: number): Reservation[]
  /**
   * Holds of an owner or a group that are not over: all, or at least `count` if there are more; with them those
   * reservations of the state that are in `besides`, by id. In order of number.
   */
  holdsFor(
    holder: Holder,
    count: number,
    besides: ReadonlyMap<string, Reservation>,
  ): readonly Reservation[]
  /** Takes over all changes made above this state. */
  absorb(changes: Changes): void
}

/** The changes made above a state: changed records, and the entries about them. */
export interface Changes {
  readonly seq: number
  readonly levelKeys: number
  readonly warehouses: ReadonlyMap<string, WarehouseRecord>
  readonly entries: readonly AuditEntry[]
  /** For each entry: the level it moved, and the `seq` of the previous entry of that level and of its record. */
  readonly entryLevels: readonly (Level | null)[]
  readonly previousOfLevel: readonly number[]
  readonly previousOfRecord: readonly number[]
  readonly transfers: ReadonlyMap<string, Transfer>
  /** Units on hand of each changed warehouse. */
  readonly onHandChanged: ReadonlyMap<string, number>
  /** Visits the levels whose counts changed. */
  eachChangedLevel(visit: (level: Level) => void): void
  eachChange(visit: VisitChange): void
}

/**
 * Visits a reservation in its current state, with its record in the state below. If that is null, the reservation is
 * new, and `behind` is the integer of its level's previous reservation, or 0.
 */
export type VisitChange = (
  after: Reservation,
  before: Reservation | null,
  level: Level,
  behind: number,
) => void

/** The first reservations with a claim on the level's units. */
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

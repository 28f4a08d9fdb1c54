import type { AdjustmentType } from '../model/adjustment-type.ts'
import type { Metadata } from '../model/audit-entry.ts'
import type { InventoryError } from '../model/errors.ts'
import type { Holder, Reservation } from '../model/reservation.ts'
import type { Rules } from './policies.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import type { CommandOf, SingleAnswer, SingleVerb } from '../model/commands/commands.ts'
import type { Level } from './level.ts'

/**
 * What a decision can look up. A look-up throws if the record is not loaded; then the decision runs again from the
 * start. So it must not have changed anything, and `Reading` closes when the decision returns its effect.
 */
export interface Reading {
  readonly rules: Rules
  /** The newest entry. */
  readonly seq: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The actor; null if the command does not name one. */
  readonly actor: string | null
  readonly warehouses: ReadonlyMap<string, WarehouseRecord>
  /** An open warehouse. @throws WarehouseNotFoundError */
  warehouse(id: string): WarehouseRecord
  /** null if the product was never in the warehouse. */
  level(warehouseId: string, productId: string): Level | null
  reservation(id: string): Reservation | null
  transfer(id: string): Transfer | null
  /** Units on hand of all levels of the warehouse. */
  onHand(warehouseId: string): number
  /** Units of expired holds that no entry records yet. */
  dueUnits(level: Level): number
  /** The earliest of those holds that free at least `units`, or all of them. */
  due(level: Level, units: number): readonly Reservation[]
  /** When the next live hold of the level expires; null if none does. */
  nextExpiryAt(level: Level): number | null
  /** Live reservations of the level, at most ten. */
  claims(level: Level): readonly Reservation[]
  /** Units of the owner's holds of the level, as far as they are in memory, without one that is freed already. */
  heldBy(level: Level, owner: string, freed: Reservation | null): number
  /** Holds of an owner or a group that are not over, in order of number: all, or at least `count` if there are more. */
  heldFor(holder: Holder, count: number): readonly Reservation[]
}

/** What an effect can do. It cannot look anything up: the decision has read all that the effect needs. */
export interface Writing {
  readonly now: number
  readonly actor: string | null
  /** The group of the command; null if it has none. */
  readonly group: string | null
  /** The group that a list creates for those of its commands and records that have none. */
  readonly ownGroup: string | null
  /** The id of the reservation or transfer whose first entry is the next one. */
  newId(): string
  /** The name of a new group that starts with the next entry. */
  newGroup(): string
  /** Creates the level of a product that was never in the warehouse. */
  newLevel(warehouseId: string, productId: string): Level
  /**
   * Writes one entry and moves the level's units by its type's effect, in the group of the command or record.
   * @throws InvariantError if a count would fall below zero or exceed exact integers
   */
  append(
    type: AdjustmentType,
    level: Level,
    qty: number,
    metadata: Metadata,
    about?: Reservation | Transfer | null,
  ): void
  /**
   * Writes an entry about another reservation than the command's. It omits the command's metadata, reference and group:
   * they would be repeated in as many entries as holds have expired.
   */
  appendAside(
    type: AdjustmentType,
    level: Level,
    qty: number,
    metadata: Metadata,
    reservation: Reservation,
  ): void
  /** Writes an entry about the warehouse as a whole. */
  appendNote(type: AdjustmentType, warehouseId: string, metadata: Metadata): void
  /**
   * Stores a new (`before` is null) or changed reservation, right after its entry. Freezes it (18 ns), because it is
   * returned to callers, whose writes must not reach the state.
   */
  keep(after: Reservation, before: Reservation | null, level: Level): Reservation
  /** Stores a reservation that an entry about another one changes; its own newest entry stays the same. */
  keepNoted(after: Reservation, before: Reservation, level: Level): Reservation
  /** Stores a transfer, like `keep`. */
  keepTransfer(transfer: Transfer): Transfer
  keepWarehouse(record: WarehouseRecord): void
}

/** What a decided command does. It cannot fail. */
export type Effect<Answer> = (write: Writing) => Answer

/**
 * Looks up and refuses first, then returns the effect. A refusal may be thrown or returned. That of a hold is returned:
 * it is what a shop says most when it is busiest, and a throw through six functions takes as long as all the rest of it.
 * @throws InventoryError
 */
export type Decision<Command, Answer> = (
  read: Reading,
  command: Command,
) => Effect<Answer> | InventoryError

/** One decision for each verb of a table of definitions. */
export type Decisions<Verbs extends SingleVerb> = {
  readonly [V in Verbs]: Decision<CommandOf<V>, SingleAnswer<V>>
}

import type { AdjustmentType } from '../model/adjustment-type.ts'
import type { Metadata } from '../model/audit-entry.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Rules } from './policies.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import type { CommandOf, SingleAnswer, SingleVerb } from '../model/commands/commands.ts'
import type { Level } from './level.ts'

/**
 * What a decision may look up. A look-up throws if the record is not loaded; the decision then runs again from
 * its beginning. So nothing may have changed by then, and `Reading` closes when the decision returns its effect.
 */
export interface Reading {
  readonly rules: Rules
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Who acts; null if the command does not say. */
  readonly actor: string | null
  readonly warehouses: ReadonlyMap<string, WarehouseRecord>
  /** One that is open. @throws WarehouseNotFoundError */
  warehouse(id: string): WarehouseRecord
  /** null if the product was never in the warehouse. */
  level(warehouseId: string, productId: string): Level | null
  reservation(id: string): Reservation | null
  transfer(id: string): Transfer | null
  /** Units on hand of all levels of the warehouse. */
  onHand(warehouseId: string): number
  /** Units of expired holds that no entry tells of yet. */
  dueUnits(level: Level): number
  /** The first of those holds that give back at least `units`, or all of them. */
  due(level: Level, units: number): readonly Reservation[]
  /** When the next live hold of the level expires; null if none does. */
  nextExpiryAt(level: Level): number | null
  /** Live reservations of the level, at most ten. */
  claims(level: Level): readonly Reservation[]
  /** Units of the owner's holds of the level, as far as they are in memory. */
  heldBy(level: Level, owner: string): number
}

/** What an effect may do. It has no look-up: what an effect needs, its decision has read. */
export interface Writing {
  readonly now: number
  readonly actor: string | null
  /** What the command belongs to; null if it does not say. */
  readonly group: string | null
  /** What a list makes for the commands and records in it that belong to nothing else. */
  readonly ownGroup: string | null
  /** The id of the reservation or transfer whose first entry is the next one. */
  newId(): string
  /** The name of a group for what begins with the next entry. */
  newGroup(): string
  /** Makes the level of a product that was never in the warehouse. */
  newLevel(warehouseId: string, productId: string): Level
  /**
   * Writes one entry and moves the level's units by its type's effect. Its group is the command's, or its record's.
   * @throws InvariantError if a count would fall below zero or leave exact integers
   */
  append(
    type: AdjustmentType,
    level: Level,
    qty: number,
    metadata: Metadata,
    about?: Reservation | Transfer | null,
  ): void
  /**
   * Writes an entry about another reservation than the command's: without the command's metadata, reference and
   * group, which would stand in as many entries as holds have expired.
   */
  appendAside(
    type: AdjustmentType,
    level: Level,
    qty: number,
    metadata: Metadata,
    reservation: Reservation,
  ): void
  /** Writes an entry that is about the warehouse as a whole. */
  appendNote(type: AdjustmentType, warehouseId: string, metadata: Metadata): void
  /**
   * Keeps a reservation that was made (`before` is null) or that moved on, right behind the entry that says so.
   * It is frozen here (18 ns): it is handed out, and who writes into an answer must not write into the state.
   */
  keep(after: Reservation, before: Reservation | null, level: Level): Reservation
  /** Keeps a reservation of which an entry about another one tells something; its own newest entry stays. */
  keepNoted(after: Reservation, before: Reservation, level: Level): Reservation
  /** The same for a transfer. */
  keepTransfer(transfer: Transfer): Transfer
  keepWarehouse(record: WarehouseRecord): void
}

/** What a decided command does; it must succeed. */
export type Effect<Answer> = (write: Writing) => Answer

/** Looks up and refuses first, then returns the effect. @throws InventoryError */
export type Decision<Command, Answer> = (read: Reading, command: Command) => Effect<Answer>

/** One decision for each verb of a table of definitions. */
export type Decisions<Verbs extends SingleVerb> = {
  readonly [V in Verbs]: Decision<CommandOf<V>, SingleAnswer<V>>
}

import { EFFECTS, isOfCount, type AdjustmentType } from '../model/adjustment-type.ts'
import type { AuditEntry, Metadata, Reference } from '../model/audit-entry.ts'
import { assert, type InventoryError } from '../model/errors.ts'
import { HoldWindow } from '../model/hold-window.ts'
import { newestEntry, stampEntry } from '../model/newest-entry.ts'
import { noWarehouse } from '../model/not-found.ts'
import {
  isDue,
  isHeldFor,
  openOf,
  ReservationStatus,
  type Holder,
  type Reservation,
} from '../model/reservation.ts'
import type { Rules } from './policies.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import type { Decision, Reading, Writing } from './decision.ts'
import { Entry, type CountsOf } from './entry.ts'
import { Fresh, Level } from './level.ts'
import { firstDue, nextExpiry, unitsDue, unitsHeldBy } from './level-holds.ts'
import { firstClaims, type Changes, type State, type VisitChange } from './state.ts'
import { TouchedHolders } from './touched-holders.ts'

/** A changed reservation, and its record before. */
interface Move {
  readonly before: Reservation
  after: Reservation
  readonly level: Level
  /** It was made in the same unit of work. */
  readonly made: boolean
}

const NO_HOLDS = new HoldWindow()
/** The counts of an entry without a level. */
const NOTHING = { productId: '', available: 0, held: 0, allocated: 0, unsellable: 0 }
/** Shared by all that have none: four maps for each command cost the in-memory manager a tenth of its time. */
const NOBODYS: ReadonlyMap<string, never> = new Map<string, never>()
const NONE_BESIDES: ReadonlyMap<string, Reservation> = new Map()
/** The most reservations that a refusal names. */
const CLAIMS = 10

/**
 * What commands do above a state that they read: changed records and new entries. It is merged into that state as a
 * whole, or dropped. A batch is one unit of work, and an `atomically` in it is another one on top.
 */
export class UnitOfWork implements State, Changes, Reading, Writing {
  readonly base: State
  readonly rules: Rules
  seq: number
  levelKeys: number
  /** The time of the command, or of its whole batch. */
  now: number
  /** Set before each command: the actor, and what the caller records with it. */
  actor: string | null = null
  metadata: Metadata | null = null
  reference: Reference | null = null
  group: string | null = null
  /** The group of everything whose command and record have none. */
  ownGroup: string | null = null

  readonly entries: AuditEntry[] = []
  readonly entryLevels: (Level | null)[] = []
  readonly previousOfLevel: number[] = []
  readonly previousOfRecord: number[] = []
  transfers: ReadonlyMap<string, Transfer> = NOBODYS
  /** Replaced as a whole when a warehouse changes. */
  warehouses: ReadonlyMap<string, WarehouseRecord>
  /** Units on hand of each warehouse that changed here. */
  onHandChanged: ReadonlyMap<string, number> = NOBODYS

  readonly #levels = new Map<string, Map<string, Level>>()
  /** Reservations made here; for each, its level and the integer of the level's previous reservation. */
  readonly #made: Reservation[] = []
  readonly #madeIn: Level[] = []
  readonly #madeBehind: number[] = []
  /** Where the ones made here are, by id, filled at the first look-up: a batch of new holds needs none. */
  #madeById: ReadonlyMap<string, number> = NOBODYS
  #moved: ReadonlyMap<string, Move> = NOBODYS
  /** From the first command on that asks for the holds of an owner or a group. */
  #touched: TouchedHolders | null = null
  #isReading = false

  constructor(base: State) {
    this.base = base
    this.rules = base.rules
    this.seq = base.seq
    this.levelKeys = base.levelKeys
    this.now = base.now
    this.warehouses = base.warehouses
  }

  /**
   * Runs a decision, then its effect. If the decision throws or returns a refusal, nothing has changed.
   * @throws InventoryError, or whatever the state throws for a record that is not loaded
   */
  decide<Command, Answer>(
    decision: Decision<Command, Answer>,
    command: Command,
  ): Answer | InventoryError {
    this.#isReading = true
    let effect
    try {
      effect = decision(this, command)
    } finally {
      this.#isReading = false
    }
    return typeof effect === 'function' ? effect(this) : effect
  }

  // For decisions.

  warehouse(id: string): WarehouseRecord {
    this.#mustRead()
    const warehouse = this.warehouses.get(id)
    if (warehouse === undefined || warehouse.closed) throw noWarehouse(id)
    return warehouse
  }

  level(warehouseId: string, productId: string): Level | null {
    this.#mustRead()
    return this.findLevel(warehouseId, productId)
  }

  reservation(id: string): Reservation | null {
    this.#mustRead()
    return this.findReservation(id)
  }

  transfer(id: string): Transfer | null {
    this.#mustRead()
    return this.findTransfer(id)
  }

  onHand(warehouseId: string): number {
    this.#mustRead()
    return this.onHandIn(warehouseId)
  }

  dueUnits(level: Level): number {
    this.#mustRead()
    return unitsDue(this, level)
  }

  due(level: Level, units: number): readonly Reservation[] {
    this.#mustRead()
    return firstDue(this, level, units)
  }

  nextExpiryAt(level: Level): number | null {
    this.#mustRead()
    return nextExpiry(this, level)
  }

  claims(level: Level): readonly Reservation[] {
    this.#mustRead()
    return this.claimsOn(level, CLAIMS)
  }

  heldBy(level: Level, owner: string, freed: Reservation | null): number {
    this.#mustRead()
    return unitsHeldBy(this, level, owner, freed)
  }

  heldFor(holder: Holder, count: number): readonly Reservation[] {
    this.#mustRead()
    return this.holdsFor(holder, count)
  }

  // For effects.

  newId(): string {
    return this.rules.newId(this.seq + 1)
  }

  newGroup(): string {
    const seq = this.seq + 1
    return this.rules.newGroup?.(seq) ?? `group-${seq}`
  }

  newLevel(warehouseId: string, productId: string): Level {
    this.#mustWrite()
    const level = new Level(warehouseId, productId)
    level.key = ++this.levelKeys
    return this.#keepLevel(level)
  }

  append(
    type: AdjustmentType,
    level: Level,
    qty: number,
    metadata: Metadata,
    about: Reservation | Transfer | null = null,
  ): void {
    this.#mustWrite()
    const effect = EFFECTS[type]
    const previousSeq = level.lastSeq
    level.apply(effect, qty, this.seq + 1)
    if (isOfCount(type)) level.lastCount = this.seq + 1
    const sum = effect.available + effect.held + effect.allocated + effect.unsellable
    if (sum !== 0) {
      const units = this.onHandIn(level.warehouseId) + sum * qty
      assert(
        units >= 0 && Number.isSafeInteger(units),
        () => `units on hand in ${level.warehouseId}: ${units}`,
      )
      this.onHandChanged = added(this.onHandChanged, level.warehouseId, units)
    }
    const entry = this.#entry(type, level, qty, metadata, about)
    this.#record(entry, level, previousSeq, about === null ? 0 : newestEntry(about))
  }

  appendAside(
    type: AdjustmentType,
    level: Level,
    qty: number,
    metadata: Metadata,
    reservation: Reservation,
  ): void {
    const { metadata: own, reference, group, ownGroup } = this
    this.metadata = this.reference = this.group = this.ownGroup = null
    this.append(type, level, qty, metadata, reservation)
    this.metadata = own
    this.reference = reference
    this.group = group
    this.ownGroup = ownGroup
  }

  appendNote(type: AdjustmentType, warehouseId: string, metadata: Metadata): void {
    this.#mustWrite()
    const nothing = { ...NOTHING, warehouseId }
    this.#record(this.#entry(type, nothing, 0, metadata, null), null, 0, 0)
  }

  keepNoted(after: Reservation, before: Reservation, level: Level): Reservation {
    this.#mustWrite()
    Object.freeze(stampEntry(after, newestEntry(before)))
    this.#keep(after, before, level, 0)
    return after
  }

  keep(after: Reservation, before: Reservation | null, level: Level): Reservation {
    this.#mustWrite()
    Object.freeze(stampEntry(after, this.seq))
    let behind = 0
    if (before === null) {
      behind = level.lastReservation
      level.lastReservation = this.seq
    }
    this.#keep(after, before, level, behind)
    return after
  }

  keepTransfer(transfer: Transfer): Transfer {
    this.#mustWrite()
    const kept = Object.freeze(stampEntry(transfer, this.seq))
    this.transfers = added(this.transfers, transfer.id, kept)
    return transfer
  }

  keepWarehouse(record: WarehouseRecord): void {
    this.#mustWrite()
    this.warehouses = new Map(this.warehouses).set(record.id, record)
  }

  // For a unit of work on top of this one.

  findLevel(warehouseId: string, productId: string): Level | null {
    const known = this.#levels.get(warehouseId)?.get(productId)
    if (known !== undefined) return known
    const below = this.base.findLevel(warehouseId, productId)
    return below === null ? null : this.#keepLevel(new Level(warehouseId, productId, below))
  }

  findReservation(id: string): Reservation | null {
    return this.#moved.get(id)?.after ?? this.#madeHere(id) ?? this.base.findReservation(id)
  }

  findTransfer(id: string): Transfer | null {
    return this.transfers.get(id) ?? this.base.findTransfer(id)
  }

  onHandIn(warehouseId: string): number {
    return this.onHandChanged.get(warehouseId) ?? this.base.onHandIn(warehouseId)
  }

  holdsOf(level: Level): HoldWindow {
    return level.base === null ? NO_HOLDS : this.base.holdsOf(level.base)
  }

  beyond(level: Level): void {
    if (level.base !== null) this.base.beyond(level.base)
  }

  newest(hold: Reservation): Reservation {
    return this.#moved.get(hold.id)?.after ?? this.base.newest(hold)
  }

  claimsOn(level: Level, count: number): Reservation[] {
    const changed = new Map<string, Reservation>()
    this.eachChange((after, _before, of) => {
      if (of === level) changed.set(after.id, after)
    })
    const below = level.base === null ? [] : this.base.claimsOn(level.base, count + changed.size)
    const all = [...below.filter((claim) => !changed.has(claim.id)), ...changed.values()]
    return firstClaims(all, level, this.now, count)
  }

  holdsFor(holder: Holder, count: number, besides = NONE_BESIDES): Reservation[] {
    const touched = this.#touchedHolders().idsOf(holder)
    const moved = new Map<string, Reservation>()
    const made: number[] = []
    for (const id of new Set([...touched, ...besides.keys()])) {
      const index = this.#madeAt(id)
      if (index === undefined) moved.set(id, besides.get(id) ?? this.#moved.get(id)!.before)
      else made.push(index)
    }
    const below = this.base.holdsFor(holder, count + touched.size, moved)
    made.sort((a, b) => a - b)
    return [...below, ...made.map((index) => this.#made[index]!)]
      .map((found) => this.#moved.get(found.id)?.after ?? found)
      .filter((found) => besides.has(found.id) || isHeldFor(holder, found, this.now))
  }

  /** Visits changed reservations in their current state: first the new ones, then the others. */
  eachChange(visit: VisitChange): void {
    for (let index = 0; index < this.#made.length; index++) {
      const made = this.#made[index]!
      const after = this.#moved.size === 0 ? made : (this.#moved.get(made.id)?.after ?? made)
      visit(after, null, this.#madeIn[index]!, this.#madeBehind[index]!)
    }
    for (const { after, before, level, made } of this.#moved.values())
      if (!made) visit(after, before, level, 0)
  }

  /** Visits the levels whose counts changed here. */
  eachChangedLevel(visit: (level: Level) => void): void {
    for (const levels of this.#levels.values())
      for (const level of levels.values()) if (level.lastSeq > this.base.seq) visit(level)
  }

  /** Hands all changes to the state below, as if they had been made there. */
  merge(): void {
    this.base.absorb(this)
  }

  absorb(changes: Changes): void {
    changes.eachChangedLevel((level) => this.#below(level).follow(level))
    changes.eachChange((after, before, level, behind) =>
      this.#keep(after, before, this.#below(level), behind),
    )
    for (const [id, transfer] of changes.transfers)
      this.transfers = added(this.transfers, id, transfer)
    for (const [warehouseId, units] of changes.onHandChanged)
      this.onHandChanged = added(this.onHandChanged, warehouseId, units)
    for (let index = 0; index < changes.entries.length; index++)
      this.#record(
        changes.entries[index]!,
        changes.entryLevels[index]!,
        changes.previousOfLevel[index]!,
        changes.previousOfRecord[index]!,
      )
    this.warehouses = changes.warehouses
    this.seq = changes.seq
    this.levelKeys = changes.levelKeys
  }

  /** This unit's level for one of a unit on top; created here if it is new. */
  #below(level: Level): Level {
    return (level.base ??= this.#keepLevel(new Level(level.warehouseId, level.productId)))
  }

  #keepLevel(level: Level): Level {
    let levels = this.#levels.get(level.warehouseId)
    if (levels === undefined)
      this.#levels.set(level.warehouseId, (levels = new Map<string, Level>()))
    levels.set(level.productId, level)
    return level
  }

  #keep(after: Reservation, before: Reservation | null, level: Level, behind: number): void {
    level.nextExpiry = undefined
    if (this.#touched !== null) {
      this.#touched.add(after)
      if (before !== null) this.#touched.add(before)
    }
    if (after.status === ReservationStatus.PENDING) level.fresh = new Fresh(after, level.fresh)
    if (before !== null && isDue(before, this.now)) level.writtenDown += openOf(before)
    if (before === null) {
      this.#made.push(after)
      this.#madeIn.push(level)
      this.#madeBehind.push(behind)
      return
    }
    const known = this.#moved.get(after.id)
    if (known !== undefined) known.after = after
    else {
      const made = this.#madeHere(after.id) !== null
      this.#moved = added(this.#moved, after.id, { before, after, level, made })
    }
  }

  #madeHere(id: string): Reservation | null {
    const index = this.#madeAt(id)
    return index === undefined ? null : this.#made[index]!
  }

  #madeAt(id: string): number | undefined {
    for (let index = this.#madeById.size; index < this.#made.length; index++)
      this.#madeById = added(this.#madeById, this.#made[index]!.id, index)
    return this.#madeById.get(id)
  }

  /** Reservations that were made or moved here, by whom they are, or were, for. */
  #touchedHolders(): TouchedHolders {
    if (this.#touched === null) {
      this.#touched = new TouchedHolders()
      for (const made of this.#made) this.#touched.add(made)
      for (const { before, after } of this.#moved.values()) {
        this.#touched.add(before)
        this.#touched.add(after)
      }
    }
    return this.#touched
  }

  #record(entry: AuditEntry, level: Level | null, ofLevel: number, ofRecord: number): void {
    this.entries.push(entry)
    this.entryLevels.push(level)
    this.previousOfLevel.push(ofLevel)
    this.previousOfRecord.push(ofRecord)
  }

  #entry(
    type: AdjustmentType,
    level: CountsOf,
    qty: number,
    metadata: Metadata,
    about: Reservation | Transfer | null,
  ): AuditEntry {
    const all = this.metadata === null ? metadata : { ...this.metadata, ...metadata }
    return new Entry(this, ++this.seq, type, level, qty, all, about)
  }

  #mustRead(): void {
    assert(this.#isReading, 'a record was looked up after the command was decided')
  }

  #mustWrite(): void {
    assert(!this.#isReading, 'something was changed before the command was decided')
  }
}

/** Into a map of one's own, made now in the place of nobody's. */
function added<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> {
  return map === NOBODYS ? new Map([[key, value]]) : (map as Map<string, Value>).set(key, value)
}

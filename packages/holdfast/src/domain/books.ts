import { EFFECTS, type AdjustmentType } from './adjustment-type.ts'
import type { AuditEntry, Metadata } from './audit-entry.ts'
import { assert } from './errors.ts'
import { HoldWindow } from './hold-window.ts'
import { noWarehouse } from './not-found.ts'
import { isDue, type Reservation } from './reservation.ts'
import type { Rules } from './rules.ts'
import { StockLevel } from './stock-level.ts'
import type { Transfer } from './transfer.ts'
import type { WarehouseRecord } from './warehouse-record.ts'

/** Records by key: a Map, or a bounded cache. `null` says: known to be absent. */
export interface Shelf<V> extends Iterable<[string, V | null]> {
  get(key: string): V | null | undefined
  set(key: string, value: V | null): unknown
}

type NewShelf = <V>() => Shelf<V>

/** A reservation that moved on, and what it was before. */
interface Move {
  readonly before: Reservation
  after: Reservation
  readonly level: StockLevel
  /** It was made in the same books. */
  readonly made: boolean
}

const NO_HOLDS = new HoldWindow()
/** So many of the reservations in a count's way are named. */
const CLAIMS = 10

/**
 * The records that commands read and change, and the entries that they write. Books stand on a
 * parent: what they change is theirs until `merge` hands it down, and dropping them forgets it. A
 * batch, and an `atomically` inside it, are such overlays; the books at the bottom hold everything
 * (in memory), or what was loaded (in a durable engine, which throws on what was not).
 */
export class Books {
  readonly rules: Rules
  protected readonly newShelf: NewShelf
  readonly parent: Books | null
  /** The last entry's; the next entry is one more. */
  seq: number
  /** How many levels were ever made; the newest one's key. */
  levelKeys: number
  /** The time of the command, or of its whole batch. */
  now: number
  /** Who acts, and what he says about it: set before each command. */
  actor: string | null = null
  metadata: Metadata | null = null

  readonly entries: AuditEntry[] = []
  /** Beside each entry: the level that it moved, and the `seq` of that level's entry before it. */
  readonly entryLevels: (StockLevel | null)[] = []
  readonly previousSeqs: number[] = []
  /** Reservations that were made in here, and beside each its level. */
  readonly #made: Reservation[] = []
  readonly #madeIn: StockLevel[] = []
  /** The made ones by id, as far as somebody looked one up: a batch of new holds never does. */
  readonly #madeById = new Map<string, Reservation>()
  readonly #moved = new Map<string, Move>()
  readonly transfers: Shelf<Transfer>
  readonly levels = new Map<string, Shelf<StockLevel>>()
  /** Replaced as a whole when a warehouse changes, so that books above never change those below. */
  warehouses: ReadonlyMap<string, WarehouseRecord>
  /** Units on hand per warehouse, as far as they changed in here. */
  readonly onHand = new Map<string, number>()

  constructor(rules: Rules, parent: Books | null = null, newShelf: NewShelf = () => new Map()) {
    this.rules = rules
    this.newShelf = newShelf
    this.parent = parent
    this.seq = parent?.seq ?? 0
    this.levelKeys = parent?.levelKeys ?? 0
    this.now = parent?.now ?? 0
    this.actor = parent?.actor ?? null
    this.metadata = parent?.metadata ?? null
    this.warehouses = parent?.warehouses ?? new Map()
    this.transfers = newShelf()
  }

  /** What the books at the bottom answer for a record that they do not hold: here, that there is none. */
  protected absentLevel(_warehouseId: string, _productId: string): null {
    return null
  }
  protected absentReservation(_id: string): null {
    return null
  }
  protected absentTransfer(_id: string): null {
    return null
  }
  protected absentHolds(_level: StockLevel): HoldWindow {
    return NO_HOLDS
  }

  /** @throws WarehouseNotFoundError */
  warehouse(id: string): WarehouseRecord {
    const warehouse = this.warehouses.get(id)
    if (warehouse === undefined) throw noWarehouse(id)
    return warehouse
  }

  keepWarehouse(record: WarehouseRecord): void {
    this.warehouses = new Map(this.warehouses).set(record.id, record)
  }

  /** The level to look at and to change in here; null where the product was never there. */
  level(warehouseId: string, productId: string): StockLevel | null {
    const known = this.levels.get(warehouseId)?.get(productId)
    if (known !== undefined) return known
    if (this.parent === null) return this.absentLevel(warehouseId, productId)
    const below = this.parent.level(warehouseId, productId)
    return below === null ? null : this.keepLevel(below.copyFor(this))
  }

  /** The level, made where there is none yet; only for a command that is certain to succeed. */
  openLevel(warehouseId: string, productId: string): StockLevel {
    const known = this.level(warehouseId, productId)
    if (known !== null) return known
    const level = new StockLevel(this, warehouseId, productId)
    level.key = ++this.levelKeys
    return this.keepLevel(level)
  }

  keepLevel(level: StockLevel): StockLevel {
    let shelf = this.levels.get(level.warehouseId)
    if (shelf === undefined) this.levels.set(level.warehouseId, (shelf = this.newShelf()))
    shelf.set(level.productId, level)
    return level
  }

  reservation(id: string): Reservation | null {
    const known = this.#moved.get(id)?.after ?? this.#madeHere(id)
    if (known !== null) return known
    return this.parent === null ? this.absentReservation(id) : this.parent.reservation(id)
  }

  /** Takes in a reservation that was made (`before` is null) or that moved on. */
  keep(after: Reservation, before: Reservation | null, level: StockLevel): void {
    if (before === null) {
      this.#made.push(after)
      this.#madeIn.push(level)
      return
    }
    const known = this.#moved.get(after.id)
    if (known !== undefined) known.after = after
    else
      this.#moved.set(after.id, { before, after, level, made: this.#madeHere(after.id) !== null })
  }

  /** Visits reservations as they stand in here: those that were made, then those that moved. */
  eachChange(
    visit: (after: Reservation, before: Reservation | null, level: StockLevel) => void,
  ): void {
    for (let index = 0; index < this.#made.length; index++) {
      const made = this.#made[index]!
      const after = this.#moved.size === 0 ? made : (this.#moved.get(made.id)?.after ?? made)
      visit(after, null, this.#madeIn[index]!)
    }
    for (const { after, before, level, made } of this.#moved.values())
      if (!made) visit(after, before, level)
  }

  #madeHere(id: string): Reservation | null {
    for (let index = this.#madeById.size; index < this.#made.length; index++) {
      this.#madeById.set(this.#made[index]!.id, this.#made[index]!)
    }
    return this.#madeById.get(id) ?? null
  }

  transfer(id: string): Transfer | null {
    const known = this.transfers.get(id)
    if (known !== undefined) return known
    return this.parent === null ? this.absentTransfer(id) : this.parent.transfer(id)
  }

  unitsOnHand(warehouseId: string): number {
    return this.onHand.get(warehouseId) ?? this.parent?.unitsOnHand(warehouseId) ?? 0
  }

  /** Reservations that hold or were sold units of the level, a few of them: they stand in a count's way. */
  claims(level: StockLevel, count = CLAIMS): Reservation[] {
    const changed = new Map<string, Reservation>()
    this.eachChange((after) => changed.set(after.id, after))
    const below = this.parent?.claims(level, count + changed.size) ?? []
    const all = [...below.filter((claim) => !changed.has(claim.id)), ...changed.values()]
    return firstClaims(all, level, this.now, count)
  }

  /** The hold's newest record in these books or those between them and the bottom; else itself. */
  newest(hold: Reservation): Reservation {
    if (this.parent === null) return hold
    return this.#moved.get(hold.id)?.after ?? this.parent.newest(hold)
  }

  /** The earliest pending holds of the level, as the books at the bottom know them. */
  holdsOf(level: StockLevel): HoldWindow {
    if (this.parent === null) return level.window ?? this.absentHolds(level)
    const below = this.parent.level(level.warehouseId, level.productId)
    return below === null ? NO_HOLDS : this.parent.holdsOf(below)
  }

  /** Called when a level was asked for more holds than its window reaches. */
  beyond(level: StockLevel): void {
    this.parent?.beyond(level)
  }

  /**
   * Writes one entry, and moves the level's units by its type's effect: the only place where counts
   * change. @throws InvariantError where a count would fall below nothing or leave exact integers
   */
  append(
    type: AdjustmentType,
    level: StockLevel,
    qty: number,
    metadata: Metadata,
    reservationId: string | null = null,
    transfer: Transfer | null = null,
  ): void {
    const effect = EFFECTS[type]
    const previousSeq = level.lastSeq
    level.apply(effect, qty, this.seq + 1)
    const sum = effect.available + effect.held + effect.allocated
    if (sum !== 0) {
      const units = this.unitsOnHand(level.warehouseId) + sum * qty
      assert(
        units >= 0 && Number.isSafeInteger(units),
        `units on hand in ${level.warehouseId}: ${units}`,
      )
      this.onHand.set(level.warehouseId, units)
    }
    const entry = this.#entry(type, level, qty, metadata, reservationId, transfer)
    this.record(entry, level, previousSeq)
  }

  /** Writes an entry that belongs to a warehouse as a whole. */
  appendNote(type: AdjustmentType, warehouseId: string, metadata: Metadata): void {
    const nothing = { warehouseId, productId: '', available: 0, held: 0, allocated: 0 }
    this.record(this.#entry(type, nothing, 0, metadata, null, null), null, 0)
  }

  #entry(
    type: AdjustmentType,
    level: Pick<StockLevel, 'warehouseId' | 'productId' | 'available' | 'held' | 'allocated'>,
    qty: number,
    metadata: Metadata,
    reservationId: string | null,
    transfer: Transfer | null,
  ): AuditEntry {
    const seq = ++this.seq
    return {
      id: String(seq),
      seq,
      type,
      productId: level.productId,
      warehouseId: level.warehouseId,
      fromWarehouseId: transfer === null ? null : transfer.fromWarehouseId,
      qty,
      timestamp: this.now,
      reservationId,
      transferId: transfer === null ? null : transfer.id,
      actor: this.actor,
      metadata: this.metadata === null ? metadata : { ...this.metadata, ...metadata },
      available: level.available,
      held: level.held,
      allocated: level.allocated,
    }
  }

  protected record(entry: AuditEntry, level: StockLevel | null, previousSeq: number): void {
    this.entries.push(entry)
    this.entryLevels.push(level)
    this.previousSeqs.push(previousSeq)
  }

  /** Hands everything down to the parent, as if it had been done there. */
  merge(): void {
    const parent = this.parent
    assert(parent !== null, 'books without a parent cannot be merged')
    for (const shelf of this.levels.values()) {
      for (const [, level] of shelf) {
        if (level !== null && level.lastSeq > parent.seq) level.below(parent).follow(level)
      }
    }
    this.eachChange((after, before, level) => {
      const below = level.below(parent)
      parent.keep(after, before, below)
      below.track(after, before)
    })
    for (const [id, transfer] of this.transfers) parent.transfers.set(id, transfer)
    for (const [warehouseId, units] of this.onHand) parent.onHand.set(warehouseId, units)
    this.entries.forEach((entry, index) => {
      parent.record(entry, this.entryLevels[index]!, this.previousSeqs[index]!)
    })
    parent.warehouses = this.warehouses
    parent.seq = this.seq
    parent.levelKeys = this.levelKeys
  }
}

/** The first reservations that have a claim on the level's units. */
export function firstClaims(
  reservations: Iterable<Reservation>,
  level: StockLevel,
  now: number,
  count = CLAIMS,
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

import { HoldWindow } from '../model/hold-window.ts'
import {
  isHeldFor,
  ReservationStatus,
  type Holder,
  type Reservation,
} from '../model/reservation.ts'
import type { Rules } from '../rules/policies.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import { Level } from '../rules/level.ts'
import { firstClaims, type Changes, type State } from '../rules/state.ts'

/** A state that has everything in memory: what it does not know does not exist. */
export class MemoryState implements State {
  readonly rules: Rules
  seq = 0
  levelKeys = 0
  now = 0
  warehouses: ReadonlyMap<string, WarehouseRecord> = new Map()
  /** By warehouse, then by product. */
  readonly #levels = new Map<string, Map<string, Level>>()
  readonly #reservations = new Map<string, Reservation>()
  readonly #transfers = new Map<string, Transfer>()
  readonly #onHand = new Map<string, number>()

  constructor(rules: Rules) {
    this.rules = rules
  }

  addWarehouse(record: WarehouseRecord): void {
    this.warehouses = new Map(this.warehouses).set(record.id, record)
    if (!this.#levels.has(record.id)) this.#levels.set(record.id, new Map())
  }

  /** Units present before the first command, without an entry. */
  addLevel(warehouseId: string, productId: string, available: number): Level {
    const level = new Level(warehouseId, productId)
    level.read({
      key: ++this.levelKeys,
      available,
      held: 0,
      allocated: 0,
      unsellable: 0,
      lastSeq: 0,
      lastReservation: 0,
      lastCount: 0,
    })
    this.#levels.get(warehouseId)!.set(productId, level)
    this.#onHand.set(warehouseId, this.onHandIn(warehouseId) + available)
    return level
  }

  levelsIn(warehouseId: string): ReadonlyMap<string, Level> {
    return this.#levels.get(warehouseId) ?? new Map<string, Level>()
  }

  findLevel(warehouseId: string, productId: string): Level | null {
    return this.#levels.get(warehouseId)?.get(productId) ?? null
  }

  findReservation(id: string): Reservation | null {
    return this.#reservations.get(id) ?? null
  }

  findTransfer(id: string): Transfer | null {
    return this.#transfers.get(id) ?? null
  }

  onHandIn(warehouseId: string): number {
    return this.#onHand.get(warehouseId) ?? 0
  }

  holdsOf(level: Level): HoldWindow {
    return (level.window ??= new HoldWindow())
  }

  /** Its windows have no end. */
  beyond(): void {}

  newest(hold: Reservation): Reservation {
    return hold
  }

  claimsOn(level: Level, count: number): Reservation[] {
    return firstClaims(this.#reservations.values(), level, this.now, count)
  }

  holdsFor(
    holder: Holder,
    _count: number,
    besides: ReadonlyMap<string, Reservation>,
  ): Reservation[] {
    return [...this.#reservations.values()].filter(
      (found) => besides.has(found.id) || isHeldFor(holder, found, this.now),
    )
  }

  absorb(changes: Changes): void {
    changes.eachChangedLevel((level) => this.#own(level).follow(level))
    changes.eachChange((after, before, level) => {
      this.#reservations.set(after.id, after)
      const own = this.#own(level)
      own.nextExpiry = undefined
      const window = this.holdsOf(own)
      if (before?.status === ReservationStatus.PENDING) window.remove(before)
      if (after.status === ReservationStatus.PENDING) window.add(after)
    })
    for (const [id, transfer] of changes.transfers) this.#transfers.set(id, transfer)
    for (const [warehouseId, units] of changes.onHandChanged) this.#onHand.set(warehouseId, units)
    this.warehouses = changes.warehouses
    this.seq = changes.seq
    this.levelKeys = changes.levelKeys
  }

  #own(level: Level): Level {
    if (level.base !== null) return level.base
    const own = new Level(level.warehouseId, level.productId)
    this.#levels.get(level.warehouseId)!.set(level.productId, own)
    return (level.base = own)
  }
}

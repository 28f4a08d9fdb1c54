import type { Effect } from '../model/adjustment-type.ts'
import { assert } from '../model/errors.ts'
import { shownId } from '../model/id.ts'
import type { HoldWindow } from '../model/hold-window.ts'
import type { Reservation } from '../model/reservation.ts'

type StoredLevel = Pick<
  Level,
  | 'key'
  | 'available'
  | 'held'
  | 'allocated'
  | 'unsellable'
  | 'lastSeq'
  | 'lastReservation'
  | 'lastCount'
>

/** A hold of a level, and those before it. */
export class Fresh {
  readonly hold: Reservation
  readonly before: Fresh | null

  constructor(hold: Reservation, before: Fresh | null) {
    this.hold = hold
    this.before = before
  }
}

/**
 * The counts of one product in one warehouse: every unit is in exactly one bucket, and no count is ever below zero.
 * Only `apply` changes them. A level looks nothing up.
 */
export class Level {
  readonly warehouseId: string
  readonly productId: string
  /** 1, 2, 3, … in the order of creation. */
  key = 0
  /** The same level in the state below, of which this is a copy; null if it is new here. */
  base: Level | null
  #available = 0
  #held = 0
  #allocated = 0
  #unsellable = 0
  #lastSeq = 0
  /** The integer in the id of its newest reservation; 0 if it has none. */
  lastReservation = 0
  /** The `seq` of the newest entry that a count of it wrote; 0 if none did. */
  lastCount = 0
  /** The earliest pending holds, in the bottom state; null if they were not loaded. */
  window: HoldWindow | null = null
  /** Pending holds that a unit of work made or extended, the newest first; `window` does not have them. */
  fresh: Fresh | null = null
  /** Units of the expired holds in `window` that a unit of work has recorded. */
  writtenDown = 0
  /** When its next hold expires, cached; null if none does, undefined if not known. */
  nextExpiry: number | null | undefined = undefined

  constructor(warehouseId: string, productId: string, base: Level | null = null) {
    this.warehouseId = warehouseId
    this.productId = productId
    this.base = base
    if (base === null) return
    this.follow(base)
    this.fresh = base.fresh
    this.writtenDown = base.writtenDown
  }

  get available(): number {
    return this.#available
  }
  get held(): number {
    return this.#held
  }
  get allocated(): number {
    return this.#allocated
  }
  get unsellable(): number {
    return this.#unsellable
  }
  get reserved(): number {
    return this.#held + this.#allocated
  }
  get onHand(): number {
    return this.#available + this.#held + this.#allocated + this.#unsellable
  }
  /** The `seq` of the level's newest entry. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  /** Applies one entry's effect. @throws InvariantError if a count would fall below zero or exceed exact integers */
  apply(effect: Effect, qty: number, seq: number): void {
    this.#available += effect.available * qty
    this.#held += effect.held * qty
    this.#allocated += effect.allocated * qty
    this.#unsellable += effect.unsellable * qty
    this.#lastSeq = seq
    assert(
      this.#available >= 0 &&
        this.#held >= 0 &&
        this.#allocated >= 0 &&
        this.#unsellable >= 0 &&
        Number.isSafeInteger(this.onHand),
      () =>
        `${shownId(this.productId)} in ${shownId(this.warehouseId)} would be ${this.#available}/${this.#held}/${this.#allocated}/${this.#unsellable}`,
    )
  }

  /** Takes the counts from a copy, or from the level that this is a copy of. */
  follow(other: Level): void {
    this.read(other)
    this.nextExpiry = other.nextExpiry
  }

  /** Takes the counts from a stored level. */
  read(stored: StoredLevel): void {
    this.key = stored.key
    this.lastReservation = stored.lastReservation
    this.lastCount = stored.lastCount
    this.#available = stored.available
    this.#held = stored.held
    this.#allocated = stored.allocated
    this.#unsellable = stored.unsellable
    this.#lastSeq = stored.lastSeq
  }
}

import { AdjustmentType, type Effect } from './adjustment-type.ts'
import type { Metadata } from './audit-entry.ts'
import type { Books } from './books.ts'
import { assert, InsufficientStockError } from './errors.ts'
import { HoldWindow } from './hold-window.ts'
import { shownId } from './id.ts'
import { isDue, moved, ReservationStatus, type Reservation } from './reservation.ts'

/** The counts of a level, as people and programs see them. */
export interface LevelCounts {
  readonly warehouseId: string
  readonly productId: string
  readonly available: number
  readonly held: number
  readonly allocated: number
  readonly reserved: number
  readonly onHand: number
}

/**
 * The counts of one product in one warehouse, and the contract of reserving: what is promised was
 * available, and every unit is in exactly one bucket. Its methods are told that the command is legal
 * (see `verbs/`), except for the question that only a level can answer: is there enough?
 */
export class StockLevel implements LevelCounts {
  readonly books: Books
  readonly warehouseId: string
  readonly productId: string
  /** 1, 2, 3 … in the order in which levels were made. */
  key = 0
  #available = 0
  #held = 0
  #allocated = 0
  #lastSeq = 0
  /** The earliest pending holds below these books; null where they were not loaded. */
  window: HoldWindow | null = null
  /** Holds that these books made or moved, which `window` does not know. */
  #fresh: Reservation[] | null = null
  /** Units of expired holds that books above the bottom wrote down; the bottom's window has them still. */
  #writtenDown = 0
  #nextExpiry: number | null | undefined = undefined
  /** The level of the books below that this one is a copy of. */
  #below: StockLevel | null = null

  constructor(books: Books, warehouseId: string, productId: string) {
    this.books = books
    this.warehouseId = warehouseId
    this.productId = productId
    if (books.parent === null) this.window = new HoldWindow()
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

  /** The `seq` of the level's newest entry. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  get reserved(): number {
    return this.held + this.allocated
  }

  get onHand(): number {
    return this.available + this.held + this.allocated
  }

  /** The pending holds by id. */
  get reservations(): ReadonlyMap<string, Reservation> {
    return new Map(Array.from(this.#pending(), (hold) => [hold.id, hold]))
  }

  /** @throws InsufficientStockError where not so many units can be promised, expired holds counted as free */
  mustOffer(qty: number): void {
    if (qty <= this.available) return
    const offer = this.offer()
    if (qty > offer) {
      throw tooLittle(this.warehouseId, this.productId, qty, offer, this.#nextExpiryAt())
    }
  }

  /** Units that can be promised now: available, and what expired holds give back. */
  offer(): number {
    return this.available + this.dueUnits()
  }

  /**
   * Units of expired holds that nobody wrote down yet. Added up in the window, because as many holds may
   * end at once as a sale of tickets has buyers. A hold that these books made or extended is not among
   * them: it expires after their time.
   */
  dueUnits(): number {
    if (this.held === 0) return 0
    const { now } = this.books
    const window = this.books.holdsOf(this)
    if (!window.covers(now)) this.books.beyond(this)
    return window.unitsBefore(now) - this.#writtenDown
  }

  /** Writes expired holds down, the earliest first, until `qty` units are available. */
  freeUp(qty: number): void {
    if (this.available >= qty) return
    for (const hold of this.#dueUnits(qty - this.available)) this.expire(hold)
    assert(this.available >= qty, `${qty} units were offered, ${this.available} are there`)
  }

  /** Writes expired holds down, the earliest first, until at most `qty` units are reserved. */
  freeDownTo(qty: number): void {
    for (const hold of this.#dueUnits(this.reserved - qty)) this.expire(hold)
  }

  hold(qty: number, ttlMs: number, owner: string | null): Reservation {
    this.freeUp(qty)
    const { books } = this
    const reservation: Reservation = Object.freeze({
      id: books.rules.newId(books.seq + 1),
      warehouseId: this.warehouseId,
      productId: this.productId,
      qty,
      status: ReservationStatus.PENDING,
      owner,
      createdAt: books.now,
      expiresAt: books.now + ttlMs,
    })
    books.append(AdjustmentType.RESERVED, this, qty, expiryMetadata(reservation), reservation.id)
    return this.#move(null, reservation)
  }

  /** Held units become sold ones; what is not confirmed goes back. */
  sell(from: Reservation, qty: number): Reservation {
    const { id } = from
    const sold = this.#move(from, moved(from, ReservationStatus.CONFIRMED, qty))
    this.books.append(AdjustmentType.SOLD, this, qty, { reservationId: id }, id)
    if (qty < from.qty) this.#returned(from, from.qty - qty, { because: 'unconfirmed' })
    return sold
  }

  giveBack(from: Reservation): Reservation {
    this.#returned(from, from.qty, { because: 'released' })
    return this.#move(from, moved(from, ReservationStatus.RELEASED))
  }

  /**
   * Without the metadata of the command on whose way it lies: that is about another hold, and would
   * stand in as many entries as holds have expired.
   */
  expire(from: Reservation): Reservation {
    const { books } = this
    const { metadata } = books
    books.metadata = null
    this.#returned(from, from.qty, { because: 'expired', expiredAt: String(from.expiresAt) })
    books.metadata = metadata
    return this.#move(from, moved(from, ReservationStatus.EXPIRED))
  }

  prolong(from: Reservation, ttlMs: number): Reservation {
    const later = moved(from, from.status, from.qty, this.books.now + ttlMs)
    const metadata = { reservationId: from.id, ...expiryMetadata(later) }
    this.books.append(AdjustmentType.EXTENDED, this, from.qty, metadata, from.id)
    return this.#move(from, later)
  }

  shipOut(from: Reservation): Reservation {
    this.books.append(AdjustmentType.SHIPPED, this, from.qty, { reservationId: from.id }, from.id)
    return this.#move(from, moved(from, ReservationStatus.SHIPPED))
  }

  takeBack(from: Reservation): Reservation {
    this.books.append(AdjustmentType.CANCELLED, this, from.qty, { reservationId: from.id }, from.id)
    return this.#move(from, moved(from, ReservationStatus.CANCELLED))
  }

  /** Only for `Books.append`: one entry's effect. @throws InvariantError */
  apply(effect: Effect, qty: number, seq: number): void {
    this.#available += effect.available * qty
    this.#held += effect.held * qty
    this.#allocated += effect.allocated * qty
    this.#lastSeq = seq
    assert(
      this.available >= 0 &&
        this.held >= 0 &&
        this.allocated >= 0 &&
        Number.isSafeInteger(this.onHand),
      `${this.productId} in ${this.warehouseId} would stand at ${this.available}/${this.held}/${this.allocated}`,
    )
  }

  /** Keeps the order of expiry true; told after `Books.keep`. */
  track(after: Reservation, before: Reservation | null): void {
    this.#nextExpiry = undefined
    if (this.books.parent !== null) {
      if (after.status === ReservationStatus.PENDING) (this.#fresh ??= []).push(after)
      if (before !== null && isDue(before, this.books.now)) this.#writtenDown += before.qty
      return
    }
    if (this.window === null) return
    if (before?.status === ReservationStatus.PENDING) this.window.remove(before)
    if (after.status === ReservationStatus.PENDING) this.window.add(after)
  }

  /** A copy for books that stand on this level's. */
  copyFor(books: Books): StockLevel {
    const copy = new StockLevel(books, this.warehouseId, this.productId)
    copy.#fresh = this.#fresh === null ? null : [...this.#fresh]
    copy.#writtenDown = this.#writtenDown
    copy.#below = this
    copy.follow(this)
    return copy
  }

  /** The same level in the books below, made there if it is new. */
  below(books: Books): StockLevel {
    return (this.#below ??= books.openLevel(this.warehouseId, this.productId))
  }

  /** Takes over the counts of a copy. */
  follow(copy: StockLevel): void {
    this.read(copy)
    this.#nextExpiry = copy.#nextExpiry
  }

  /** Takes the counts over as they were stored. */
  read(stored: Pick<StockLevel, 'key' | 'available' | 'held' | 'allocated' | 'lastSeq'>): void {
    this.key = stored.key
    this.#available = stored.available
    this.#held = stored.held
    this.#allocated = stored.allocated
    this.#lastSeq = stored.lastSeq
  }

  counts(due = this.dueUnits()): LevelCounts {
    return {
      warehouseId: this.warehouseId,
      productId: this.productId,
      available: this.available + due,
      held: this.held - due,
      allocated: this.allocated,
      reserved: this.held - due + this.allocated,
      onHand: this.onHand,
    }
  }

  #returned(from: Reservation, qty: number, metadata: Metadata): void {
    const all = { reservationId: from.id, ...metadata }
    this.books.append(AdjustmentType.RETURNED, this, qty, all, from.id)
  }

  #move(before: Reservation | null, after: Reservation): Reservation {
    this.books.keep(after, before, this)
    this.track(after, before)
    return after
  }

  /**
   * Expired holds that nobody wrote down yet, in order of (expiresAt, id). A hold that these books
   * made or extended is never among them: it expires after their time.
   */
  *#due(): Generator<Reservation> {
    const window = this.books.holdsOf(this)
    for (const hold of window) {
      if (!isDue(hold, this.books.now)) return
      if (this.books.newest(hold) === hold) yield hold
    }
    if (!window.covers(this.books.now)) this.books.beyond(this)
  }

  /** The first expired holds that give back at least so many units, or all of them. */
  #dueUnits(units: number): Reservation[] {
    const holds: Reservation[] = []
    let missing = units
    if (missing <= 0) return holds
    for (const hold of this.#due()) {
      holds.push(hold)
      missing -= hold.qty
      if (missing <= 0) break
    }
    return holds
  }

  /** Pending holds as these books see them: those from below in order of expiry, then their own. */
  *#pending(): Generator<Reservation> {
    const window = this.books.holdsOf(this)
    for (const hold of window) if (this.books.newest(hold) === hold) yield hold
    if (window.end !== null) this.books.beyond(this)
    yield* this.#ownHolds()
  }

  *#ownHolds(): Generator<Reservation> {
    for (const hold of this.#fresh ?? []) if (this.books.newest(hold) === hold) yield hold
  }

  #nextExpiryAt(): number | null {
    if (this.#nextExpiry === undefined || (this.#nextExpiry ?? Infinity) < this.books.now) {
      this.#nextExpiry = this.#earliestExpiry()
    }
    return this.#nextExpiry
  }

  #earliestExpiry(): number | null {
    if (this.held === 0) return null
    let earliest = Infinity
    for (const hold of this.#ownHolds()) earliest = Math.min(earliest, hold.expiresAt)
    const window = this.books.holdsOf(this)
    for (const hold of window.from(this.books.now)) {
      if (hold.expiresAt >= earliest) break
      if (this.books.newest(hold) !== hold) continue
      earliest = hold.expiresAt
      break
    }
    if (!window.covers(earliest)) {
      // To find it would take too long, and only the refusal's details would tell of it.
      if (window.gaveUp) return null
      this.books.beyond(this)
    }
    return earliest === Infinity ? null : earliest
  }
}

/** The refusal of a level that has `available` units to promise. */
export function tooLittle(
  warehouseId: string,
  productId: string,
  requested: number,
  available: number,
  nextExpiryAt: number | null,
): InsufficientStockError {
  return new InsufficientStockError(
    `need ${requested}, have ${available} of ${shownId(productId)} in ${shownId(warehouseId)}`,
    { warehouseId, productId, requested, available, nextExpiryAt },
  )
}

function expiryMetadata(reservation: Reservation): Metadata {
  const expiresAt = String(reservation.expiresAt)
  return reservation.owner === null ? { expiresAt } : { expiresAt, owner: reservation.owner }
}

import { checkId } from './id.ts'
import type { ManagerBooks } from './manager-books.ts'
import { noReservation } from './not-found.ts'
import { isDue, type Reservation } from './reservation.ts'
import type { LevelCounts, StockLevel } from './stock-level.ts'

/**
 * The specification's StockLevel: one product in one warehouse of an in-memory manager, or alone. Its
 * counts are those of this moment: units of expired holds are free, written down or not.
 */
export class ManagedLevel implements LevelCounts {
  readonly warehouseId: string
  readonly productId: string
  readonly #books: ManagerBooks
  readonly #level: StockLevel

  constructor(of: { readonly books: ManagerBooks; readonly level: StockLevel }) {
    this.#books = of.books
    this.#level = of.level
    this.warehouseId = of.level.warehouseId
    this.productId = of.level.productId
  }

  get available(): number {
    return this.counts().available
  }

  get held(): number {
    return this.counts().held
  }

  get allocated(): number {
    return this.counts().allocated
  }

  get reserved(): number {
    return this.counts().reserved
  }

  get onHand(): number {
    return this.counts().onHand
  }

  /** All counts of one moment. */
  counts(): LevelCounts {
    this.#books.tick()
    return this.#level.counts()
  }

  /** The pending holds by id, without expired ones. */
  get reservations(): ReadonlyMap<string, Reservation> {
    this.#books.tick()
    const pending = [...this.#level.reservations].filter(
      ([, hold]) => !isDue(hold, this.#books.now),
    )
    return new Map(pending)
  }

  /** Holds units of this level for `expiryMs`. @throws InventoryError */
  reserve(qty: number, expiryMs: number, owner?: string): Reservation {
    const { warehouseId, productId } = this
    return this.#books.execute({
      verb: 'reserve',
      warehouseId,
      productId,
      qty,
      ttlMs: expiryMs,
      owner,
    }) as Reservation
  }

  /** Marks a hold of this level as sold. @throws InventoryError */
  confirm(reservationId: string): Reservation {
    this.#mustBeOwn(reservationId)
    return this.#books.execute({ verb: 'confirm', reservationId }) as Reservation
  }

  /** Returns held units to available; a second time it changes nothing. @throws InventoryError */
  release(reservationId: string): Reservation {
    this.#mustBeOwn(reservationId)
    return this.#books.execute({ verb: 'release', reservationId }) as Reservation
  }

  /** @throws InvalidInputError, ReservationNotFoundError for a reservation of another level, too */
  #mustBeOwn(reservationId: string): void {
    checkId(reservationId, 'reservationId')
    const found = this.#books.reservation(reservationId)
    const isOwn = found?.warehouseId === this.warehouseId && found.productId === this.productId
    if (!isOwn) throw noReservation(reservationId)
  }
}

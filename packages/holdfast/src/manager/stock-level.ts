import { checkId } from '../model/id.ts'
import { noReservation } from '../model/not-found.ts'
import { isDue, type Reservation } from '../model/reservation.ts'
import type { Level } from '../rules/level.ts'
import { countsOf, type LevelCounts } from '../model/level-counts.ts'
import type { Ledger } from './ledger.ts'

/**
 * The specification's StockLevel: one product in one warehouse of an in-memory manager, or alone. Its counts are
 * current: units of expired holds are available, whether recorded or not.
 */
export class StockLevel implements LevelCounts {
  readonly warehouseId: string
  readonly productId: string
  readonly #ledger: Ledger
  readonly #level: Level

  constructor(of: { readonly ledger: Ledger; readonly level: Level }) {
    this.#ledger = of.ledger
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

  get unsellable(): number {
    return this.counts().unsellable
  }

  get reserved(): number {
    return this.counts().reserved
  }

  get onHand(): number {
    return this.counts().onHand
  }

  counts(): LevelCounts {
    const now = this.#ledger.now()
    return countsOf(this.#level, this.#ledger.state.holdsOf(this.#level).unitsBefore(now))
  }

  /** The pending holds by id, without expired ones. */
  get reservations(): ReadonlyMap<string, Reservation> {
    const now = this.#ledger.now()
    const pending = [...this.#ledger.state.holdsOf(this.#level)].filter((hold) => !isDue(hold, now))
    return new Map(pending.map((hold) => [hold.id, hold]))
  }

  /** Holds units of this level for `expiryMs`. @throws InventoryError */
  reserve(qty: number, expiryMs: number, owner?: string): Reservation {
    const { warehouseId, productId } = this
    return this.#ledger.execute({
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
    return this.#ledger.execute({ verb: 'confirm', reservationId }) as Reservation
  }

  /** Returns held units to available; repeated, it changes nothing. @throws InventoryError */
  release(reservationId: string): Reservation {
    this.#mustBeOwn(reservationId)
    return this.#ledger.execute({ verb: 'release', reservationId }) as Reservation
  }

  /** @throws InvalidInputError, ReservationNotFoundError, also for a reservation of another level */
  #mustBeOwn(reservationId: string): void {
    checkId(reservationId, 'reservationId')
    const found = this.#ledger.state.findReservation(reservationId)
    const isOwn = found?.warehouseId === this.warehouseId && found.productId === this.productId
    if (!isOwn) throw noReservation(reservationId)
  }
}

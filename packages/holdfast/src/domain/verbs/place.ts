import type { Books } from '../books.ts'
import { CapacityExceededError, InvalidReservationStateError } from '../errors.ts'
import { shownId } from '../id.ts'
import { noReservation } from '../not-found.ts'
import { asOf, type Reservation } from '../reservation.ts'
import { tooLittle, type StockLevel } from '../stock-level.ts'
import type { WarehouseRecord } from '../warehouse-record.ts'

/** @throws CapacityExceededError where the warehouse would hold more units than it may be filled to */
export function mustFit(books: Books, warehouse: WarehouseRecord, qty: number): void {
  const { id, capacity } = warehouse
  const onHand = books.unitsOnHand(id)
  if (onHand + qty > (capacity ?? Number.MAX_SAFE_INTEGER)) throw tooMany(id, capacity, onHand, qty)
}

/**
 * A stocktake may find more than the capacity, but no more than integers are exact.
 * @throws CapacityExceededError
 */
export function mustStayExact(books: Books, warehouseId: string, more: number): void {
  const onHand = books.unitsOnHand(warehouseId)
  if (onHand + more > Number.MAX_SAFE_INTEGER) throw tooMany(warehouseId, null, onHand, more)
}

function tooMany(
  warehouseId: string,
  limit: number | null,
  onHand: number,
  requested: number,
): CapacityExceededError {
  const capacity = limit ?? Number.MAX_SAFE_INTEGER
  return new CapacityExceededError(
    `${shownId(warehouseId)} holds ${onHand} of ${capacity} units, ${requested} more do not fit`,
    { warehouseId, capacity, onHand, requested },
  )
}

/** @throws ReservationNotFoundError */
export function mustFind(books: Books, reservationId: string): Reservation {
  const reservation = books.reservation(reservationId)
  if (reservation === null) throw noReservation(reservationId)
  return reservation
}

/** @throws InvalidReservationStateError unless the reservation is in `status` at the books' time */
export function mustBe(
  books: Books,
  found: Reservation,
  status: Reservation['status'],
  verb: string,
): void {
  const now = asOf(found, books.now).status
  if (now !== status) {
    throw new InvalidReservationStateError(`cannot ${verb} a reservation that is ${now}`, {
      reservationId: found.id,
      status: now,
      expected: status,
    })
  }
}

/** The level of a reservation; there is always one. */
export function levelOf(books: Books, reservation: Reservation): StockLevel {
  return books.openLevel(reservation.warehouseId, reservation.productId)
}

/**
 * The level that has so many units to promise; a product that was never there has none.
 * @throws WarehouseNotFoundError, InsufficientStockError
 */
export function mustOffer(
  books: Books,
  warehouseId: string,
  productId: string,
  qty: number,
): StockLevel {
  books.warehouse(warehouseId)
  const level = books.level(warehouseId, productId)
  if (level === null) throw tooLittle(warehouseId, productId, qty, 0, null)
  level.mustOffer(qty)
  return level
}

import {
  CapacityExceededError,
  InsufficientStockError,
  InvalidReservationStateError,
  InvalidTransferStateError,
} from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import { noReservation, noTransfer } from '../../model/not-found.ts'
import { asOf, type Reservation, type ReservationStatus } from '../../model/reservation.ts'
import type { Transfer, TransferStatus } from '../../model/transfer.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import type { Reading } from '../decision.ts'
import type { Level } from '../level.ts'

/** A level with enough units to promise, and the expired holds that must be written down to have them. */
export interface Offer {
  readonly level: Level
  readonly expired: readonly Reservation[]
}

const NONE: readonly Reservation[] = []

/**
 * A product that was never in the warehouse has no units to promise.
 * @throws WarehouseNotFoundError, InsufficientStockError
 */
export function mustOffer(
  read: Reading,
  warehouseId: string,
  productId: string,
  qty: number,
): Offer {
  read.warehouse(warehouseId)
  const level = read.level(warehouseId, productId)
  if (level !== null && qty <= level.available) return { level, expired: NONE }
  const offered = level === null ? 0 : level.available + read.dueUnits(level)
  if (level !== null && qty <= offered)
    return { level, expired: read.due(level, qty - level.available) }
  throw new InsufficientStockError(
    `need ${qty}, have ${offered} of ${shownId(productId)} in ${shownId(warehouseId)}`,
    {
      warehouseId,
      productId,
      requested: qty,
      available: offered,
      nextExpiryAt: level === null ? null : read.nextExpiryAt(level),
    },
  )
}

/** @throws CapacityExceededError if the warehouse would hold more units than it may be filled to */
export function mustFit(read: Reading, warehouse: WarehouseRecord, qty: number): void {
  const { id, capacity } = warehouse
  const onHand = read.onHand(id)
  if (onHand + qty > (capacity ?? Number.MAX_SAFE_INTEGER)) throw tooMany(id, capacity, onHand, qty)
}

/**
 * A stocktake may find more than the capacity, but no more than integers are exact.
 * @throws CapacityExceededError
 */
export function mustStayExact(read: Reading, warehouseId: string, more: number): void {
  const onHand = read.onHand(warehouseId)
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
export function mustFind(read: Reading, reservationId: string): Reservation {
  const reservation = read.reservation(reservationId)
  if (reservation !== null) return reservation
  throw noReservation(reservationId)
}

/**
 * The reservation, in `status` at the time of the command, and its level.
 * @throws ReservationNotFoundError, InvalidReservationStateError
 */
export function mustBe(
  read: Reading,
  reservationId: string,
  status: ReservationStatus,
  verb: string,
): { readonly found: Reservation; readonly level: Level } {
  const found = mustFind(read, reservationId)
  const now = asOf(found, read.now).status
  if (now !== status) throw inState(found, now, status, verb)
  return { found, level: levelOf(read, found) }
}

export function inState(
  { id }: Reservation,
  status: ReservationStatus,
  expected: ReservationStatus,
  verb: string,
): InvalidReservationStateError {
  return new InvalidReservationStateError(`cannot ${verb} a reservation that is ${status}`, {
    reservationId: id,
    status,
    expected,
  })
}

/** The level of a reservation; there is always one. */
export function levelOf(read: Reading, { warehouseId, productId }: Reservation): Level {
  return read.level(warehouseId, productId)!
}

/** @throws TransferNotFoundError, InvalidTransferStateError */
export function mustWait(read: Reading, transferId: string, verb: string): Transfer {
  const found = read.transfer(transferId)
  if (found === null) throw noTransfer(transferId)
  const expected: TransferStatus = 'PENDING_APPROVAL'
  if (found.status === expected) return found
  throw new InvalidTransferStateError(`cannot ${verb} a transfer that is ${found.status}`, {
    transferId,
    status: found.status,
    expected,
  })
}

import type { Books } from '../books.ts'
import type { Confirm } from '../commands.ts'
import { InvalidQtyError } from '../errors.ts'
import { ReservationStatus, type Reservation } from '../reservation.ts'
import { levelOf, mustBe, mustFind } from './place.ts'

/**
 * A hold becomes a sale; of a part, the rest goes back. It cannot fail for stock. Refusals:
 * RESERVATION_NOT_FOUND, INVALID_RESERVATION_STATE (expired too), INVALID_QTY for more than is held.
 */
export function confirm(books: Books, command: Confirm): Reservation {
  const found = mustFind(books, command.reservationId)
  mustBe(books, found, ReservationStatus.PENDING, 'confirm')
  const qty = command.qty ?? found.qty
  if (qty > found.qty) {
    throw new InvalidQtyError(`cannot confirm ${qty} of a reservation of ${found.qty}`, {
      reservationId: found.id,
      requested: qty,
      held: found.qty,
    })
  }
  // From here on it must succeed.
  return levelOf(books, found).sell(found, qty)
}

import type { Books } from '../books.ts'
import type { ById } from '../commands.ts'
import { InvalidReservationStateError } from '../errors.ts'
import { asOf, ReservationStatus, type Reservation } from '../reservation.ts'
import { levelOf, mustFind } from './place.ts'

/**
 * Held units become available again. Releasing twice, or after expiry, changes nothing and answers
 * the reservation as it is. Refusals: RESERVATION_NOT_FOUND, INVALID_RESERVATION_STATE once it is sold.
 */
export function release(books: Books, command: ById): Reservation {
  const found = mustFind(books, command.reservationId)
  const now = asOf(found, books.now)
  switch (now.status) {
    case ReservationStatus.PENDING:
      return levelOf(books, found).giveBack(found)
    case ReservationStatus.RELEASED:
    case ReservationStatus.EXPIRED:
      return now
    default:
      throw new InvalidReservationStateError(`cannot release a reservation that is ${now.status}`, {
        reservationId: found.id,
        status: now.status,
        expected: ReservationStatus.PENDING,
      })
  }
}

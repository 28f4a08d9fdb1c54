import type { Books } from '../books.ts'
import type { ById } from '../commands.ts'
import { ReservationStatus, type Reservation } from '../reservation.ts'
import { levelOf, mustBe, mustFind } from './place.ts'

/** A sale is undone before it ships. Refusals: RESERVATION_NOT_FOUND, INVALID_RESERVATION_STATE. */
export function cancel(books: Books, command: ById): Reservation {
  const found = mustFind(books, command.reservationId)
  mustBe(books, found, ReservationStatus.CONFIRMED, 'cancel')
  // From here on it must succeed.
  return levelOf(books, found).takeBack(found)
}

import type { Books } from '../books.ts'
import type { Extend } from '../commands.ts'
import { ReservationStatus, type Reservation } from '../reservation.ts'
import { levelOf, mustBe, mustFind } from './place.ts'

/**
 * A living hold gets a new time to live, from now. Refusals: RESERVATION_NOT_FOUND,
 * INVALID_RESERVATION_STATE (an expired hold does not come back to life).
 */
export function extend(books: Books, command: Extend): Reservation {
  const found = mustFind(books, command.reservationId)
  mustBe(books, found, ReservationStatus.PENDING, 'extend')
  // From here on it must succeed.
  return levelOf(books, found).prolong(found, command.ttlMs)
}

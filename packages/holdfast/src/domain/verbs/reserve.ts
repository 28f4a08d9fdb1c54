import type { Books } from '../books.ts'
import type { Reserve } from '../commands.ts'
import type { Reservation } from '../reservation.ts'
import { mustOffer } from './place.ts'

/** Available units become held ones. Refusals: WAREHOUSE_NOT_FOUND, INSUFFICIENT_STOCK. */
export function reserve(books: Books, command: Reserve): Reservation {
  const level = mustOffer(books, command.warehouseId, command.productId, command.qty)
  // From here on it must succeed.
  return level.hold(command.qty, command.ttlMs, command.owner ?? null)
}

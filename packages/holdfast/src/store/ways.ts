import { isDue, type Reservation } from '../model/reservation.ts'
import type { Transfer } from '../model/transfer.ts'
import type { ReservationQuery, TransferQuery } from './store.ts'
import { KIND } from '../postings/kinds.ts'
import { WAY_OF_CONFIRMED, wayByLevels, wayByText, type Way } from '../postings/records.ts'
import type { TextHash } from '../postings/text-hash.ts'

/** A product in more levels than this is searched for among all records. */
const LEVELS = 256

/** How the reservations of a query are found; null: among all. */
export function wayToReservations(
  { owner, group, status }: ReservationQuery,
  levels: readonly number[] | null,
  hash: TextHash,
): Way | null {
  if (owner !== undefined) return wayByText(KIND.reservationOfOwner, owner, hash)
  if (group !== undefined) return wayByText(KIND.reservationOfGroup, group, hash)
  if (levels !== null && levels.length <= LEVELS)
    return wayByLevels(KIND.reservationOfLevel, levels)
  return status === 'CONFIRMED' ? WAY_OF_CONFIRMED : null
}

/** How the transfers of a query are found; null: among all. `levels` are those of its product. */
export function wayToTransfers(
  { group }: TransferQuery,
  levels: readonly number[] | null,
  hash: TextHash,
): Way | null {
  if (group !== undefined) return wayByText(KIND.transferOfGroup, group, hash)
  return levels !== null && levels.length <= LEVELS
    ? wayByLevels(KIND.transferOfLevel, levels)
    : null
}

export function matchesReservation(found: Reservation, query: ReservationQuery): boolean {
  const { status, owner, group, warehouseId, productId, now } = query
  return (
    (status === undefined || (isDue(found, now) ? 'EXPIRED' : found.status) === status) &&
    (owner === undefined || found.owner === owner) &&
    (group === undefined || found.group === group) &&
    (warehouseId === undefined || found.warehouseId === warehouseId) &&
    (productId === undefined || found.productId === productId)
  )
}

export function matchesTransfer(found: Transfer, query: TransferQuery): boolean {
  const { status, group, warehouseId, productId } = query
  return (
    (status === undefined || found.status === status) &&
    (group === undefined || found.group === group) &&
    (productId === undefined || found.productId === productId) &&
    (warehouseId === undefined ||
      found.fromWarehouseId === warehouseId ||
      found.toWarehouseId === warehouseId)
  )
}

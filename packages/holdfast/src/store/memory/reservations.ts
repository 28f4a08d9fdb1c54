import { asOf, type Reservation } from '../../model/reservation.ts'
import type { ReservationQuery } from '../store.ts'
import { countBefore, type Records } from './records.ts'

/** Newest first. The records are answered as they are stored; `status` asks how they stand at `now`. */
export function listReservations(records: Records, query: ReservationQuery): Reservation[] {
  const order = records.reservationOrder
  const rows: Reservation[] = []
  const from = query.beforeSeq === undefined ? order.length : countBefore(order, query.beforeSeq)
  for (let i = from - 1; i >= 0 && rows.length < query.limit; i--) {
    const found = records.reservations.get(order[i]!)!
    if (matches(found, query)) rows.push(found)
  }
  return rows
}

function matches(found: Reservation, query: ReservationQuery): boolean {
  const { status, owner, group, warehouseId, productId, now } = query
  return (
    (status === undefined || asOf(found, now).status === status) &&
    (owner === undefined || found.owner === owner) &&
    (group === undefined || found.group === group) &&
    (warehouseId === undefined || found.warehouseId === warehouseId) &&
    (productId === undefined || found.productId === productId)
  )
}

import type { Reservation } from '../../model/reservation.ts'
import { recordId } from '../../model/record-id.ts'
import { CODE_OF_RESERVATION_STATUS, RESERVATION_STATUSES } from '../codes.ts'
import type { ReservationQuery, Stamped } from '../store.ts'
import type { Filter } from './filter.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `reservation r JOIN level_key k`. */
export const RESERVATION = {
  ...columnsOf('r', 'seq', 'random', 'qty', 'status', 'owner', 'createdAt', 'expiresAt', 'lastSeq'),
  ...columnsOf('r', 'released', 'shipped', 'cancelled', 'cameBack', 'replaces', 'replacedBy'),
  ...columnsOf('k', 'productId', 'warehouseId'),
  group: 'r.group_id',
}

const AT = offsetsOf(RESERVATION)

/** Counts of 0 may be NULL. */
export function readReservation(row: Row): Stamped<Reservation> {
  const record = {
    id: recordId(row[AT.seq] as number, row[AT.random] as number),
    warehouseId: row[AT.warehouseId] as string,
    productId: row[AT.productId] as string,
    qty: row[AT.qty] as number,
    status: RESERVATION_STATUSES[row[AT.status] as number]!,
    owner: row[AT.owner] as string | null,
    createdAt: row[AT.createdAt] as number,
    expiresAt: row[AT.expiresAt] as number,
    released: (row[AT.released] as number | null) ?? 0,
    shipped: (row[AT.shipped] as number | null) ?? 0,
    cancelled: (row[AT.cancelled] as number | null) ?? 0,
    cameBack: (row[AT.cameBack] as number | null) ?? 0,
    replaces: row[AT.replaces] as string | null,
    replacedBy: row[AT.replacedBy] as string | null,
    group: row[AT.group] as string | null,
  }
  return { record, lastSeq: row[AT.lastSeq] as number }
}

/** As they are stored; `status` asks how they stand at `now`. */
export function filterReservations(filter: Filter, query: ReservationQuery, now: number): void {
  const { status, owner, group, warehouseId, productId, beforeSeq } = query
  // Written out, because an index is for it alone: a parameter could be any status.
  if (status === 'PENDING') filter.add('r.status = 0 AND r.expires_at >= ?', now)
  else if (status === 'EXPIRED')
    filter.add('(r.status = 3 OR r.status = 0 AND r.expires_at < ?)', now)
  else if (status !== undefined) filter.add('r.status = ?', CODE_OF_RESERVATION_STATUS[status])
  if (owner !== undefined) filter.add('r.owner = ?', owner)
  if (group !== undefined) filter.add('r.group_id = ?', group)
  if (warehouseId !== undefined) filter.add('k.warehouse_id = ?', warehouseId)
  if (productId !== undefined) filter.add('k.product_id = ?', productId)
  if (beforeSeq !== undefined) filter.add('r.seq < ?', beforeSeq)
}

import type { Reservation, ReservationStatus } from '../../model/reservation.ts'
import { recordId } from '../../model/record-id.ts'
import { codeOfReservationStatus, RESERVATION_STATUSES } from '../codes.ts'
import type { Stamped } from '../store.ts'
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

/** The codes of what may be stored of a reservation that stands so now: one that is due is stored as PENDING. */
export function storedCodes(status: ReservationStatus | undefined): readonly number[] {
  if (status === undefined) return RESERVATION_STATUSES.map((one) => codeOfReservationStatus(one))
  const code = codeOfReservationStatus(status)
  return status === 'EXPIRED' ? [code, codeOfReservationStatus('PENDING')] : [code]
}

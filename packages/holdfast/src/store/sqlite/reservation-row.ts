import type { Reservation } from '../../model/reservation.ts'
import { recordId } from '../../model/record-id.ts'
import { RESERVATION_STATUSES } from '../codes.ts'
import type { Stamped } from '../store.ts'
import type { Row } from './connection.ts'

/** What `readReservation` reads, and what a walk along a level's reservations needs, of `reservation r JOIN level_key k`. */
export const RESERVATION_COLUMNS = `r.seq, r.random, r.qty, r.status, r.owner, r.created_at,
  r.expires_at, k.product_id, k.warehouse_id, r.seq + r.moved_after,
  coalesce(r.seq - r.behind, 0), r.released, r.shipped, r.cancelled, r.came_back, r.replaces,
  r.replaced_by, r.group_id`

export const RESERVATION_TABLES = 'reservation r JOIN level_key k ON k.key = r.level_key'

export function readStamped(row: Row): Stamped<Reservation> {
  return { record: readReservation(row), lastSeq: row[9] as number }
}

/** The level's reservation before this one. */
export function behindOf(row: Row): number {
  return row[10] as number
}

export function readReservation(row: Row): Reservation {
  const [seq, random, qty, status, owner, createdAt, expiresAt, productId, warehouseId] = row
  return {
    id: recordId(seq as number, random as number),
    warehouseId: warehouseId as string,
    productId: productId as string,
    qty: qty as number,
    status: RESERVATION_STATUSES[status as number]!,
    owner: owner as string | null,
    createdAt: createdAt as number,
    expiresAt: expiresAt as number,
    released: row[11] as number,
    shipped: row[12] as number,
    cancelled: row[13] as number,
    cameBack: row[14] as number,
    replaces: row[15] as string | null,
    replacedBy: row[16] as string | null,
    group: row[17] as string | null,
  }
}

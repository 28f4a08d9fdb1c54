import { stampEntry } from '../../model/newest-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import { parseRecordId, recordId } from '../../model/record-id.ts'
import type { Page, ReservationQuery } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS, RESERVATION_STATUSES } from '../codes.ts'
import { Filter, paged, pageOf, readPage, whole } from './page.ts'
import type { Row, Session } from './session.ts'

/** What `readReservation` reads, of `reservation r JOIN level_key k`. */
export const RESERVATION_COLUMNS = `r.seq, r.random, r.qty, r.status, r.owner, r.created_at,
  r.expires_at, k.product_id, k.warehouse_id, r.last_seq, r.released, r.shipped, r.cancelled,
  r.came_back, r.replaces, r.replaced_by, r.group_id`

/** As many columns. */
export const RESERVATION_WIDTH = 17

const TABLES = 'holdfast.reservation r JOIN holdfast.level_key k ON k.key = r.level_key'

/** None where the id is not ours, or where its random bits are guessed. */
const FIND = paged(
  `SELECT ${RESERVATION_COLUMNS} FROM ${TABLES} WHERE r.seq = $1 AND r.random = $2`,
)

export async function findReservation(session: Session, id: string): Promise<Page<Reservation>> {
  const { seq, random } = parseRecordId(id) ?? { seq: 0, random: 0 }
  const { rows } = await session.run(FIND, [seq, random])
  return pageOf(rows, readReservation)
}

/**
 * Newest first, as they are stored; `status` asks how they stand at `now`. Final reservations have no
 * index: a filter that hardly anything matches walks the table.
 */
export async function listReservations(
  session: Session,
  query: ReservationQuery,
): Promise<Page<Reservation>> {
  const { status, owner, group, warehouseId, productId, beforeSeq, limit } = query
  const now = whole(query.now)
  const filter = new Filter()
  // Written out, because an index is for it alone: a parameter could be any status.
  if (status === 'PENDING') filter.add('r.status = 0 AND r.expires_at >= ?', now)
  else if (status === 'EXPIRED') {
    filter.add('(r.status = 3 OR r.status = 0 AND r.expires_at < ?)', now)
  } else if (status !== undefined) filter.add('r.status = ?', CODE_OF_RESERVATION_STATUS[status])
  if (owner !== undefined) filter.add('r.owner = ?', owner)
  if (group !== undefined) filter.add('r.group_id = ?', group)
  if (warehouseId !== undefined) filter.add('k.warehouse_id = ?', warehouseId)
  if (productId !== undefined) filter.add('k.product_id = ?', productId)
  if (beforeSeq !== undefined) filter.add('r.seq < ?', beforeSeq)
  const sql = `SELECT ${RESERVATION_COLUMNS} FROM ${TABLES} ${filter.where}
    ORDER BY r.seq DESC LIMIT ${filter.value(limit)}`
  return readPage(session, paged(sql), filter.values, readReservation)
}

export function readReservation(row: Row): Reservation {
  const [seq, random, qty, status, owner, createdAt, expiresAt, productId, warehouseId] = row
  const [lastSeq, released, shipped, cancelled, cameBack, replaces, replacedBy, group] =
    row.slice(9)
  const reservation = {
    id: recordId(seq as number, random as number),
    warehouseId: warehouseId as string,
    productId: productId as string,
    qty: qty as number,
    status: RESERVATION_STATUSES[status as number]!,
    owner: owner as string | null,
    createdAt: createdAt as number,
    expiresAt: expiresAt as number,
    released: (released as number | null) ?? 0,
    shipped: (shipped as number | null) ?? 0,
    cancelled: (cancelled as number | null) ?? 0,
    cameBack: (cameBack as number | null) ?? 0,
    replaces: replaces as string | null,
    replacedBy: replacedBy as string | null,
    group: group as string | null,
  }
  return stampEntry(reservation, lastSeq as number)
}

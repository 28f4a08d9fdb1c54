import { stampEntry } from '../../../model/newest-entry.ts'
import type { Reservation } from '../../../model/reservation.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import { Filter } from '../../rows/filter.ts'
import { filterReservations, readReservation, RESERVATION } from '../../rows/reservation.ts'
import { selectList, type Row } from '../../rows/select.ts'
import type { Page, ReservationQuery } from '../../store.ts'
import { paged, pageOf, readPage, whole } from './page.ts'
import type { Session } from '../connect/session.ts'

export const RESERVATION_COLUMNS = selectList(RESERVATION)

const TABLES = 'holdfast.reservation r JOIN holdfast.level_key k ON k.key = r.level_key'

/** None where the id is not ours, or where its random bits are guessed. */
const FIND = paged(
  `SELECT ${RESERVATION_COLUMNS} FROM ${TABLES} WHERE r.seq = $1 AND r.random = $2`,
)

export async function findReservation(session: Session, id: string): Promise<Page<Reservation>> {
  const { seq, random } = parseRecordId(id) ?? { seq: 0, random: 0 }
  const { rows } = await session.run(FIND, [seq, random])
  return pageOf(rows, reservationOf)
}

/**
 * Newest first, as they are stored; `status` asks how they stand at `now`. Final reservations have no
 * index: a filter that hardly anything matches walks the table.
 */
export async function listReservations(
  session: Session,
  query: ReservationQuery,
): Promise<Page<Reservation>> {
  const filter = new Filter('$')
  filterReservations(filter, query, whole(query.now))
  const sql = `SELECT ${RESERVATION_COLUMNS} FROM ${TABLES} ${filter.where}
    ORDER BY r.seq DESC LIMIT ${filter.value(query.limit)}`
  return readPage(session, paged(sql), filter.values, reservationOf)
}

export function reservationOf(row: Row): Reservation {
  const { record, lastSeq } = readReservation(row)
  return stampEntry(record, lastSeq)
}

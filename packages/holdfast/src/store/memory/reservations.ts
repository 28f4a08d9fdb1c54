import type { Reservation } from '../../model/reservation.ts'
import { seqOf } from '../../model/record-id.ts'
import { matchesReservation } from '../ways.ts'
import type { FoundRecords } from '../../postings/records.ts'
import type { ReservationQuery } from '../store.ts'
import { countBefore, type Records } from './records.ts'

/** Newest first. The records are answered as they are stored; `status` asks how they stand at `now`. */
export function listReservations(
  { reservationOrder, reservations }: Records,
  query: ReservationQuery,
): FoundRecords<Reservation> {
  return newestFirst(reservationOrder, reservations, query, (found) =>
    matchesReservation(found, query),
  )
}

/** Records that match, of ids in order. */
export function newestFirst<Record>(
  order: readonly string[],
  records: ReadonlyMap<string, Record>,
  query: { readonly beforeSeq?: number | undefined; readonly limit: number },
  matches: (found: Record) => boolean,
): FoundRecords<Record> {
  const rows: Record[] = []
  let at = query.beforeSeq === undefined ? order.length : countBefore(order, query.beforeSeq)
  while (at > 0 && rows.length < query.limit) {
    const found = records.get(order[--at]!)!
    if (matches(found)) rows.push(found)
  }
  return { rows, before: at === 0 ? null : seqOf(order[at]!) }
}

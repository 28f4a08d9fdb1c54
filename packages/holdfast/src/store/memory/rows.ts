import { newestEntry } from '../../model/newest-entry.ts'
import { randomOf, seqOf } from '../../model/record-id.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { codeOfReservationStatus } from '../codes.ts'
import { RESERVATION_ROW, RESERVATION_ROWS, type ReservationRows } from '../reservation-rows.ts'
import type { Stamped } from '../store.ts'
import { countBefore, placeKey, type Records } from './records.ts'

/** Reservations as they are stored, for the proof. */
export function reservationRows(
  records: Records,
  afterSeq: number,
  throughSeq: number,
): ReservationRows {
  const order = records.reservationOrder
  const from = countBefore(order, afterSeq + 1)
  const ids = order.slice(
    from,
    Math.min(countBefore(order, throughSeq + 1), from + RESERVATION_ROWS),
  )
  const numbers = new Float64Array(ids.length * RESERVATION_ROW.length)
  const owners = ids.map((id, row) => {
    const found = records.reservations.get(id)!
    const level = records.levelKeys.get(placeKey(found.warehouseId, found.productId))!
    const status = codeOfReservationStatus(found.status)
    const { qty, createdAt, expiresAt, owner } = found
    const { released, shipped, cancelled, cameBack } = found
    const behind = records.behind.get(id) ?? 0
    numbers.set(
      [
        seqOf(id),
        level,
        qty,
        status,
        createdAt,
        expiresAt,
        randomOf(id),
        newestEntry(found),
        behind,
        released,
        shipped,
        cancelled,
        cameBack,
      ],
      row * RESERVATION_ROW.length,
    )
    return owner
  })
  const column = (of: (found: Reservation) => string | null): ReservationRows['groups'] => {
    const texts = ids.map((id) => of(records.reservations.get(id)!))
    return texts.some((text) => text !== null) ? texts : null
  }
  return {
    numbers,
    owners,
    replaces: column(({ replaces }) => replaces),
    replacedBy: column(({ replacedBy }) => replacedBy),
    groups: column(({ group }) => group),
  }
}

/** Transfers as they are stored, for the proof. */
export function transferRows(
  records: Records,
  afterSeq: number,
  limit: number,
): readonly Stamped<Transfer>[] {
  const from = countBefore(records.transferOrder, afterSeq + 1)
  return records.transferOrder.slice(from, from + limit).map((id) => {
    const record = records.transfers.get(id)!
    return { record, lastSeq: newestEntry(record) }
  })
}

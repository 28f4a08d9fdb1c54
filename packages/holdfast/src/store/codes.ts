import { ReservationStatus } from '../model/reservation.ts'
import { TransferStatus } from '../model/transfer.ts'

/**
 * The words that stand as numbers in the file. A code is a place in its list and never changes, so
 * new words go to the end; the views spell the same codes out.
 */
export const RESERVATION_STATUSES = [
  ReservationStatus.PENDING,
  ReservationStatus.CONFIRMED,
  ReservationStatus.RELEASED,
  ReservationStatus.EXPIRED,
  ReservationStatus.SHIPPED,
  ReservationStatus.CANCELLED,
] as const

export const TRANSFER_STATUSES = [
  TransferStatus.PENDING_APPROVAL,
  TransferStatus.APPROVED,
  TransferStatus.REJECTED,
] as const

export const CODE_OF_RESERVATION_STATUS = codes<ReservationStatus>(RESERVATION_STATUSES)
export const CODE_OF_TRANSFER_STATUS = codes<TransferStatus>(TRANSFER_STATUSES)

function codes<Word extends string>(
  words: readonly (Word | undefined)[],
): Readonly<Record<Word, number>> {
  const pairs = words.flatMap((word, code) => (word === undefined ? [] : [[word, code] as const]))
  return Object.fromEntries(pairs) as Record<Word, number>
}

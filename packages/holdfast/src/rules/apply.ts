import type { AdjustmentType } from '../model/adjustment-type.ts'
import { ReservationStatus } from '../model/reservation.ts'
import { TransferStatus } from '../model/transfer.ts'

// What an entry does to the reservation or the transfer that it tells of: what follows from the trail, said once. A
// sequence that no rule allows has an answer, too: a text that says why.

/** What an entry says, as far as a record follows from it. */
export interface Told {
  readonly type: AdjustmentType
  readonly qty: number
  readonly at: number
  /** RESERVED, EXTENDED: the last millisecond at which the hold counts. */
  readonly expiresAt?: number
  /** RETURNED. */
  readonly because?: string
  /** RETURNED because it expired: the `expiresAt` that was over. */
  readonly expiredAt?: number
  readonly actor?: string | null
  /** TRANSFER_REJECTED. */
  readonly reason?: string | null
}

/** What changes in a reservation. */
export interface ReservationState {
  readonly status: ReservationStatus
  readonly qty: number
  readonly expiresAt: number
  /** Units that were not confirmed, and go back with the next entry. */
  readonly rest: number
}

const { PENDING, CONFIRMED, RELEASED, EXPIRED, SHIPPED, CANCELLED } = ReservationStatus

/** `from` is null before the first entry. A text says why the entry cannot be. */
export function applyToReservation(
  from: ReservationState | null,
  told: Told,
): ReservationState | string {
  const { type, qty, at } = told
  if (from === null) {
    if (type !== 'RESERVED') return `${type} of a reservation that was never made`
    return { status: PENDING, qty, expiresAt: told.expiresAt!, rest: 0 }
  }
  const { status, expiresAt, rest } = from
  if (type === 'RESERVED') return 'a reservation is made twice'
  if (rest > 0) {
    const isRest = type === 'RETURNED' && told.because === 'unconfirmed' && qty === rest
    return isRest
      ? { ...from, rest: 0 }
      : `${type} before the units that were not confirmed went back`
  }
  if (type === 'SHIPPED' || type === 'CANCELLED') {
    if (status !== CONFIRMED) return `${type} of a reservation that is ${status}`
    if (qty !== from.qty) return `${type} of ${qty} units out of ${from.qty}`
    return { ...from, status: type === 'SHIPPED' ? SHIPPED : CANCELLED }
  }
  if (status !== PENDING) return `${type} of a reservation that is ${status}`
  if (type === 'RETURNED' && told.because === 'expired') {
    if (told.expiredAt !== expiresAt || at <= expiresAt) return `it expires at ${expiresAt}`
    return qty === from.qty ? { ...from, status: EXPIRED } : `${qty} units back out of ${from.qty}`
  }
  if (at > expiresAt) return `${type} of a hold that expired at ${expiresAt}`
  if (type === 'SOLD') {
    if (qty > from.qty) return `SOLD of ${qty} units out of ${from.qty}`
    return { ...from, status: CONFIRMED, qty, rest: from.qty - qty }
  }
  if (qty !== from.qty) return `${type} of ${qty} units out of ${from.qty}`
  if (type === 'EXTENDED') return { ...from, expiresAt: told.expiresAt! }
  if (type === 'RETURNED' && told.because === 'released') return { ...from, status: RELEASED }
  return `${type} of a hold`
}

/** What changes in a transfer. */
export interface TransferState {
  readonly status: TransferStatus
  readonly qty: number
  readonly requestedBy: string | null
  readonly decidedBy: string | null
  readonly reason: string | null
  readonly createdAt: number
  readonly decidedAt: number | null
  /** Units that left their warehouse, and come in with the next entry. */
  readonly onTheWay: number
}

const { PENDING_APPROVAL, APPROVED, REJECTED } = TransferStatus

/** `from` is null before the first entry. A text says why the entry cannot be. */
export function applyToTransfer(from: TransferState | null, told: Told): TransferState | string {
  const { type, qty, at, actor = null, reason = null } = told
  if (from === null) {
    const made = { qty, requestedBy: actor, decidedBy: null, reason: null, createdAt: at }
    if (type === 'TRANSFER_REQUESTED')
      return { ...made, status: PENDING_APPROVAL, decidedAt: null, onTheWay: 0 }
    if (type === 'TRANSFERRED_OUT')
      return { ...made, status: APPROVED, decidedAt: at, onTheWay: qty }
    return `${type} of a transfer that was never made`
  }
  if (qty !== from.qty) return `${type} of ${qty} units out of ${from.qty}`
  if (type === 'TRANSFERRED_IN')
    return from.onTheWay === qty ? { ...from, onTheWay: 0 } : 'units came in that never left'
  if (from.status !== PENDING_APPROVAL) return `${type} of a transfer that is ${from.status}`
  const decided = { ...from, decidedBy: actor, decidedAt: at }
  if (type === 'TRANSFERRED_OUT') return { ...decided, status: APPROVED, onTheWay: qty }
  if (type === 'TRANSFER_REJECTED') return { ...decided, status: REJECTED, reason }
  return `${type} of a transfer that waits`
}

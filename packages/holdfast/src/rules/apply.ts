import type { AdjustmentType } from '../model/adjustment-type.ts'
import { counted } from '../model/counted.ts'
import { ReservationStatus } from '../model/reservation.ts'
import { TransferStatus } from '../model/transfer.ts'

// How an entry changes its reservation or transfer: everything that follows from the trail, in one place. For a
// sequence that no rule allows, the result is a text with the reason.

/** The parts of an entry that change a record. */
export interface Told {
  readonly type: AdjustmentType
  readonly qty: number
  readonly at: number
  /** RESERVED, EXTENDED: the last millisecond at which the hold counts. */
  readonly expiresAt?: number
  /** RETURNED. */
  readonly because?: string
  /** RETURNED because it expired: the `expiresAt` that had passed. */
  readonly expiredAt?: number
  readonly actor?: string | null
  /** TRANSFER_REJECTED. */
  readonly reason?: string | null
}

/** The state of a reservation, without its owner and its replacement. */
export interface ReservationState {
  readonly status: ReservationStatus
  readonly qty: number
  readonly released: number
  readonly shipped: number
  readonly cancelled: number
  readonly cameBack: number
  readonly expiresAt: number
  /** Units that were not confirmed; the next entry frees them. */
  readonly rest: number
}

const { PENDING, CONFIRMED, RELEASED, EXPIRED, SHIPPED, CANCELLED } = ReservationStatus

/** `from` is null before the first entry. Returns a text if the entry is impossible. */
export function applyToReservation(
  from: ReservationState | null,
  told: Told,
): ReservationState | string {
  const { type, qty, at } = told
  if (from === null) {
    if (type !== 'RESERVED') return `${type} of a reservation that was never made`
    const none = { released: 0, shipped: 0, cancelled: 0, cameBack: 0, rest: 0 }
    return { ...none, status: PENDING, qty, expiresAt: told.expiresAt! }
  }
  const { status, expiresAt, rest, released, shipped, cancelled, cameBack } = from
  const open = from.qty - released - shipped - cancelled
  if (type === 'RESERVED') return 'a reservation is made twice'
  if (rest > 0) {
    const isRest = type === 'RETURNED' && told.because === 'unconfirmed' && qty === rest
    return isRest
      ? { ...from, released: released + rest, rest: 0 }
      : `${type} before the units that were not confirmed went back`
  }
  if (type === 'CAME_BACK')
    return qty <= shipped - cameBack
      ? { ...from, cameBack: cameBack + qty }
      : `CAME_BACK of ${counted(qty, 'unit')}, only ${counted(shipped - cameBack, 'is', 'are')} shipped and not returned`
  if (qty > open) return notOpen(type, qty, open)
  if (type === 'SHIPPED' || type === 'CANCELLED') {
    if (status !== CONFIRMED) return `${type} of a reservation that is ${status}`
    const isShipped = type === 'SHIPPED'
    const after = isShipped
      ? { ...from, shipped: shipped + qty }
      : { ...from, cancelled: cancelled + qty }
    if (qty < open) return after
    return { ...after, status: after.shipped > 0 ? SHIPPED : CANCELLED }
  }
  if (type === 'OWNER_CHANGED' && status === CONFIRMED) return isWhole(qty, open, type) ?? from
  if (status !== PENDING) return `${type} of a reservation that is ${status}`
  if (type === 'RETURNED' && told.because === 'expired') {
    if (told.expiredAt !== expiresAt || at <= expiresAt) return `it expires at ${expiresAt}`
    return isWhole(qty, open, type) ?? { ...from, released: released + qty, status: EXPIRED }
  }
  if (at > expiresAt) return `${type} of a hold that expired at ${expiresAt}`
  if (type === 'SOLD') return { ...from, status: CONFIRMED, rest: open - qty }
  if (type === 'RETURNED' && told.because === 'released')
    return { ...from, released: released + qty, status: qty === open ? RELEASED : PENDING }
  const partial = isWhole(qty, open, type)
  if (partial !== null) return partial
  if (type === 'RETURNED' && told.because === 'replaced')
    return { ...from, released: released + qty, status: RELEASED }
  if (type === 'EXTENDED') return { ...from, expiresAt: told.expiresAt! }
  if (type === 'OWNER_CHANGED') return from
  return `${type} of a hold`
}

/** Some entries are about all open units. */
function isWhole(qty: number, open: number, type: AdjustmentType): string | null {
  return qty === open ? null : notOpen(type, qty, open)
}

function notOpen(type: AdjustmentType, qty: number, open: number): string {
  return `${type} of ${counted(qty, 'unit')}, ${counted(open, 'is', 'are')} open`
}

export interface TransferState {
  readonly status: TransferStatus
  readonly qty: number
  readonly requestedBy: string | null
  readonly decidedBy: string | null
  readonly reason: string | null
  readonly createdAt: number
  readonly decidedAt: number | null
  /** Units that left their warehouse; the next entry brings them in. */
  readonly onTheWay: number
}

const { PENDING_APPROVAL, APPROVED, REJECTED } = TransferStatus

/** `from` is null before the first entry. Returns a text if the entry is impossible. */
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
  if (qty !== from.qty)
    return `${type} of ${counted(qty, 'unit')}, ${counted(from.qty, 'was', 'were')} requested`
  if (type === 'TRANSFERRED_IN')
    return from.onTheWay === qty ? { ...from, onTheWay: 0 } : 'units came in that never left'
  if (from.status !== PENDING_APPROVAL) return `${type} of a transfer that is ${from.status}`
  const decided = { ...from, decidedBy: actor, decidedAt: at }
  if (type === 'TRANSFERRED_OUT') return { ...decided, status: APPROVED, onTheWay: qty }
  if (type === 'TRANSFER_REJECTED') return { ...decided, status: REJECTED, reason }
  return `${type} of a transfer that waits`
}

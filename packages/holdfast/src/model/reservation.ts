import { plain } from './plain.ts'

/**
 * PENDING → CONFIRMED → SHIPPED or CANCELLED; PENDING → RELEASED or EXPIRED. The status changes when no unit is open
 * any more; a sold reservation is SHIPPED if any unit of it was shipped.
 */
export const ReservationStatus = {
  PENDING: 'PENDING',
  CONFIRMED: 'CONFIRMED',
  RELEASED: 'RELEASED',
  EXPIRED: 'EXPIRED',
  SHIPPED: 'SHIPPED',
  CANCELLED: 'CANCELLED',
} as const

export type ReservationStatus = (typeof ReservationStatus)[keyof typeof ReservationStatus]

/** A hold on units of one product in one warehouse. The record is immutable: a transition makes a new one. */
export interface Reservation {
  readonly id: string
  readonly warehouseId: string
  readonly productId: string
  /** Units held at first; it never changes. */
  readonly qty: number
  readonly status: ReservationStatus
  readonly owner: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** The last millisecond at which the hold still counts. */
  readonly expiresAt: number
  /** Units freed before they were sold: released, expired, or not confirmed. */
  readonly released: number
  readonly shipped: number
  /** Units whose sale was undone. */
  readonly cancelled: number
  /** Shipped units that the customer returned. */
  readonly cameBack: number
  /** The reservation that this one replaced. */
  readonly replaces: string | null
  /** The reservation that replaced this one. */
  readonly replacedBy: string | null
  /** What it belongs to: the lines of an order, the legs of a split. */
  readonly group: string | null
}

type AtFirst = 'id' | 'warehouseId' | 'productId' | 'qty' | 'owner' | 'createdAt' | 'expiresAt'

/** A hold as it is made. */
export function newHold(
  made: Pick<Reservation, AtFirst> & Partial<Pick<Reservation, 'replaces' | 'group'>>,
): Reservation {
  const { id, warehouseId, productId, qty, owner, createdAt, expiresAt } = made
  const { replaces = null, group = null } = made
  return {
    id,
    warehouseId,
    productId,
    qty,
    status: ReservationStatus.PENDING,
    owner,
    createdAt,
    expiresAt,
    released: 0,
    shipped: 0,
    cancelled: 0,
    cameBack: 0,
    replaces,
    replacedBy: null,
    group,
  }
}

/** Units still held, or sold and not yet shipped. */
export function openOf({ qty, released, shipped, cancelled }: Reservation): number {
  return qty - released - shipped - cancelled
}

/** The open units of all of them. */
export function unitsOf(reservations: readonly Reservation[]): number {
  let units = 0
  for (const reservation of reservations) units += openOf(reservation)
  return units
}

/** Whose holds are meant: those of an owner, or those of a group. */
export type Holder =
  | { readonly owner: string; readonly group?: never }
  | { readonly group: string; readonly owner?: never }

/** One text for each. */
export function holderText(holder: Holder): string {
  return 'owner' in holder ? `owner ${holder.owner}` : `group ${holder.group}`
}

/** Whether it is a hold of theirs that counts at `now`. */
export function isHeldFor(holder: Holder, found: Reservation, now: number): boolean {
  if (found.status !== ReservationStatus.PENDING || isDue(found, now)) return false
  return 'owner' in holder ? found.owner === holder.owner : found.group === holder.group
}

/** Expiry is exact: a hold counts up to and including `expiresAt`. */
export function isDue(reservation: Reservation, now: number): boolean {
  return reservation.status === ReservationStatus.PENDING && now > reservation.expiresAt
}

/** The reservation as of `now`, whether or not its expiry has been recorded. */
export function asOf(reservation: Reservation, now: number): Reservation {
  return isDue(reservation, now) ? Object.freeze(expired(reservation)) : reservation
}

/** The record after its expiry. */
export function expired(from: Reservation): Reservation {
  const after = copyOf(from)
  after.released += openOf(from)
  after.status = ReservationStatus.EXPIRED
  return after
}

/** The status of a sold reservation with these units shipped and cancelled. */
export function soldStatus({ qty, released, shipped, cancelled }: Reservation): ReservationStatus {
  if (qty > released + shipped + cancelled) return ReservationStatus.CONFIRMED
  return shipped > 0 ? ReservationStatus.SHIPPED : ReservationStatus.CANCELLED
}

/** A record to be changed before it is stored. */
export type Draft = { -readonly [Field in keyof Reservation]: Reservation[Field] }

export function copyOf(from: Reservation): Draft {
  return new Copy(from)
}

/** What a command answers with: the record, and the newest entry when it was decided. */
export function answerWith(from: Reservation, seq: number): Answered {
  return new AnswerWith(from, seq)
}

type Answered = Reservation & { readonly seq: number }

/** Field by field: 0.06 µs. A spread takes 0.4, because of what the record keeps to itself. */
function copy(this: Draft, from: Reservation): void {
  this.id = from.id
  this.warehouseId = from.warehouseId
  this.productId = from.productId
  this.qty = from.qty
  this.status = from.status
  this.owner = from.owner
  this.createdAt = from.createdAt
  this.expiresAt = from.expiresAt
  this.released = from.released
  this.shipped = from.shipped
  this.cancelled = from.cancelled
  this.cameBack = from.cameBack
  this.replaces = from.replaces
  this.replacedBy = from.replacedBy
  this.group = from.group
}

const Copy = plain(copy)

const AnswerWith = plain<[Reservation, number], Answered>(function (from, seq) {
  copy.call(this, from)
  this.seq = seq
})

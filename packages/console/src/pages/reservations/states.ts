import type { Reservation, ReservationStatus as Status } from 'holdfast'

export type { Reservation }

/** In the order in which a reservation goes through them. */
export const ReservationStatus: readonly Status[] = [
  'PENDING',
  'CONFIRMED',
  'SHIPPED',
  'CANCELLED',
  'RELEASED',
  'EXPIRED',
]

import { AdjustmentType } from '../model/adjustment-type.ts'
import type { Metadata } from '../model/audit-entry.ts'
import { moved, ReservationStatus, type Reservation } from '../model/reservation.ts'
import type { Writing } from './decision.ts'
import type { Level } from './level.ts'

// What happens to a reservation: each function writes its entries and keeps the record that follows.

/** Available units become held. */
export function hold(
  write: Writing,
  level: Level,
  qty: number,
  ttlMs: number,
  owner: string | null,
): Reservation {
  const { warehouseId, productId } = level
  const reservation: Reservation = {
    id: write.newId(),
    warehouseId,
    productId,
    qty,
    status: ReservationStatus.PENDING,
    owner,
    createdAt: write.now,
    expiresAt: write.now + ttlMs,
  }
  write.append(AdjustmentType.RESERVED, level, qty, expiryMetadata(reservation), reservation)
  return write.keep(reservation, null, level)
}

/** Held units become allocated; what is not sold goes back. */
export function sell(write: Writing, level: Level, from: Reservation, qty: number): Reservation {
  write.append(AdjustmentType.SOLD, level, qty, { reservationId: from.id }, from)
  const sold = write.keep(moved(from, ReservationStatus.CONFIRMED, qty), from, level)
  if (qty === from.qty) return sold
  returned(write, level, sold, from.qty - qty, { because: 'unconfirmed' })
  return write.keep(moved(sold, ReservationStatus.CONFIRMED), sold, level)
}

export function release(write: Writing, level: Level, from: Reservation): Reservation {
  returned(write, level, from, from.qty, { because: 'released' })
  return write.keep(moved(from, ReservationStatus.RELEASED), from, level)
}

/** Writes expired holds down. */
export function expire(write: Writing, level: Level, holds: readonly Reservation[]): void {
  for (const from of holds) {
    const { id, qty, expiresAt } = from
    const metadata = { reservationId: id, because: 'expired', expiredAt: String(expiresAt) }
    write.appendAside(AdjustmentType.RETURNED, level, qty, metadata, from)
    write.keep(moved(from, ReservationStatus.EXPIRED), from, level)
  }
}

export function extend(
  write: Writing,
  level: Level,
  from: Reservation,
  ttlMs: number,
): Reservation {
  const later = moved(from, from.status, from.qty, write.now + ttlMs)
  const metadata = { reservationId: from.id, expiresAt: String(later.expiresAt) }
  write.append(AdjustmentType.EXTENDED, level, from.qty, metadata, from)
  return write.keep(later, from, level)
}

export function ship(write: Writing, level: Level, from: Reservation): Reservation {
  write.append(AdjustmentType.SHIPPED, level, from.qty, { reservationId: from.id }, from)
  return write.keep(moved(from, ReservationStatus.SHIPPED), from, level)
}

export function cancel(write: Writing, level: Level, from: Reservation): Reservation {
  write.append(AdjustmentType.CANCELLED, level, from.qty, { reservationId: from.id }, from)
  return write.keep(moved(from, ReservationStatus.CANCELLED), from, level)
}

export function unitsOf(holds: readonly Reservation[]): number {
  let units = 0
  for (const { qty } of holds) units += qty
  return units
}

function returned(
  write: Writing,
  level: Level,
  from: Reservation,
  qty: number,
  metadata: Metadata,
): void {
  const all = { reservationId: from.id, ...metadata }
  write.append(AdjustmentType.RETURNED, level, qty, all, from)
}

function expiryMetadata(reservation: Reservation): Metadata {
  const expiresAt = String(reservation.expiresAt)
  return reservation.owner === null ? { expiresAt } : { expiresAt, owner: reservation.owner }
}

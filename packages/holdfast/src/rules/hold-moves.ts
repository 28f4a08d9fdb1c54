import { AdjustmentType } from '../model/adjustment-type.ts'
import type { Metadata } from '../model/audit-entry.ts'
import {
  copyOf,
  expired,
  newHold,
  openOf,
  ReservationStatus,
  soldStatus,
  type Reservation,
} from '../model/reservation.ts'
import type { Writing } from './decision.ts'
import type { Level } from './level.ts'

// The transitions of a reservation: each function writes its entries and stores the new record.

/** A hold to be made. */
export interface Wanted {
  readonly qty: number
  readonly expiresAt: number
  readonly owner: string | null
  readonly group: string | null
  readonly replaces?: Reservation | null
}

/** Available units become held. */
export function hold(
  write: Writing,
  level: Level,
  { qty, expiresAt, owner, group, replaces = null }: Wanted,
): Reservation {
  const { warehouseId, productId } = level
  const reservation = newHold({
    id: write.newId(),
    warehouseId,
    productId,
    qty,
    owner,
    createdAt: write.now,
    expiresAt,
    replaces: replaces === null ? null : replaces.id,
    group,
  })
  write.append(AdjustmentType.RESERVED, level, qty, madeWith(reservation), reservation)
  return write.keep(reservation, null, level)
}

/** The group of a new record; `like` is the record that it continues. */
export function groupFor(write: Writing, like: Reservation | null = null): string | null {
  return write.group ?? like?.group ?? write.ownGroup
}

/** Held units become allocated; the rest becomes available. */
export function sell(write: Writing, level: Level, from: Reservation, qty: number): Reservation {
  const rest = openOf(from) - qty
  write.append(AdjustmentType.SOLD, level, qty, { reservationId: from.id }, from)
  const after = copyOf(from)
  after.status = ReservationStatus.CONFIRMED
  const sold = write.keep(after, from, level)
  if (rest === 0) return sold
  return giveBack(write, level, sold, rest, 'unconfirmed')
}

/** Available units become allocated, by a hold that lasts only for this command. */
export function sellAtOnce(
  write: Writing,
  level: Level,
  wanted: Omit<Wanted, 'expiresAt'>,
): Reservation {
  const made = hold(write, level, { ...wanted, expiresAt: write.now })
  return sell(write, level, made, made.qty)
}

/** Held units become available: some, or all that are open. */
export function giveBack(
  write: Writing,
  level: Level,
  from: Reservation,
  qty: number,
  because: 'released' | 'unconfirmed' | 'replaced',
): Reservation {
  const metadata = { reservationId: from.id, because }
  write.append(AdjustmentType.RETURNED, level, qty, metadata, from)
  const after = copyOf(from)
  after.released += qty
  if (from.status === ReservationStatus.PENDING && openOf(after) === 0)
    after.status = ReservationStatus.RELEASED
  return write.keep(after, from, level)
}

export function expire(write: Writing, level: Level, holds: readonly Reservation[]): void {
  for (const from of holds) expireOne(write, level, from)
}

function expireOne(write: Writing, level: Level, from: Reservation): Reservation {
  const { id, expiresAt } = from
  const metadata = { reservationId: id, because: 'expired', expiredAt: String(expiresAt) }
  write.appendAside(AdjustmentType.RETURNED, level, openOf(from), metadata, from)
  return write.keep(expired(from), from, level)
}

export function extend(
  write: Writing,
  level: Level,
  from: Reservation,
  ttlMs: number,
): Reservation {
  const after = copyOf(from)
  after.expiresAt = write.now + ttlMs
  const metadata = { reservationId: from.id, expiresAt: String(after.expiresAt) }
  write.append(AdjustmentType.EXTENDED, level, openOf(from), metadata, from)
  return write.keep(after, from, level)
}

export function ship(write: Writing, level: Level, from: Reservation, qty: number): Reservation {
  write.append(AdjustmentType.SHIPPED, level, qty, { reservationId: from.id }, from)
  const after = copyOf(from)
  after.shipped += qty
  after.status = soldStatus(after)
  return write.keep(after, from, level)
}

export function cancel(write: Writing, level: Level, from: Reservation, qty: number): Reservation {
  write.append(AdjustmentType.CANCELLED, level, qty, { reservationId: from.id }, from)
  const after = copyOf(from)
  after.cancelled += qty
  after.status = soldStatus(after)
  return write.keep(after, from, level)
}

/**
 * Frees all open units of a reservation, so that another can replace it: held units become available (by expiry if its
 * time has passed), and sold ones are cancelled. A reservation without open units stays as it is.
 */
export function free(write: Writing, level: Level, from: Reservation): Reservation {
  const open = openOf(from)
  if (open === 0) return from
  if (from.status === ReservationStatus.CONFIRMED) return cancel(write, level, from, open)
  if (write.now > from.expiresAt) return expireOne(write, level, from)
  return giveBack(write, level, from, open, 'replaced')
}

/** The open units of a reservation continue under another id, in its state: held until the same time, or sold. */
export function takeOver(write: Writing, level: Level, from: Reservation): Reservation {
  const qty = openOf(from)
  const wanted = { qty, owner: from.owner, group: groupFor(write, from), replaces: from }
  return from.status === ReservationStatus.PENDING
    ? hold(write, level, { ...wanted, expiresAt: from.expiresAt })
    : sellAtOnce(write, level, wanted)
}

/** Records in a freed reservation which one replaced it; the RESERVED entry of the new one contains that. */
export function replacedBy(write: Writing, level: Level, freed: Reservation, id: string): void {
  const after = copyOf(freed)
  after.replacedBy = id
  write.keepNoted(after, freed, level)
}

export function changeOwner(
  write: Writing,
  level: Level,
  from: Reservation,
  owner: string,
): Reservation {
  const metadata = { reservationId: from.id, owner }
  write.append(AdjustmentType.OWNER_CHANGED, level, openOf(from), metadata, from)
  const after = copyOf(from)
  after.owner = owner
  return write.keep(after, from, level)
}

export function comeBack(
  write: Writing,
  level: Level,
  from: Reservation,
  qty: number,
  why: Metadata,
): Reservation {
  const metadata = { reservationId: from.id, ...why }
  write.append(AdjustmentType.CAME_BACK, level, qty, metadata, from)
  const after = copyOf(from)
  after.cameBack += qty
  return write.keep(after, from, level)
}

function madeWith({ expiresAt, owner, replaces }: Reservation): Metadata {
  if (owner === null && replaces === null) return { expiresAt: String(expiresAt) }
  return {
    expiresAt: String(expiresAt),
    ...(owner === null ? {} : { owner }),
    ...(replaces === null ? {} : { replaces }),
  }
}

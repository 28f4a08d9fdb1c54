import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import { take } from './offers.ts'
import { open, Refused, type Held, type Place, type Shelf } from './shelf.ts'

/** The record as it reads now: an expired hold is EXPIRED, recorded or not. */
export function shown(shelf: Shelf, found: Held): Reservation {
  const isOver = found.status === 'PENDING' && shelf.now > found.expiresAt
  if (!isOver) return { ...found }
  return { ...found, status: 'EXPIRED', released: found.released + open(found) }
}

export function find(shelf: Shelf, reservationId: string): Held {
  const found = shelf.reservations.find(({ id }) => id === reservationId)
  if (found === undefined) throw new Refused('RESERVATION_NOT_FOUND', { reservationId })
  return found
}

export function wrongState(shelf: Shelf, found: Held, expected: Held['status']): Refused {
  const { id: reservationId, status, replacedBy } = shown(shelf, found)
  const instead = replacedBy === null ? {} : { replacedBy }
  return new Refused('INVALID_RESERVATION_STATE', { reservationId, status, expected, ...instead })
}

/** @param allowed the states that it may be in; a refusal names `expected`, the first of them by default */
export function mustBe(
  shelf: Shelf,
  found: Held,
  allowed: readonly Held['status'][],
  expected: Held['status'] = allowed[0]!,
): void {
  if (!allowed.includes(shown(shelf, found).status)) throw wrongState(shelf, found, expected)
}

/** The units of a part; all open ones if no quantity is given. */
export function partOf(found: Held, qty: number | undefined, most: number = open(found)): number {
  const asked = qty ?? most
  if (asked <= most) return asked
  const details = { reservationId: found.id, requested: asked, open: most }
  throw new Refused('INVALID_QTY', details)
}

export function write(
  shelf: Shelf,
  type: AuditEntry['type'],
  found: Held,
  qty: number,
  metadata: Record<string, string> = {},
): void {
  const all = type === 'RESERVED' ? metadata : { reservationId: found.id, ...metadata }
  shelf.write(type, found, qty, all, { reservation: found })
}

/** The fields of a new reservation. */
export interface Wanted extends Place {
  readonly qty: number
  readonly owner: string | null
  readonly expiresAt: number
  /** The reservation that it continues, in the same group. */
  readonly from?: Held | undefined
  /** Whether it replaces that one. */
  readonly replaces?: boolean
}

/** Holds units that are there; records as many expired holds as necessary. */
export function hold(shelf: Shelf, wanted: Wanted): Held {
  const { warehouseId, productId, qty, owner, expiresAt, from, replaces = false } = wanted
  take(shelf, wanted, qty)
  const made: Held = {
    id: shelf.newId(),
    warehouseId,
    productId,
    qty,
    status: 'PENDING',
    owner,
    createdAt: shelf.now,
    expiresAt,
    released: 0,
    shipped: 0,
    cancelled: 0,
    cameBack: 0,
    replaces: replaces ? from!.id : null,
    replacedBy: null,
    group: shelf.said.group ?? from?.group ?? shelf.said.own,
  }
  shelf.reservations.push(made)
  if (replaces) from!.replacedBy = made.id
  write(shelf, 'RESERVED', made, qty, {
    expiresAt: String(expiresAt),
    ...(owner === null ? {} : { owner }),
    ...(made.replaces === null ? {} : { replaces: made.replaces }),
  })
  return made
}

export function sold(shelf: Shelf, found: Held, qty: number): void {
  found.status = 'CONFIRMED'
  write(shelf, 'SOLD', found, qty)
}

export function returned(shelf: Shelf, found: Held, qty: number, because: string): void {
  found.released += qty
  if (open(found) === 0) found.status = 'RELEASED'
  write(shelf, 'RETURNED', found, qty, { because })
}

export function shipped(shelf: Shelf, found: Held, qty: number): void {
  found.shipped += qty
  if (open(found) === 0) found.status = 'SHIPPED'
  write(shelf, 'SHIPPED', found, qty)
}

export function cancelled(shelf: Shelf, found: Held, qty: number): void {
  found.cancelled += qty
  if (open(found) === 0) found.status = found.shipped > 0 ? 'SHIPPED' : 'CANCELLED'
  write(shelf, 'CANCELLED', found, qty)
}

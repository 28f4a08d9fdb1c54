import type * as c from '../../model/commands/commands.ts'
import type { Reservation } from '../../model/reservation.ts'
import { mustHave, take } from './stock-verbs.ts'
import { Refused, type Shelf } from './shelf.ts'

type Held = Shelf['reservations'][number]

/** The record as it reads now: a hold that is over is EXPIRED, written down or not. */
export function shown(shelf: Shelf, found: Held): Reservation {
  const over = found.status === 'PENDING' && shelf.now > found.expiresAt
  return { ...found, status: over ? 'EXPIRED' : found.status }
}

function find(shelf: Shelf, reservationId: string): Held {
  const found = shelf.reservations.find(({ id }) => id === reservationId)
  if (found === undefined) throw new Refused('RESERVATION_NOT_FOUND', { reservationId })
  return found
}

function mustBe(shelf: Shelf, found: Held, expected: Held['status']): void {
  const { status } = shown(shelf, found)
  if (status === expected) return
  throw new Refused('INVALID_RESERVATION_STATE', { reservationId: found.id, status, expected })
}

function write(
  shelf: Shelf,
  type: Parameters<Shelf['write']>[0],
  found: Held,
  qty: number,
  metadata: Record<string, string> = {},
): void {
  const { id, warehouseId, productId } = found
  const all = type === 'RESERVED' ? metadata : { reservationId: id, ...metadata }
  shelf.write(type, warehouseId, productId, qty, all, { reservationId: id })
}

function hold(
  shelf: Shelf,
  place: { warehouseId: string; productId: string },
  qty: number,
  ttlMs: number,
  owner: string | null,
): Reservation {
  const { warehouseId, productId } = place
  take(shelf, warehouseId, productId, qty)
  const made: Held = {
    id: shelf.newId(),
    warehouseId,
    productId,
    qty,
    status: 'PENDING',
    owner,
    createdAt: shelf.now,
    expiresAt: shelf.now + ttlMs,
  }
  shelf.reservations.push(made)
  const metadata = { expiresAt: String(made.expiresAt), ...(owner === null ? {} : { owner }) }
  write(shelf, 'RESERVED', made, qty, metadata)
  return { ...made }
}

export function reserve(shelf: Shelf, command: c.CommandOf<'reserve'>): Reservation {
  mustHave(shelf, command.warehouseId, command.productId, command.qty)
  return hold(shelf, command, command.qty, command.ttlMs, command.owner ?? null)
}

export function confirm(shelf: Shelf, command: c.CommandOf<'confirm'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, 'PENDING')
  const qty = command.qty ?? found.qty
  const rest = found.qty - qty
  if (rest < 0)
    throw new Refused('INVALID_QTY', { reservationId: found.id, requested: qty, held: found.qty })
  Object.assign(found, { status: 'CONFIRMED', qty })
  write(shelf, 'SOLD', found, qty)
  if (rest > 0) write(shelf, 'RETURNED', found, rest, { because: 'unconfirmed' })
  return { ...found }
}

export function release(shelf: Shelf, command: c.CommandOf<'release'>): Reservation {
  const found = find(shelf, command.reservationId)
  const { status } = shown(shelf, found)
  if (status === 'RELEASED' || status === 'EXPIRED') return shown(shelf, found)
  mustBe(shelf, found, 'PENDING')
  found.status = 'RELEASED'
  write(shelf, 'RETURNED', found, found.qty, { because: 'released' })
  return { ...found }
}

export function ship(shelf: Shelf, command: c.CommandOf<'release'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, 'CONFIRMED')
  found.status = 'SHIPPED'
  write(shelf, 'SHIPPED', found, found.qty)
  return { ...found }
}

export function cancel(shelf: Shelf, command: c.CommandOf<'release'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, 'CONFIRMED')
  found.status = 'CANCELLED'
  write(shelf, 'CANCELLED', found, found.qty)
  return { ...found }
}

export function extend(shelf: Shelf, command: c.CommandOf<'extend'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, 'PENDING')
  found.expiresAt = shelf.now + command.ttlMs
  write(shelf, 'EXTENDED', found, found.qty, { expiresAt: String(found.expiresAt) })
  return { ...found }
}

export function fulfillAcrossWarehouses(
  shelf: Shelf,
  command: c.CommandOf<'fulfillAcrossWarehouses'>,
): { reservations: Reservation[] } {
  const { productId, qty, ttlMs, owner = null, strategy = 'givenOrder' } = command
  if (strategy !== 'givenOrder' && strategy !== 'mostStockFirst')
    throw new Refused('INVALID_INPUT', { field: 'strategy' })
  const offers = (command.warehouseOrder ?? shelf.warehouses.map(({ id }) => id)).map((id) => {
    const { available } = shelf.counts(shelf.warehouse(id).id, productId)
    return { warehouseId: id, available }
  })
  if (strategy === 'mostStockFirst') offers.sort((a, b) => b.available - a.available)
  const all = offers.reduce((sum, { available }) => sum + available, 0)
  if (all < qty)
    throw new Refused('INSUFFICIENT_STOCK', { productId, requested: qty, available: all, offers })
  let open = qty
  const reservations: Reservation[] = []
  for (const { warehouseId, available } of offers) {
    const leg = Math.min(available, open)
    open -= leg
    if (leg > 0) reservations.push(hold(shelf, { warehouseId, productId }, leg, ttlMs, owner))
  }
  return { reservations }
}

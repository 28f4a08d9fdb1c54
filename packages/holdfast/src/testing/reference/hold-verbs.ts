import type * as c from '../../model/commands/commands.ts'
import type { Holder, Reservation } from '../../model/reservation.ts'
import { mustBeNumbered, mustHave } from './offers.ts'
import {
  cancelled,
  find,
  hold,
  mustBe,
  partOf,
  returned,
  shipped,
  shown,
  sold,
  write,
} from './records.ts'
import { reacquire, reserveInPlace } from './replace-verbs.ts'
import { open, Refused, type Held, type Shelf } from './shelf.ts'

export function reserve(shelf: Shelf, command: c.CommandOf<'reserve'>): Reservation {
  const { warehouseId, productId, qty, ttlMs, owner = null } = command
  shelf.selling(warehouseId)
  if (command.replaces !== undefined)
    return reserveInPlace(shelf, command, find(shelf, command.replaces))
  mustHave(shelf, command, qty, { owner })
  return { ...hold(shelf, { warehouseId, productId, qty, owner, expiresAt: shelf.now + ttlMs }) }
}

export function sell(shelf: Shelf, command: c.CommandOf<'sell'>): Reservation {
  const { warehouseId, qty, owner = null } = command
  shelf.selling(warehouseId)
  mustHave(shelf, command, qty, { owner })
  const made = hold(shelf, { ...command, owner, expiresAt: shelf.now })
  sold(shelf, made, qty)
  if (command.ship === true) shipped(shelf, made, qty)
  return { ...made }
}

export function confirm(
  shelf: Shelf,
  command: c.CommandOf<'confirm'>,
): Reservation & { rest?: Reservation } {
  const found = find(shelf, command.reservationId)
  if (command.reacquire === true && shown(shelf, found).status === 'EXPIRED')
    return reacquire(shelf, found, command.qty)
  mustBe(shelf, found, ['PENDING'])
  const qty = partOf(found, command.qty)
  const rest = open(found) - qty
  sold(shelf, found, qty)
  if (rest === 0) return { ...found }
  found.released += rest
  write(shelf, 'RETURNED', found, rest, { because: 'unconfirmed' })
  if (command.rest !== 'hold') return { ...found }
  const kept = hold(shelf, { ...found, qty: rest, from: found, replaces: false })
  return { ...found, rest: { ...kept } }
}

export function release(shelf: Shelf, command: c.CommandOf<'release'>): Reservation {
  const found = find(shelf, command.reservationId)
  const now = shown(shelf, found)
  if (now.status === 'RELEASED' || now.status === 'EXPIRED') return now
  mustBe(shelf, found, ['PENDING'])
  returned(shelf, found, partOf(found, command.qty), 'released')
  return { ...found }
}

export function ship(shelf: Shelf, command: c.CommandOf<'ship'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, ['CONFIRMED'])
  shipped(shelf, found, partOf(found, command.qty))
  return { ...found }
}

export function cancel(shelf: Shelf, command: c.CommandOf<'cancel'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, ['CONFIRMED'])
  cancelled(shelf, found, partOf(found, command.qty))
  return { ...found }
}

export function extend(shelf: Shelf, command: c.CommandOf<'extend'>): Reservation {
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, ['PENDING'])
  found.expiresAt = shelf.now + command.ttlMs
  write(shelf, 'EXTENDED', found, open(found), { expiresAt: String(found.expiresAt) })
  return { ...found }
}

/** All holds of an owner or a group that count, in the order in which they were made. */
function heldFor(shelf: Shelf, of: Holder): Held[] {
  const held = shelf.reservations.filter(
    (one) =>
      one.status === 'PENDING' &&
      one.expiresAt >= shelf.now &&
      ('owner' in of ? one.owner === of.owner : one.group === of.group),
  )
  if (held.length > 1000) throw new Refused('TOO_MANY', { most: 1000, atLeast: 1001 })
  return held
}

interface Changed {
  readonly reservations: Reservation[]
}

export function confirmAll(shelf: Shelf, { of }: c.CommandOf<'confirmAll'>): Changed {
  const held = heldFor(shelf, of)
  for (const one of held) sold(shelf, one, open(one))
  return { reservations: held.map((one) => ({ ...one })) }
}

export function extendAll(shelf: Shelf, { of, ttlMs }: c.CommandOf<'extendAll'>): Changed {
  const held = heldFor(shelf, of)
  for (const { id: reservationId } of held) extend(shelf, { reservationId, ttlMs })
  return { reservations: held.map((one) => ({ ...one })) }
}

export function releaseAll(shelf: Shelf, { of }: c.CommandOf<'releaseAll'>): Changed {
  const held = heldFor(shelf, of)
  for (const one of held) returned(shelf, one, open(one), 'released')
  return { reservations: held.map((one) => ({ ...one })) }
}

export function changeOwner(shelf: Shelf, command: c.CommandOf<'changeOwner'>): Reservation {
  const { owner } = command
  const found = find(shelf, command.reservationId)
  mustBe(shelf, found, ['PENDING', 'CONFIRMED'])
  if (found.owner === owner) return { ...found }
  found.owner = owner
  write(shelf, 'OWNER_CHANGED', found, open(found), { owner })
  return { ...found }
}

export function returnGoods(shelf: Shelf, command: c.CommandOf<'returnGoods'>): Reservation {
  const { reason, into } = command
  const found = find(shelf, command.reservationId)
  shelf.warehouse(found.warehouseId)
  mustBe(shelf, found, ['SHIPPED', 'CONFIRMED'])
  const qty = partOf(found, command.qty, found.shipped - found.cameBack)
  mustBeNumbered(shelf, found.warehouseId, qty)
  found.cameBack += qty
  write(shelf, 'CAME_BACK', found, qty, reason === undefined ? {} : { reason })
  if (into === 'available') shelf.write('PUT_BACK', found, qty, {})
  return { ...found }
}

export function fulfillAcrossWarehouses(
  shelf: Shelf,
  command: c.CommandOf<'fulfillAcrossWarehouses'>,
): { reservations: Reservation[] } {
  const { productId, qty, ttlMs, owner = null, strategy = 'givenOrder' } = command
  if (strategy !== 'givenOrder' && strategy !== 'mostStockFirst')
    throw new Refused('INVALID_INPUT', { field: 'strategy' })
  const offered =
    command.warehouseOrder?.map((id) => shelf.warehouse(id)) ??
    shelf.warehouses.filter(({ id }) => !shelf.closed.includes(id))
  const offers = offered
    .filter(({ sells }) => sells !== false)
    .map(({ id: warehouseId }) => {
      return { warehouseId, available: shelf.counts({ warehouseId, productId }).available }
    })
  if (strategy === 'mostStockFirst') offers.sort((a, b) => b.available - a.available)
  const all = offers.reduce((sum, { available }) => sum + available, 0)
  if (all < qty)
    throw new Refused('INSUFFICIENT_STOCK', { productId, requested: qty, available: all, offers })
  shelf.said.own ??= shelf.newGroup()
  const expiresAt = shelf.now + ttlMs
  let left = qty
  const reservations: Reservation[] = []
  for (const { warehouseId, available } of offers) {
    const leg = Math.min(available, left)
    left -= leg
    if (leg > 0)
      reservations.push({ ...hold(shelf, { warehouseId, productId, qty: leg, owner, expiresAt }) })
  }
  return { reservations }
}

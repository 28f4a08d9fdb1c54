import type * as c from '../../model/commands/commands.ts'
import type { Reservation } from '../../model/reservation.ts'
import { expire, mustHave } from './offers.ts'
import { cancelled, find, hold, mustBe, returned, shown, sold, wrongState } from './records.ts'
import { open, Refused, type Held, type Place, type Shelf } from './shelf.ts'

/**
 * The reservation that already replaced this one, if it matches the request: a repeated command. Null if nothing
 * replaced it.
 */
function already(
  shelf: Shelf,
  found: Held,
  isAskedFor: (one: Reservation) => boolean,
): Reservation | null {
  const { replacedBy } = found
  if (replacedBy === null) return null
  const one = shown(shelf, find(shelf, replacedBy))
  if (isAskedFor(one)) return one
  throw wrongState(shelf, found, 'PENDING')
}

/** Records its expiry, if it has expired and nobody did. */
function expireIfOver(shelf: Shelf, found: Held): void {
  if (found.status === 'PENDING' && shown(shelf, found).status === 'EXPIRED') expire(shelf, found)
}

export function reserveInPlace(
  shelf: Shelf,
  command: c.CommandOf<'reserve'>,
  old: Held,
): Reservation {
  const { warehouseId, productId, qty, ttlMs, owner = null } = command
  const again = already(shelf, old, (one) => {
    const { status } = one
    const isSame =
      one.warehouseId === warehouseId && one.productId === productId && one.owner === owner
    return status === 'PENDING' && isSame && one.qty === qty && open(one) === qty
  })
  if (again !== null) return again
  mustBe(shelf, old, ['PENDING', 'RELEASED', 'EXPIRED'])
  const isLive = shown(shelf, old).status === 'PENDING'
  const isHere = old.warehouseId === warehouseId && old.productId === productId
  const freed = isLive && isHere ? open(old) : 0
  mustHave(shelf, command, qty, { owner, freed, replaces: old })
  if (isLive) returned(shelf, old, open(old), 'replaced')
  expireIfOver(shelf, old)
  const expiresAt = shelf.now + ttlMs
  const wanted = { warehouseId, productId, qty, owner, expiresAt }
  return { ...hold(shelf, { ...wanted, from: old, replaces: true }) }
}

/** Takes units again for an expired hold, and sells them. */
export function reacquire(shelf: Shelf, old: Held, asked: number | undefined): Reservation {
  const qty = asked ?? old.qty
  const again = already(shelf, old, (one) => {
    const isSold = one.status === 'CONFIRMED' || one.status === 'SHIPPED'
    const wasCart = one.expiresAt > one.createdAt
    return isSold && !wasCart && one.qty === qty
  })
  if (again !== null) return again
  shelf.selling(old.warehouseId)
  if (qty > old.qty)
    throw new Refused('INVALID_QTY', { reservationId: old.id, requested: qty, open: old.qty })
  mustHave(shelf, old, qty, { owner: old.owner })
  expireIfOver(shelf, old)
  const made = hold(shelf, { ...old, qty, expiresAt: shelf.now, from: old, replaces: true })
  sold(shelf, made, qty)
  return { ...made }
}

/** Frees its open units. */
export function free(shelf: Shelf, found: Held): void {
  if (found.status === 'PENDING') returned(shelf, found, open(found), 'replaced')
  else cancelled(shelf, found, open(found))
}

/** Takes as many units for it elsewhere, in its state. */
export function takeElsewhere(shelf: Shelf, old: Held, there: Place, was: Reservation): Held {
  const isSold = was.status === 'CONFIRMED'
  const { warehouseId, productId } = there
  const made = hold(shelf, {
    warehouseId,
    productId,
    qty: open(was),
    owner: was.owner,
    expiresAt: isSold ? shelf.now : was.expiresAt,
    from: old,
    replaces: true,
  })
  if (isSold) sold(shelf, made, made.qty)
  return made
}

export function moveReservation(
  shelf: Shelf,
  command: c.CommandOf<'moveReservation'>,
): Reservation {
  const { reservationId, toWarehouseId } = command
  const old = find(shelf, reservationId)
  shelf.selling(toWarehouseId)
  const again = already(
    shelf,
    old,
    ({ status, warehouseId, productId }) =>
      ['PENDING', 'CONFIRMED', 'SHIPPED'].includes(status) &&
      warehouseId === toWarehouseId &&
      toWarehouseId !== old.warehouseId &&
      productId === old.productId,
  )
  if (again !== null) return again
  mustBe(shelf, old, ['PENDING', 'CONFIRMED'])
  if (old.warehouseId === toWarehouseId)
    throw new Refused('INVALID_INPUT', { field: 'toWarehouseId' })
  const there = { warehouseId: toWarehouseId, productId: old.productId }
  mustHave(shelf, there, open(old))
  const was = { ...old }
  free(shelf, old)
  return { ...takeElsewhere(shelf, old, there, was) }
}

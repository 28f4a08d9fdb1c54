import type * as c from '../../model/commands/commands.ts'
import { Refused, type Shelf } from './shelf.ts'

/** How a level stands, as it is answered. */
export function level(shelf: Shelf, warehouseId: string, productId: string): object {
  const { available, held, allocated } = shelf.counts(warehouseId, productId)
  const reserved = held + allocated
  return {
    warehouseId,
    productId,
    available,
    held,
    allocated,
    reserved,
    onHand: available + reserved,
  }
}

/** There must be so many units, expired holds counted as free. */
export function mustHave(shelf: Shelf, warehouseId: string, productId: string, qty: number): void {
  shelf.warehouse(warehouseId)
  const { available } = shelf.counts(warehouseId, productId)
  if (available >= qty) return
  throw new Refused('INSUFFICIENT_STOCK', {
    warehouseId,
    productId,
    requested: qty,
    available,
    nextExpiryAt: shelf.nextExpiryAt(warehouseId, productId),
  })
}

/** Writes expired holds down one by one while `until` does not hold. */
function expire(shelf: Shelf, warehouseId: string, productId: string, until: () => boolean): void {
  // The command's own metadata is not about these holds.
  const own = shelf.metadata
  shelf.metadata = {}
  expireEach(shelf, warehouseId, productId, until)
  shelf.metadata = own
}

function expireEach(
  shelf: Shelf,
  warehouseId: string,
  productId: string,
  until: () => boolean,
): void {
  for (const hold of shelf.due(warehouseId, productId)) {
    if (until()) return
    hold.status = 'EXPIRED'
    const metadata = {
      reservationId: hold.id,
      because: 'expired',
      expiredAt: String(hold.expiresAt),
    }
    const about = { reservationId: hold.id }
    shelf.write('RETURNED', warehouseId, productId, hold.qty, metadata, about)
  }
}

export function take(shelf: Shelf, warehouseId: string, productId: string, qty: number): void {
  expire(
    shelf,
    warehouseId,
    productId,
    () => shelf.written(warehouseId, productId).available >= qty,
  )
}

export function mustFit(shelf: Shelf, warehouseId: string, qty: number): void {
  const capacity = shelf.warehouse(warehouseId).capacity ?? Number.MAX_SAFE_INTEGER
  const onHand = shelf.onHand(warehouseId)
  if (onHand + qty > capacity)
    throw new Refused('CAPACITY_EXCEEDED', { warehouseId, capacity, onHand, requested: qty })
}

export function addStock(
  shelf: Shelf,
  { warehouseId, productId, qty, source }: c.CommandOf<'addStock'>,
): object {
  mustFit(shelf, warehouseId, qty)
  shelf.write('RECEIVED', warehouseId, productId, qty, { source })
  return level(shelf, warehouseId, productId)
}

export function removeStock(shelf: Shelf, command: c.CommandOf<'removeStock'>): object {
  const { warehouseId, productId, qty, reason } = command
  mustHave(shelf, warehouseId, productId, qty)
  take(shelf, warehouseId, productId, qty)
  const type = reason === 'DAMAGED' ? 'DAMAGED' : 'REMOVED'
  shelf.write(type, warehouseId, productId, qty, { reason })
  return level(shelf, warehouseId, productId)
}

export function countStock(shelf: Shelf, command: c.CommandOf<'countStock'>): object {
  const { warehouseId, productId, onHand, reason } = command
  shelf.warehouse(warehouseId)
  const { available, held, allocated } = shelf.counts(warehouseId, productId)
  if (held + allocated > onHand) {
    const reserved = held + allocated
    throw new Refused('INSUFFICIENT_STOCK', {
      warehouseId,
      productId,
      requested: onHand,
      available,
      reserved,
    })
  }
  const written = () => shelf.written(warehouseId, productId)
  expire(shelf, warehouseId, productId, () => written().held + written().allocated <= onHand)
  const before = written()
  const correction = onHand - (before.available + before.held + before.allocated)
  const metadata: Record<string, string> = reason === undefined ? {} : { reason }
  shelf.write('COUNTED', warehouseId, productId, correction, metadata)
  return level(shelf, warehouseId, productId)
}

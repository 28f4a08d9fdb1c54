import { inAll, open, Refused, type Held, type Place, type Shelf } from './shelf.ts'

/** The counts of a level, as an answer. */
export function level(shelf: Shelf, { warehouseId, productId }: Place): object {
  const counts = shelf.counts({ warehouseId, productId })
  const reserved = counts.held + counts.allocated
  return { warehouseId, productId, ...counts, reserved, onHand: inAll(counts) }
}

/** Options of `mustHave`: what a refusal says, and what counts as free. */
export interface Asking {
  /** Whose holds the refusal counts. */
  readonly owner?: string | null | undefined
  /** Units that the command itself frees first. */
  readonly freed?: number
  /** The hold that it replaces. */
  readonly replaces?: Held
  /** Whether the refusal names the reservations in the way. */
  readonly names?: boolean
}

/** Refuses unless there are this many units, with expired holds counted as free. */
export function mustHave(shelf: Shelf, place: Place, qty: number, asking: Asking = {}): void {
  const { warehouseId, productId } = place
  const available = shelf.counts(place).available + (asking.freed ?? 0)
  if (available >= qty) return
  const living = shelf.living(place)
  const { owner = null } = asking
  const own = living.filter(
    (hold) => owner !== null && hold.owner === owner && hold !== asking.replaces,
  )
  const heldByOwner = own.reduce((sum, hold) => sum + open(hold), 0)
  throw new Refused('INSUFFICIENT_STOCK', {
    warehouseId,
    productId,
    requested: qty,
    available,
    nextExpiryAt: living.length === 0 ? null : Math.min(...living.map((r) => r.expiresAt)),
    ...(heldByOwner > 0 ? { heldByOwner } : {}),
    ...(asking.names === true && shelf.of(place).length > 0
      ? { reservations: shelf.claims(place) }
      : {}),
  })
}

/** Records the expiry of a hold. */
export function expire(shelf: Shelf, hold: Held): void {
  const qty = open(hold)
  hold.status = 'EXPIRED'
  hold.released += qty
  const metadata = {
    reservationId: hold.id,
    because: 'expired',
    expiredAt: String(hold.expiresAt),
  }
  shelf.unsaid(() => shelf.write('RETURNED', hold, qty, metadata, { reservation: hold }))
}

/** Records expired holds one by one until `until` holds. */
export function expireUntil(shelf: Shelf, place: Place, until: () => boolean): void {
  for (const hold of shelf.due(place)) {
    if (until()) return
    expire(shelf, hold)
  }
}

/** Records expired holds until the trail has this many available units. */
export function take(shelf: Shelf, place: Place, qty: number): void {
  expireUntil(shelf, place, () => shelf.written(place).available >= qty)
}

export function mustFit(shelf: Shelf, warehouseId: string, qty: number): void {
  const capacity = shelf.warehouse(warehouseId).capacity ?? Number.MAX_SAFE_INTEGER
  const onHand = shelf.onHand(warehouseId)
  if (onHand + qty > capacity)
    throw new Refused('CAPACITY_EXCEEDED', { warehouseId, capacity, onHand, requested: qty })
}

/** Refuses units beyond exact integers; the capacity does not matter here. */
export function mustBeNumbered(shelf: Shelf, warehouseId: string, qty: number): void {
  const capacity = Number.MAX_SAFE_INTEGER
  const onHand = shelf.onHand(warehouseId)
  if (onHand + qty > capacity)
    throw new Refused('CAPACITY_EXCEEDED', { warehouseId, capacity, onHand, requested: qty })
}

/** Refuses unless the warehouse exists and its level has not changed since `ifSeq`, which is an entry. */
export function mustStand(shelf: Shelf, place: Place, ifSeq: number | undefined): void {
  const { warehouseId, productId } = place
  shelf.warehouse(warehouseId)
  const seq = shelf.of(place).at(-1)?.seq ?? 0
  if (ifSeq === undefined || (seq <= ifSeq && ifSeq <= shelf.seq)) return
  const counts = shelf.written(place)
  const onHand = inAll(counts)
  throw new Refused('STOCK_CHANGED', { warehouseId, productId, ifSeq, seq, ...counts, onHand })
}

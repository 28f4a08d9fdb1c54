import type { AuditEntry, Reservation } from 'holdfast'

interface Counts {
  available: number
  held: number
  allocated: number
}

/**
 * Reserving over plain Maps: no check except of the stock, no expiry, no unit of work. It makes the same reservation
 * and the same entry as the manager, with the same ids.
 */
export class BareMap {
  readonly entries: AuditEntry[] = []
  readonly reservations = new Map<string, Reservation>()
  readonly #levels = new Map<string, Counts>()
  readonly #newId: (seq: number) => string

  constructor(products: readonly string[], qty: number, newId: (seq: number) => string) {
    this.#newId = newId
    for (const product of products)
      this.#levels.set(product, { available: qty, held: 0, allocated: 0 })
  }

  reserve(warehouseId: string, productId: string, qty: number, ttlMs: number): Reservation {
    const level = this.#levels.get(productId)
    if (level === undefined || level.available < qty) throw new Error('sold out')
    level.available -= qty
    level.held += qty
    const seq = this.entries.length + 1
    const now = Date.now()
    const reservation: Reservation = {
      id: this.#newId(seq),
      warehouseId,
      productId,
      qty,
      status: 'PENDING',
      owner: null,
      createdAt: now,
      expiresAt: now + ttlMs,
      released: 0,
      shipped: 0,
      cancelled: 0,
      cameBack: 0,
      replaces: null,
      replacedBy: null,
      group: null,
    }
    this.entries.push({
      id: String(seq),
      seq,
      type: 'RESERVED',
      productId,
      warehouseId,
      fromWarehouseId: null,
      qty,
      timestamp: now,
      reservationId: reservation.id,
      transferId: null,
      actor: null,
      metadata: { expiresAt: String(reservation.expiresAt) },
      reference: null,
      group: null,
      available: level.available,
      held: level.held,
      allocated: level.allocated,
      unsellable: 0,
    })
    this.reservations.set(reservation.id, reservation)
    return reservation
  }
}

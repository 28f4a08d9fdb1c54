import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'

/** What each type of entry does to available, held and allocated; written down from the design. */
const DOES: Record<string, [available: number, held: number, allocated: number]> = {
  RECEIVED: [1, 0, 0],
  DAMAGED: [-1, 0, 0],
  REMOVED: [-1, 0, 0],
  COUNTED: [1, 0, 0],
  RESERVED: [-1, 1, 0],
  SOLD: [0, -1, 1],
  RETURNED: [1, -1, 0],
  CANCELLED: [1, 0, -1],
  SHIPPED: [0, 0, -1],
  TRANSFERRED_OUT: [-1, 0, 0],
  TRANSFERRED_IN: [1, 0, 0],
}

export interface Counts {
  available: number
  held: number
  allocated: number
}

type Open = { -readonly [K in keyof Reservation]: Reservation[K] }
type Asked = { -readonly [K in keyof Transfer]: Transfer[K] }

/** Thrown for a refusal. */
export class Refused extends Error {
  readonly code: string
  readonly details: Record<string, unknown>
  constructor(code: string, details: Record<string, unknown> = {}) {
    super(code)
    this.code = code
    this.details = details
  }
}

/**
 * The naive state: three lists, and every number worked out by walking over all of them, every time.
 * Slow, and hard to get wrong.
 */
export class Shelf {
  readonly warehouses: readonly WarehouseOptions[]
  entries: AuditEntry[]
  reservations: Open[] = []
  transfers: Asked[] = []
  now = 0
  actor: string | null = null
  metadata: Record<string, string> = {}
  ids: string[] = []

  constructor(warehouses: readonly WarehouseOptions[], entries: readonly AuditEntry[]) {
    this.warehouses = warehouses
    this.entries = [...entries]
  }

  copy(): Pick<Shelf, 'entries' | 'reservations' | 'transfers'> {
    return {
      entries: [...this.entries],
      reservations: this.reservations.map((one) => ({ ...one })),
      transfers: this.transfers.map((one) => ({ ...one })),
    }
  }

  get seq(): number {
    return this.entries.length
  }

  warehouse(id: string): WarehouseOptions {
    const found = this.warehouses.find((warehouse) => warehouse.id === id)
    if (found === undefined) throw new Refused('WAREHOUSE_NOT_FOUND', { warehouseId: id })
    return found
  }

  /** As the trail tells: expired holds that nobody wrote down are still held. */
  written(warehouseId: string, productId: string): Counts {
    const counts = { available: 0, held: 0, allocated: 0 }
    for (const entry of this.entries) {
      if (entry.warehouseId !== warehouseId || entry.productId !== productId) continue
      const [available, held, allocated] = DOES[entry.type] ?? [0, 0, 0]
      counts.available += available * entry.qty
      counts.held += held * entry.qty
      counts.allocated += allocated * entry.qty
    }
    return counts
  }

  /** As a read shows it: what has expired is available. */
  counts(warehouseId: string, productId: string): Counts {
    const counts = this.written(warehouseId, productId)
    const due = this.due(warehouseId, productId).reduce((sum, { qty }) => sum + qty, 0)
    return { ...counts, available: counts.available + due, held: counts.held - due }
  }

  onHand(warehouseId: string): number {
    const products = new Set(
      this.entries.filter((e) => e.warehouseId === warehouseId).map((e) => e.productId),
    )
    let sum = 0
    for (const productId of products) {
      const { available, held, allocated } = this.written(warehouseId, productId)
      sum += available + held + allocated
    }
    return sum
  }

  pending(warehouseId: string, productId: string): Open[] {
    return this.reservations.filter(
      (r) => r.warehouseId === warehouseId && r.productId === productId && r.status === 'PENDING',
    )
  }

  /** Pending holds that are over, in order of (expiresAt, id). */
  due(warehouseId: string, productId: string): Open[] {
    return this.pending(warehouseId, productId)
      .filter((r) => this.now > r.expiresAt)
      .sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))
  }

  nextExpiryAt(warehouseId: string, productId: string): number | null {
    const living = this.pending(warehouseId, productId).filter((r) => this.now <= r.expiresAt)
    return living.length === 0 ? null : Math.min(...living.map((r) => r.expiresAt))
  }

  newId(): string {
    return this.ids.shift() ?? `the real one made fewer (${this.seq})`
  }

  write(
    type: AuditEntry['type'],
    warehouseId: string,
    productId: string,
    qty: number,
    metadata: Record<string, string>,
    about: { reservationId?: string; transfer?: Transfer } = {},
  ): void {
    const entry = {
      id: String(this.seq + 1),
      seq: this.seq + 1,
      type,
      productId,
      warehouseId,
      fromWarehouseId: about.transfer?.fromWarehouseId ?? null,
      qty,
      timestamp: this.now,
      reservationId: about.reservationId ?? null,
      transferId: about.transfer?.id ?? null,
      actor: this.actor,
      metadata: { ...this.metadata, ...metadata },
      available: 0,
      held: 0,
      allocated: 0,
    }
    this.entries.push(entry)
    Object.assign(entry, this.written(warehouseId, productId))
  }
}

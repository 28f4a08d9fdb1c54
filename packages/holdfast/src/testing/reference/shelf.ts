import type { AuditEntry, Reference } from '../../model/audit-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'

/** What each type of entry does to the four counts, as the design says. */
const DOES: Record<
  string,
  [available: number, held: number, allocated: number, unsellable: number]
> = {
  RECEIVED: [1, 0, 0, 0],
  DAMAGED: [-1, 0, 0, 0],
  REMOVED: [-1, 0, 0, 0],
  COUNTED: [1, 0, 0, 0],
  RESERVED: [-1, 1, 0, 0],
  SOLD: [0, -1, 1, 0],
  RETURNED: [1, -1, 0, 0],
  CANCELLED: [1, 0, -1, 0],
  SHIPPED: [0, 0, -1, 0],
  TRANSFERRED_OUT: [-1, 0, 0, 0],
  TRANSFERRED_IN: [1, 0, 0, 0],
  SET_ASIDE: [-1, 0, 0, 1],
  PUT_BACK: [1, 0, 0, -1],
  WRITTEN_OFF: [0, 0, 0, -1],
  RECEIVED_ASIDE: [0, 0, 0, 1],
  COUNTED_ASIDE: [0, 0, 0, 1],
  CAME_BACK: [0, 0, 0, 1],
}

export interface Counts {
  available: number
  held: number
  allocated: number
  unsellable: number
}

export interface Place {
  readonly warehouseId: string
  readonly productId: string
}

export type Held = { -readonly [K in keyof Reservation]: Reservation[K] }
export type Asked = { -readonly [K in keyof Transfer]: Transfer[K] }

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

/** Units still held, or sold and not yet shipped. */
export function open({ qty, released, shipped, cancelled }: Reservation): number {
  return qty - released - shipped - cancelled
}

/** Units in the building. */
export function inAll({ available, held, allocated, unsellable }: Counts): number {
  return available + held + allocated + unsellable
}

/** What the current command says about itself. */
interface Said {
  actor: string | null
  metadata: Record<string, string>
  reference: Reference | null
  /** The command's, or its list's. */
  group: string | undefined
  /** Made by a list or a split without a group, for everything that has none. */
  own: string | null
}

const NOTHING_SAID: Omit<Said, 'actor'> = {
  metadata: {},
  reference: null,
  group: undefined,
  own: null,
}

/**
 * The naive state: three lists, and every number computed by going through all of them, every time. Slow, and hard to
 * get wrong.
 */
export class Shelf {
  readonly warehouses: readonly WarehouseOptions[]
  entries: AuditEntry[]
  reservations: Held[] = []
  transfers: Asked[] = []
  /** Ids of warehouses that are closed. */
  closed: string[] = []
  now = 0
  said: Said = { actor: null, ...NOTHING_SAID }
  ids: string[] = []
  #unknown = 0

  constructor(warehouses: readonly WarehouseOptions[], entries: readonly AuditEntry[]) {
    this.warehouses = warehouses
    this.entries = [...entries]
  }

  copy(): Pick<Shelf, 'entries' | 'reservations' | 'transfers' | 'closed'> {
    return {
      entries: [...this.entries],
      reservations: this.reservations.map((one) => ({ ...one })),
      transfers: this.transfers.map((one) => ({ ...one })),
      closed: [...this.closed],
    }
  }

  get seq(): number {
    return this.entries.length
  }

  warehouse(id: string): WarehouseOptions {
    const found = this.warehouses.find((warehouse) => warehouse.id === id)
    if (found === undefined || this.closed.includes(id))
      throw new Refused('WAREHOUSE_NOT_FOUND', { warehouseId: id })
    return found
  }

  selling(id: string): WarehouseOptions {
    const found = this.warehouse(id)
    if (found.sells === false) throw new Refused('WAREHOUSE_NOT_SELLING', { warehouseId: id })
    return found
  }

  of({ warehouseId, productId }: Place): AuditEntry[] {
    return this.entries.filter((e) => e.warehouseId === warehouseId && e.productId === productId)
  }

  /** According to the trail: expired holds that nobody recorded are still held. */
  written({ warehouseId, productId }: Place, entries = this.entries): Counts {
    const counts = { available: 0, held: 0, allocated: 0, unsellable: 0 }
    for (const entry of entries) {
      if (entry.warehouseId !== warehouseId || entry.productId !== productId) continue
      const [available, held, allocated, unsellable] = DOES[entry.type] ?? [0, 0, 0, 0]
      counts.available += available * entry.qty
      counts.held += held * entry.qty
      counts.allocated += allocated * entry.qty
      counts.unsellable += unsellable * entry.qty
    }
    return counts
  }

  /** As a read shows it: expired holds are available. */
  counts(place: Place): Counts {
    const counts = this.written(place)
    const due = this.due(place).reduce((sum, hold) => sum + open(hold), 0)
    return { ...counts, available: counts.available + due, held: counts.held - due }
  }

  onHand(warehouseId: string): number {
    const products = new Set(
      this.entries.filter((e) => e.warehouseId === warehouseId).map((e) => e.productId),
    )
    let sum = 0
    for (const productId of products) sum += inAll(this.written({ warehouseId, productId }))
    return sum
  }

  pending({ warehouseId, productId }: Place): Held[] {
    return this.reservations.filter(
      (r) => r.warehouseId === warehouseId && r.productId === productId && r.status === 'PENDING',
    )
  }

  /** Expired pending holds, in order of (expiresAt, id). */
  due(place: Place): Held[] {
    return this.pending(place)
      .filter((r) => this.now > r.expiresAt)
      .sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))
  }

  /** Pending holds that are not expired. */
  living(place: Place): Held[] {
    return this.pending(place).filter((r) => this.now <= r.expiresAt)
  }

  /** What prevents taking units from the shelf: live holds, and sales. */
  claims(place: Place): { id: string; qty: number; status: string }[] {
    const { warehouseId, productId } = place
    const sold = this.reservations.filter(
      (r) => r.warehouseId === warehouseId && r.productId === productId && r.status === 'CONFIRMED',
    )
    return [...this.living(place), ...sold].map((one) => {
      return { id: one.id, qty: open(one), status: one.status }
    })
  }

  newId(): string {
    return this.ids.shift() ?? `?record ${++this.#unknown}`
  }

  newGroup(): string {
    return `?group ${++this.#unknown}`
  }

  /** Does what is due to the clock and not to the command, without the command's metadata. */
  unsaid(work: () => void): void {
    const { said } = this
    this.said = { ...NOTHING_SAID, actor: said.actor }
    work()
    this.said = said
  }

  write(
    type: AuditEntry['type'],
    { warehouseId, productId }: Place,
    qty: number,
    metadata: Record<string, string>,
    about: { reservation?: Reservation; transfer?: Transfer } = {},
  ): void {
    const { said } = this
    const record = about.reservation ?? about.transfer
    const entry = {
      id: String(this.seq + 1),
      seq: this.seq + 1,
      type,
      productId,
      warehouseId,
      fromWarehouseId: about.transfer?.fromWarehouseId ?? null,
      qty,
      timestamp: this.now,
      reservationId: about.reservation?.id ?? null,
      transferId: about.transfer?.id ?? null,
      actor: said.actor,
      metadata: { ...said.metadata, ...metadata },
      reference: said.reference,
      group: said.group ?? record?.group ?? said.own,
      available: 0,
      held: 0,
      allocated: 0,
      unsellable: 0,
    }
    this.entries.push(entry)
    Object.assign(entry, this.written({ warehouseId, productId }))
  }
}

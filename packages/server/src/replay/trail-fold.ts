import type { AuditEntry, Inventory } from 'holdfast'
import { ACTOR } from './position.ts'

export interface Moved {
  entries: number
  units: number
}

/** What the trail says that a replay did; the same whether it was interrupted or not. */
export class TrailFold {
  /** By type of entry; RECEIVED apart by its source: OPENING, RETURN. */
  readonly moved = new Map<string, Moved>()
  /** Owners of holds: the invoices that were reserved. */
  readonly reserved = new Set<string>()
  /** Reservations that were given back: of large orders that did not fit. */
  readonly givenBack: string[] = []
  /** Units that others brought in (or took out, negative) beside the replay. */
  byOthers = 0
  entries = 0

  add(entry: AuditEntry): void {
    this.entries++
    if (entry.actor !== ACTOR) {
      this.byOthers += broughtIn(entry)
      return
    }
    const { type, qty, metadata } = entry
    const name = type === 'RECEIVED' ? `RECEIVED ${metadata['source']}` : type
    const moved = this.moved.get(name)
    if (moved === undefined) this.moved.set(name, { entries: 1, units: qty })
    else {
      moved.entries++
      moved.units += qty
    }
    if (type === 'RESERVED' && metadata['owner'] !== undefined) this.reserved.add(metadata['owner'])
    if (type === 'RETURNED' && entry.reservationId !== null)
      this.givenBack.push(entry.reservationId)
  }

  units(...names: string[]): number {
    return names.reduce((sum, name) => sum + (this.moved.get(name)?.units ?? 0), 0)
  }

  count(...names: string[]): number {
    return names.reduce((sum, name) => sum + (this.moved.get(name)?.entries ?? 0), 0)
  }
}

/** How an entry changes what is in the building. */
function broughtIn({ type, qty }: AuditEntry): number {
  if (type === 'RECEIVED' || type === 'COUNTED' || type === 'TRANSFERRED_IN') return qty
  if (
    type === 'DAMAGED' ||
    type === 'REMOVED' ||
    type === 'SHIPPED' ||
    type === 'TRANSFERRED_OUT'
  ) {
    return -qty
  }
  return 0
}

export async function foldTrail(
  inventory: Inventory,
  onProgress: (seq: number) => void,
): Promise<TrailFold> {
  const fold = new TrailFold()
  for await (const entry of inventory.audit()) {
    fold.add(entry)
    if (fold.entries % 10_000 === 0) onProgress(fold.entries)
  }
  return fold
}

/** The invoices whose order was sold: reserved, and not given back. */
export async function soldInvoices(inventory: Inventory, fold: TrailFold): Promise<Set<string>> {
  const sold = new Set(fold.reserved)
  for (const reservationId of fold.givenBack) {
    const { owner } = await inventory.getReservation({ reservationId })
    if (owner !== null) sold.delete(owner)
  }
  return sold
}

import type { AuditEntry, Inventory } from 'holdfast'
import { EFFECTS } from 'holdfast/model'
import { ACTOR } from './position.ts'

export interface Moved {
  entries: number
  units: number
}

/** What a replay did according to the trail, whether it was interrupted or not. */
export class TrailFold {
  /** By type of entry, and RECEIVED also by its source: OPENING, RETURN. */
  readonly moved = new Map<string, Moved>()
  /** The owners of holds, which are the reserved invoices. */
  readonly reserved = new Set<string>()
  /** Released reservations, of large orders that were refused. */
  readonly givenBack: string[] = []
  /** Units that others added, or removed (negative), besides the replay. */
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

/** How an entry changes the units on hand. */
function broughtIn({ type, qty }: AuditEntry): number {
  const { available, held, allocated, unsellable } = EFFECTS[type]
  return (available + held + allocated + unsellable) * qty
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

/** The invoices whose order was sold: reserved and not released. */
export async function soldInvoices(inventory: Inventory, fold: TrailFold): Promise<Set<string>> {
  const sold = new Set(fold.reserved)
  for (const reservationId of fold.givenBack) {
    const { owner } = await inventory.getReservation({ reservationId })
    if (owner !== null) sold.delete(owner)
  }
  return sold
}

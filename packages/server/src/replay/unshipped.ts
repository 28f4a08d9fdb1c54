import type { AuditEntry, Inventory } from 'holdfast'
import { ACTOR } from './position.ts'

/** A reservation of a replayed order that is not shipped. */
export interface Unshipped {
  readonly reservationId: string
  readonly confirmed: boolean
}

export interface Leftover {
  readonly reservations: readonly Unshipped[]
  /** Whether some were released: a large order that was refused was being undone. */
  readonly givingBack: boolean
}

/** What an interruption left unshipped, from the trail: orders up to `after` are shipped, later ones may not be. */
export async function leftover(inventory: Inventory, after: number): Promise<Leftover> {
  const found = new Map<string, Unshipped>()
  let givingBack = false
  for await (const entry of inventory.audit({ after })) {
    if (entry.reservationId === null) continue
    follow(found, entry, entry.reservationId)
    if (entry.type === 'RETURNED' && entry.actor === ACTOR) givingBack = true
  }
  return { reservations: [...found.values()], givingBack }
}

function follow(found: Map<string, Unshipped>, entry: AuditEntry, reservationId: string): void {
  const isOurs = found.has(reservationId) || entry.actor === ACTOR
  if (entry.type === 'RESERVED' && isOurs)
    found.set(reservationId, { reservationId, confirmed: false })
  else if (entry.type === 'SOLD' && isOurs)
    found.set(reservationId, { reservationId, confirmed: true })
  else if (entry.type !== 'EXTENDED') found.delete(reservationId)
}

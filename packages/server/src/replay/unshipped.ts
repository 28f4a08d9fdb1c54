import type { AuditEntry, Inventory } from 'holdfast'
import { ACTOR } from './position.ts'

/** A reservation of a replayed order that has not left the building. */
export interface Unshipped {
  readonly reservationId: string
  readonly confirmed: boolean
}

export interface Leftover {
  readonly reservations: readonly Unshipped[]
  /** Whether some were given back: a large order that did not fit was being undone. */
  readonly givingBack: boolean
}

/**
 * What an interruption left undone, read from the trail: every order reserved up to `after` is
 * shipped, those behind it may not be.
 */
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

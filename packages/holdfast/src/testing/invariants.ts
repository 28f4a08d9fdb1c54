import { deepEqual, equal, ok } from 'node:assert/strict'
import type { AuditEntry } from '../model/audit-entry.ts'
import type { Reservation } from '../model/reservation.ts'
import type { LevelCounts } from '../model/level-counts.ts'
import type { Inventory } from '../engine/inventory.ts'
import { collect, everyPage } from './listing.ts'
import { foldTrail } from './trail-fold.ts'

/**
 * Reads everything that an inventory shows and checks that it adds up: no count below zero, every
 * unit in exactly one bucket, the trail without a gap and folding to the very counts, and `verify`
 * of one mind with all this. Nobody may write meanwhile.
 */
export async function checkInvariants(
  inventory: Inventory,
): Promise<{ entries: AuditEntry[]; levels: LevelCounts[]; reservations: Reservation[] }> {
  const entries = await collect(inventory.audit())
  const levels = await everyPage((cursor) => inventory.listStock({ cursor, limit: 1000 }))
  const reservations = await everyPage((cursor) =>
    inventory.listReservations({ cursor, limit: 1000 }),
  )
  checkLevels(levels, reservations)
  checkAgainstTrail(entries, levels, reservations)

  const { items } = await inventory.listWarehouses()
  for (const { id, onHand } of items)
    equal(
      onHand,
      sum(levels, (level) => (level.warehouseId === id ? level.onHand : 0)),
      id,
    )

  const verdict = await inventory.verify()
  deepEqual(verdict.ok ? 'ok' : verdict.fault, 'ok')
  equal(verdict.entries, entries.length)
  equal(verdict.seq, entries.at(-1)?.seq ?? 0)
  equal(verdict.levels, levels.length)
  return { entries, levels, reservations }
}

function checkLevels(levels: readonly LevelCounts[], reservations: readonly Reservation[]): void {
  const seen = new Set<string>()
  for (const level of levels) {
    const { warehouseId, productId, available, held, allocated, reserved, onHand } = level
    const place = `${warehouseId}\n${productId}`
    ok(!seen.has(place), `${place} is listed twice`)
    seen.add(place)
    const own = reservations.filter(
      (one) => one.warehouseId === warehouseId && one.productId === productId,
    )
    const units = (status: string): number =>
      sum(own, (one) => (one.status === status ? one.qty : 0))
    ok(Math.min(available, held, allocated) >= 0, `${place} stands at ${JSON.stringify(level)}`)
    equal(held, units('PENDING'), `held of ${place}`)
    equal(allocated, units('CONFIRMED'), `allocated of ${place}`)
    equal(reserved, held + allocated, `reserved of ${place}`)
    equal(onHand, available + reserved, `on hand of ${place}`)
  }
}

function checkAgainstTrail(
  entries: readonly AuditEntry[],
  levels: readonly LevelCounts[],
  reservations: readonly Reservation[],
): void {
  const told = foldTrail(entries)
  const status = new Map(reservations.map((one) => [one.id, one.status]))
  // A read counts an expired hold as available; the trail may not have an entry that says so yet.
  for (const hold of told.pending.values()) {
    if (status.get(hold.reservationId) !== 'EXPIRED') continue
    const level = told.levels.get(hold.place)!
    level.available += hold.qty
    level.held -= hold.qty
  }
  const listed = levels.map(({ warehouseId, productId, available, held, allocated }) => {
    return [`${warehouseId}\n${productId}`, { available, held, allocated }] as const
  })
  deepEqual(new Map(listed), told.levels)
  deepEqual(new Set(status.keys()), told.reservations)
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

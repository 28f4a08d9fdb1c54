import { deepEqual, equal, ok } from 'node:assert/strict'
import type { AuditEntry } from '../model/audit-entry.ts'
import { openOf, type Reservation } from '../model/reservation.ts'
import type { LevelCounts } from '../model/level-counts.ts'
import type { Inventory } from '../engine/inventory.ts'
import { collect, everyPage } from './listing.ts'
import { foldTrail, type Told } from './trail-fold.ts'

/**
 * Reads everything that an inventory shows and checks that it is consistent: no count below zero, every unit in exactly
 * one bucket, the trail without a gap and folding to exactly these counts and records, and a successful `verify`.
 * Nobody may write meanwhile.
 */
export async function checkInvariants(
  inventory: Inventory,
): Promise<{ entries: AuditEntry[]; levels: LevelCounts[]; reservations: Reservation[] }> {
  const entries = await collect(inventory.audit())
  const levels = await everyPage((cursor) => inventory.listStock({ cursor, limit: 1000 }))
  const reservations = await everyPage((cursor) =>
    inventory.listReservations({ cursor, limit: 1000 }),
  )
  const { items } = await inventory.listWarehouses()
  checkLevels(levels, reservations)
  checkReservations(reservations)
  const listed = new Set(items.map(({ id }) => id))
  const count = checkAgainstTrail(entries, levels, reservations, listed)

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
  equal(verdict.levels, count)
  return { entries, levels, reservations }
}

function checkLevels(levels: readonly LevelCounts[], reservations: readonly Reservation[]): void {
  const seen = new Set<string>()
  for (const level of levels) {
    const { warehouseId, productId, available, held, allocated, unsellable } = level
    const place = `${warehouseId}\n${productId}`
    ok(!seen.has(place), `${place} is listed twice`)
    seen.add(place)
    const own = reservations.filter(
      (one) => one.warehouseId === warehouseId && one.productId === productId,
    )
    const units = (status: string): number =>
      sum(own, (one) => (one.status === status ? openOf(one) : 0))
    const least = Math.min(available, held, allocated, unsellable)
    ok(least >= 0, `${place} has the counts ${JSON.stringify(level)}`)
    equal(held, units('PENDING'), `held of ${place}`)
    equal(allocated, units('CONFIRMED'), `allocated of ${place}`)
    equal(level.reserved, held + allocated, `reserved of ${place}`)
    equal(level.onHand, available + held + allocated + unsellable, `on hand of ${place}`)
  }
}

/** The parts of a reservation add up, its status follows from them, and links go both ways. */
function checkReservations(reservations: readonly Reservation[]): void {
  const byId = new Map(reservations.map((one) => [one.id, one]))
  for (const one of reservations) {
    const { id, qty, released, shipped, cancelled, cameBack, status } = one
    const about = JSON.stringify(one)
    ok(Math.min(released, shipped, cancelled, cameBack, openOf(one)) >= 0, about)
    ok(cameBack <= shipped, about)
    if (openOf(one) > 0) ok(status === 'PENDING' || status === 'CONFIRMED', about)
    else if (shipped > 0) equal(status, 'SHIPPED', about)
    else if (cancelled > 0) equal(status, 'CANCELLED', about)
    else ok(status === 'RELEASED' || status === 'EXPIRED', about)
    if (status === 'PENDING') equal(released + openOf(one), qty, about)
    if (one.replaces !== null) equal(byId.get(one.replaces)?.replacedBy, id, about)
    if (one.replacedBy !== null) {
      equal(byId.get(one.replacedBy)?.replaces, id, about)
      equal(openOf(one), 0, about)
    }
  }
}

/** @returns how many levels the trail has, including those of unlisted warehouses */
function checkAgainstTrail(
  entries: readonly AuditEntry[],
  levels: readonly LevelCounts[],
  reservations: readonly Reservation[],
  warehouses: ReadonlySet<string>,
): number {
  const told = foldTrail(entries)
  const count = told.levels.size
  equal(reservations.length, told.reservations.size)
  for (const one of reservations) {
    const record = told.reservations.get(one.id)
    ok(record !== undefined, `no entry tells of ${one.id}`)
    // A read counts an expired hold as available, even if the trail has no entry for it yet.
    if (one.status === 'EXPIRED' && record.held > 0) {
      const level = told.levels.get(record.place)!
      level.available += record.held
      level.held -= record.held
      record.released += record.held
      record.held = 0
    }
    deepEqual(toldOf(one), record, one.id)
  }
  for (const [place, { available, held, allocated, unsellable }] of told.levels) {
    if (warehouses.has(place.split('\n')[0]!)) continue
    equal(available + held + allocated + unsellable, 0, `${place} is not listed`)
    told.levels.delete(place)
  }
  const listed = levels.map(
    ({ warehouseId, productId, available, held, allocated, unsellable }) => {
      return [`${warehouseId}\n${productId}`, { available, held, allocated, unsellable }] as const
    },
  )
  deepEqual(new Map(listed), told.levels)
  return count
}

function toldOf(one: Reservation): Told {
  const { warehouseId, productId, qty, released, shipped, cancelled, cameBack } = one
  const { owner, expiresAt, replaces, group } = one
  return {
    place: `${warehouseId}\n${productId}`,
    qty,
    released,
    shipped,
    cancelled,
    cameBack,
    held: one.status === 'PENDING' ? openOf(one) : 0,
    owner,
    expiresAt,
    replaces,
    group,
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

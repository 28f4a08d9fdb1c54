import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from 'holdfast'
import { memory, openInventory } from 'holdfast'
import { addDue, applyEntry } from './apply-entry.ts'
import { HoldTable } from './hold-table.ts'
import { LevelTable } from './level-table.ts'

const PLACE = { warehouseId: 'SF', productId: 'MUG' }

function figures(levels: LevelTable): number[] {
  const place = levels.place('MUG', 'SF')!
  return [levels.availableAt(place), levels.reservedAt(place), levels.onHandAt(place)]
}

test('following the trail gives what the inventory says, entry by entry', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  await inventory.addStock({ ...PLACE, qty: 20, source: 'S' })
  const kept = await inventory.reserve({ ...PLACE, qty: 3, ttlMs: 60_000, owner: 'ann' })
  const sold = await inventory.reserve({ ...PLACE, qty: 5, ttlMs: 60_000 })
  await inventory.confirm({ reservationId: sold.id, qty: 4 })
  await inventory.ship({ reservationId: sold.id })
  await inventory.extend({ reservationId: kept.id, ttlMs: 120_000 })
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  for await (const entry of inventory.audit()) applyEntry(levels, holds, entry)
  const { available, reserved, onHand } = await inventory.stock(PLACE)
  deepEqual(figures(levels), [available, reserved, onHand])
  deepEqual(
    [...holds.all()].map(({ id, qty, owner }) => [id, qty, owner]),
    [[kept.id, 3, 'ann']],
  )
  const { expiresAt } = await inventory.getReservation({ reservationId: kept.id })
  equal(holds.nextAt(), expiresAt)
})

const entry = (seq: number, more: Partial<AuditEntry>): AuditEntry => ({
  id: String(seq),
  seq,
  type: 'RESERVED',
  ...PLACE,
  fromWarehouseId: null,
  qty: 4,
  timestamp: 0,
  reservationId: 'r',
  transferId: null,
  actor: null,
  metadata: { expiresAt: '100' },
  available: 6,
  held: 4,
  allocated: 0,
  ...more,
})

test('a hold that is over counts as available once, before and after the trail says so', () => {
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  applyEntry(levels, holds, entry(5, {}))
  deepEqual(figures(levels), [6, 4, 10])
  const hold = holds.takeDue(101)!
  addDue(levels, hold.place, hold.qty)
  deepEqual(figures(levels), [10, 0, 10])
  // Somebody else's entry still has it as held.
  applyEntry(levels, holds, entry(6, { type: 'RECEIVED', reservationId: null, available: 8 }))
  deepEqual(figures(levels), [12, 0, 12])
  const returned = { type: 'RETURNED', available: 12, held: 0 } as const
  applyEntry(levels, holds, entry(7, { ...returned, metadata: { because: 'expired' } }))
  deepEqual(figures(levels), [12, 0, 12])
  equal(holds.size, 0)
})

test('an entry that a snapshot has in it already changes nothing', () => {
  const levels = new LevelTable(['SF'])
  levels.put(levels.place('MUG', 'SF')!, 50, 1, 2, 9)
  applyEntry(levels, new HoldTable(), entry(9, { available: 1 }))
  deepEqual(figures(levels), [50, 3, 53])
})

test('levels are kept for many products, and unknown warehouses are left out', () => {
  const levels = new LevelTable(['SF', 'NYC'])
  for (let n = 0; n < 5000; n++) levels.put(levels.place(`P${n}`, 'NYC')!, n, 0, 0, 1)
  equal(levels.availableAt(levels.place('P4999', 'NYC')!), 4999)
  equal(levels.exists(levels.place('P4999', 'SF')!), false)
  equal(levels.place('P1', 'LA'), undefined)
})

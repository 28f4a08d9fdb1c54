import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from 'holdfast'
import { memory, openInventory } from 'holdfast'
import { addDue, applyEntry } from './apply-entry.ts'
import { HoldTable } from './hold-table.ts'
import { LevelTable } from './level-table.ts'

const NONE = { available: 0, held: 0, allocated: 0, unsellable: 0 }
const PLACE = { warehouseId: 'SF', productId: 'MUG' }

function figures(levels: LevelTable): number[] {
  const place = levels.place('MUG', 'SF')!
  return [levels.availableAt(place), levels.reservedAt(place), levels.onHandAt(place)]
}

test('following the trail gives the inventory’s counts, entry by entry', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  await inventory.addStock({ ...PLACE, qty: 20, source: 'S' })
  const kept = await inventory.reserve({ ...PLACE, qty: 3, ttlMs: 60_000, owner: 'ann' })
  const sold = await inventory.reserve({ ...PLACE, qty: 5, ttlMs: 60_000 })
  await inventory.confirm({ reservationId: sold.id, qty: 4 })
  await inventory.ship({ reservationId: sold.id, qty: 3 })
  await inventory.returnGoods({ reservationId: sold.id, qty: 2 })
  await inventory.setAside({ ...PLACE, qty: 3, reason: 'SAMPLE' })
  await inventory.putBack({ ...PLACE, qty: 1 })
  await inventory.extend({ reservationId: kept.id, ttlMs: 120_000 })
  await inventory.release({ reservationId: kept.id, qty: 1 })
  await inventory.changeOwner({ reservationId: kept.id, owner: 'bob' })
  const more = await inventory.reserve({ ...PLACE, qty: 4, ttlMs: 60_000, replaces: kept.id })
  const last = await inventory.reserve({ ...PLACE, qty: 2, ttlMs: 60_000, owner: 'cleo' })
  const { rest } = await inventory.confirm({ reservationId: last.id, qty: 1, rest: 'hold' })
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  for await (const entry of inventory.audit()) applyEntry(levels, holds, entry)
  const { available, reserved, onHand, unsellable } = await inventory.stock(PLACE)
  deepEqual(figures(levels), [available, reserved, onHand])
  equal(levels.unsellable[levels.place('MUG', 'SF')!], unsellable)
  deepEqual(
    [...holds.all()].map(({ id, qty, owner }) => [id, qty, owner]),
    [
      [more.id, 4, null],
      [rest!.id, 1, 'cleo'],
    ],
  )
  const { expiresAt } = await inventory.getReservation({ reservationId: more.id })
  equal(holds.nextAt(), expiresAt)
})

test('a hold that was extended and given to another owner counts for that one, until the new end', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  await inventory.addStock({ ...PLACE, qty: 20, source: 'S' })
  const { id } = await inventory.reserve({ ...PLACE, qty: 3, ttlMs: 60_000, owner: 'ann' })
  await inventory.extend({ reservationId: id, ttlMs: 120_000 })
  await inventory.extend({ reservationId: id, ttlMs: 90_000 })
  await inventory.changeOwner({ reservationId: id, owner: 'bob' })
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  for await (const one of inventory.audit()) applyEntry(levels, holds, one)
  const { owner, expiresAt } = await inventory.getReservation({ reservationId: id })
  const known = holds.get(id)!
  deepEqual([known.owner, known.expiresAt, holds.nextAt()], [owner, expiresAt, expiresAt])
  equal(owner, 'bob')
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
  reference: null,
  group: null,
  available: 6,
  held: 4,
  allocated: 0,
  unsellable: 0,
  ...more,
})

test('an expired hold counts as available once, before and after the trail says so', () => {
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  applyEntry(levels, holds, entry(5, {}))
  deepEqual(figures(levels), [6, 4, 10])
  const hold = holds.takeDue(101)!
  addDue(levels, hold.place, hold.qty)
  deepEqual(figures(levels), [10, 0, 10])
  // The entry's balances still count it as held.
  applyEntry(levels, holds, entry(6, { type: 'RECEIVED', reservationId: null, available: 8 }))
  deepEqual(figures(levels), [12, 0, 12])
  const returned = { type: 'RETURNED', available: 12, held: 0 } as const
  applyEntry(levels, holds, entry(7, { ...returned, metadata: { because: 'expired' } }))
  deepEqual(figures(levels), [12, 0, 12])
  equal(holds.size, 0)
})

test('an expired hold that was partly released before counts with its rest', () => {
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  applyEntry(levels, holds, entry(5, {}))
  const part = { type: 'RETURNED', qty: 1, available: 7, held: 3 } as const
  applyEntry(levels, holds, entry(6, { ...part, metadata: { because: 'released' } }))
  equal(holds.get('r')!.qty, 3)
  const hold = holds.takeDue(101)!
  addDue(levels, hold.place, hold.qty)
  deepEqual(figures(levels), [10, 0, 10])
  const rest = { type: 'RETURNED', qty: 3, available: 10, held: 0 } as const
  applyEntry(levels, holds, entry(7, { ...rest, metadata: { because: 'expired' } }))
  deepEqual(figures(levels), [10, 0, 10])
  equal(holds.size, 0)
})

test('an entry already in the list of holds takes nothing from a hold', () => {
  const levels = new LevelTable(['SF'])
  const holds = new HoldTable()
  const place = levels.place('MUG', 'SF')!
  holds.put({ id: 'r', place, qty: 3, owner: 'ann', expiresAt: 100, seq: 6 })
  const part = { type: 'RETURNED', qty: 1, metadata: { because: 'released' } } as const
  applyEntry(levels, holds, entry(5, {}))
  applyEntry(levels, holds, entry(6, part))
  equal(holds.get('r')!.qty, 3)
  applyEntry(levels, holds, entry(7, part))
  equal(holds.get('r')!.qty, 2)
})

test('an entry already in a snapshot changes nothing', () => {
  const levels = new LevelTable(['SF'])
  const counts = { available: 50, held: 1, allocated: 2, unsellable: 4 }
  levels.put(levels.place('MUG', 'SF')!, counts, 9)
  applyEntry(levels, new HoldTable(), entry(9, { available: 1 }))
  deepEqual(figures(levels), [50, 3, 57])
})

test('levels are kept for many products, and unknown warehouses are ignored', () => {
  const levels = new LevelTable(['SF', 'NYC'])
  for (let n = 0; n < 5000; n++)
    levels.put(levels.place(`P${n}`, 'NYC')!, { ...NONE, available: n }, 1)
  equal(levels.availableAt(levels.place('P4999', 'NYC')!), 4999)
  equal(levels.exists(levels.place('P4999', 'SF')!), false)
  equal(levels.place('P1', 'LA'), undefined)
})

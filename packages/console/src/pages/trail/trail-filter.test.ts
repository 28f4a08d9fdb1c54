import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, type AuditEntry } from 'holdfast'
import { matches, referenceIn, type TrailFilter } from './trail-filter.ts'

test('new entries are filtered as the service would, by group and document too', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  const mug = { warehouseId: 'SF', productId: 'MUG' }
  const order = { group: 'g:1', reference: { type: 'order', id: 'a:1' } }
  await inventory.addStock({ ...mug, qty: 9, source: 'S' })
  await inventory.addStock({ ...mug, qty: 9, source: 'S', reference: { type: 'order', id: 'a' } })
  await inventory.reserve({ ...mug, qty: 1, ttlMs: 60_000, ...order })
  const all: AuditEntry[] = []
  for await (const entry of inventory.audit()) all.push(entry)
  const filters: TrailFilter[] = [
    { reference: 'order:a:1' },
    { reference: 'order:a' },
    { group: 'g:1' },
    { group: 'g' },
    { group: 'g:1', type: 'RECEIVED' },
    { type: 'RECEIVED' },
    {},
  ]
  for (const filter of filters) {
    const asked: number[] = []
    for await (const { seq } of inventory.audit(filter)) asked.push(seq)
    const seen = all.filter((entry) => matches(filter, entry)).map(({ seq }) => seq)
    deepEqual(seen, asked, JSON.stringify(filter))
  }
})

test('a document is found as people write it', () => {
  for (const [written, reference] of [
    ['', ''],
    ['order:4711', 'order:4711'],
    [' Order 4711 ', 'order:4711'],
    ['4711', 'order:4711'],
    ['#', ''],
    ['#4711', 'order:4711'],
    ['Order #4711', 'order:4711'],
    ['Order # 4711', 'order:4711'],
    ['order:#4711', 'order:#4711'],
    ['4711#2', 'order:4711#2'],
    ['invoice 7 b', 'invoice:7 b'],
    ['order:a:1', 'order:a:1'],
  ] as const)
    deepEqual(referenceIn(written), reference)
})

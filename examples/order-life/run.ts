import { memory, openInventory } from 'holdfast'
import { fillShelves, orderLife, WAREHOUSES } from './order-life.ts'

// A clock of its own: two days pass in a moment.
let now = Date.parse('2026-12-01T08:00:00Z')
await using inventory = await openInventory({
  store: memory(),
  warehouses: WAREHOUSES,
  clock: () => now,
  monotonicClock: () => now,
  sweepMs: 0,
})
await fillShelves(inventory)
let { seq: after } = await inventory.head()
for (const { title, run } of orderLife(inventory, (ms) => (now += ms))) {
  await run()
  console.log(`\n${title}`)
  for await (const { seq, type, qty, warehouseId, productId } of inventory.audit({ after })) {
    console.log(`  ${type} ${qty} ${productId} ${warehouseId}`.trimEnd())
    after = seq
  }
}
console.log()
for (const level of (await inventory.listStock()).items) {
  const { warehouseId, productId, available, held, allocated, unsellable } = level
  console.log(warehouseId, productId, { available, held, allocated, unsellable })
}
console.log('verified:', (await inventory.verify()).ok)

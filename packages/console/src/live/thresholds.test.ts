import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { LevelTable } from './level-table.ts'
import { isLow } from './thresholds.ts'

test('a level is low on the page if the inventory lists it as low', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [
      { id: 'SF', name: 'SF', reorderThreshold: 3, reorderThresholds: { HAT: 5, MUG: 0 } },
      { id: 'NYC', name: 'NYC' },
    ],
  })
  for (const warehouseId of ['SF', 'NYC'])
    for (const productId of ['SOCK', 'HAT', 'MUG'])
      await inventory.addStock({ warehouseId, productId, qty: 6, source: 'S' })
  const { items: warehouses } = await inventory.listWarehouses()
  const ids = warehouses.map(({ id }) => id)
  for (let left = 5; left >= 0; left--) {
    const levels = new LevelTable(ids)
    for (const warehouseId of ids)
      for (const productId of ['SOCK', 'HAT', 'MUG'])
        await inventory.removeStock({ warehouseId, productId, qty: 1, reason: 'GIFT' })
    const { items, seq } = await inventory.listStock()
    for (const level of items)
      levels.put(levels.place(level.productId, level.warehouseId)!, level, seq)
    const shown = items.filter(({ productId, warehouseId }) =>
      isLow(levels, warehouses, levels.place(productId, warehouseId)!),
    )
    deepEqual(shown, (await inventory.listStock({ low: true })).items, `${left} left`)
  }
})

import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'

/** A new inventory with a thousand products, and so many entries of each, with that source. */
export async function makeManyProducts(db: string, entries: number, source: string): Promise<void> {
  await using inventory = await openInventory({
    store: sqlite({ path: db }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  const commands = Array.from({ length: 1000 }, (_, index) => ({
    verb: 'addStock' as const,
    warehouseId: 'SF',
    productId: `P${index}`,
    qty: 1,
    source,
  }))
  for (let round = 0; round < entries; round++) await inventory.atomically({ commands })
}

// A small shop with its inventory in its own process.
//   npx node --conditions=source examples/checkout/embedded.ts
import { memory, openInventory } from 'holdfast'
import { evening } from './evening.ts'

await using inventory = await openInventory({
  store: memory(), // sqlite({ path: 'stock.db' }) from 'holdfast/sqlite' keeps it
  warehouses: [{ id: 'SF', name: 'San Francisco' }],
})
const shelf = { warehouseId: 'SF', source: 'SUPPLIER' }
await inventory.addStock({ ...shelf, productId: 'MUG', qty: 5 })
await inventory.addStock({ ...shelf, productId: 'LID', qty: 9 })

for (const line of await evening(inventory)) console.log(line)

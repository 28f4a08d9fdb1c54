// The same shop, its inventory served elsewhere.
//   npx @holdfast/server serve --db shop.db --warehouse SF:"San Francisco"
//   npx node --conditions=source examples/checkout/over-http.ts
import { HoldfastClient } from 'holdfast/client'
import { evening } from './evening.ts'

await using inventory = new HoldfastClient({
  url: process.env['HOLDFAST_URL'] ?? 'http://127.0.0.1:4680',
  token: process.env['HOLDFAST_TOKEN'],
})
const shelf = { warehouseId: 'SF', source: 'SUPPLIER' }
await inventory.addStock({ ...shelf, productId: 'MUG', qty: 5 })
await inventory.addStock({ ...shelf, productId: 'LID', qty: 9 })

for (const line of await evening(inventory)) console.log(line)

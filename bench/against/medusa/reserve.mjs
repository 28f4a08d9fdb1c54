// A separate program: Medusa's inventory module on the given database. Makes the reserves that its parent requests,
// with the requested number of callers, and sends back the speed.
import { MedusaApp } from '@medusajs/framework/modules-sdk'

const LOCATION = 'MAIN'
const [clientUrl, products] = process.argv.slice(2)
// Its own log must not mix with the results.
console.log = () => undefined
const app = await MedusaApp({
  modulesConfig: {
    inventory: { resolve: '@medusajs/inventory', options: { database: { clientUrl } } },
  },
  sharedResourcesConfig: { database: { clientUrl } },
})
await app.runMigrations()
await app.onApplicationStart()
const { inventory } = app.modules
const items = await inventory.createInventoryItems(
  Array.from({ length: Number(products) }, (_, number) => ({ sku: `SKU-${number}` })),
)
await inventory.createInventoryLevels(
  items.map(({ id }) => ({
    inventory_item_id: id,
    location_id: LOCATION,
    stocked_quantity: 1_000_000_000,
  })),
)

process.on('message', async ({ callers, picks }) => {
  let next = 0
  const start = performance.now()
  const caller = async () => {
    while (next < picks.length) {
      const { id } = items[picks[next++]]
      await inventory.createReservationItems({
        inventory_item_id: id,
        location_id: LOCATION,
        quantity: 1,
      })
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  process.send((picks.length * 1000) / (performance.now() - start))
})
process.once('disconnect', () => process.exit())
process.send('open')

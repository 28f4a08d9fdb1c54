// Buyers of one product, each with an order in a table of the shop's own. Its parameters are JSON:
//   node --conditions=source sale-child.ts '{"url": …, "schema": …, "file": …, "buyers": ["b-1", …], "callers": 100}'
// Killed and started again, all its buyers continue with the same idempotency keys, because it is unknown which ones
// were answered.
import { setTimeout as pause } from 'node:timers/promises'
import { InventoryError, openInventory, OperationalError, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { HOLD, orderRow, PurchasesWriter } from './bought.ts'
import type { ChildOrders } from './sale.ts'

const { url, schema, file, buyers, callers } = JSON.parse(process.argv[2]!) as ChildOrders
const purchases = new PurchasesWriter(file)
const inventory = await opened()
const left = [...buyers]
await Promise.all(
  Array.from({ length: callers }, async () => {
    for (let buyer = left.shift(); buyer !== undefined; buyer = left.shift()) await buy(buyer)
  }),
)
await inventory.close()

/** PostgreSQL may be down at that moment. */
async function opened(): Promise<Inventory> {
  for (;;) {
    try {
      const store = postgres({ connectionString: url, schema })
      return await openInventory({ store, sweepMs: 0, onWarning: () => undefined })
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error
      await pause(50)
    }
  }
}

async function buy(order: string): Promise<void> {
  const command = { ...HOLD, idempotencyKey: order, metadata: { order } }
  for (;;) {
    try {
      const { id } = await inventory.reserve(command, { also: [orderRow(schema, order)] })
      purchases.bought(order, id)
      return
    } catch (error) {
      if (error instanceof InventoryError) {
        purchases.failed(order, error.code)
        return
      }
      if (!(error instanceof OperationalError)) throw error
      await pause(20)
    }
  }
}

import { deepEqual } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, orderUpTo, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { newSchema, pool } from './support/place.ts'
import { until } from './support/until.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

/** A process that changes everything, and one that only follows. */
async function openBoth(t: TestContext): Promise<{ web: Inventory; worker: Inventory }> {
  const schema = newSchema()
  const open = async (): Promise<Inventory> => {
    const inventory = await openInventory({
      store: postgres({ pool, schema }),
      warehouses: [{ id: 'SF', name: 'San Francisco', reorderThreshold: 3 }],
      sweepMs: 0,
    })
    t.after(() => inventory.close())
    return inventory
  }
  return { web: await open(), worker: await open() }
}

/** What a listener was told of, in order. */
function listening() {
  const told: string[] = []
  const onLowStock = (warehouseId: string, productId: string, available: number) =>
    void told.push(`${available} ${productId} in ${warehouseId}`)
  return { told, onLowStock }
}

test('a process that only consumes knows the thresholds and warehouses that another one made', async (t) => {
  const { web, worker } = await openBoth(t)
  const { told, onLowStock } = listening()
  await worker.alerts({ name: 'mail' }, { onLowStock })
  await web.addStock({ ...MUG, qty: 100, source: 'SUPPLIER' })
  await web.removeStock({ ...MUG, qty: 10, reason: 'GIFT' })
  await web.patchWarehouse({ id: 'SF', reorderThreshold: 50 })
  await web.removeStock({ ...MUG, qty: 50, reason: 'GIFT' })
  await until(() => told.length === 1)
  await web.changeWarehouse({ id: 'NYC', name: 'New York', reorderThreshold: 5 })
  await web.addStock({ ...MUG, warehouseId: 'NYC', qty: 4, source: 'SUPPLIER' })
  await until(() => told.length === 2)
  deepEqual(told, ['40 MUG in SF', '4 MUG in NYC'])
})

test('nothing is ordered by a threshold that another process has lowered', async (t) => {
  const { web, worker } = await openBoth(t)
  const orders: number[] = []
  const consumer = await worker.reorder(
    { name: 'purchasing' },
    orderUpTo(4),
    ({ qty }) => void orders.push(qty),
  )
  await web.addStock({ ...MUG, qty: 10, source: 'SUPPLIER' })
  await web.patchWarehouse({ id: 'SF', reorderThreshold: 0 })
  await web.removeStock({ ...MUG, qty: 8, reason: 'GIFT' })
  await web.patchWarehouse({ id: 'SF', reorderThreshold: 1 })
  const { seq } = await web.removeStock({ ...MUG, qty: 1, reason: 'GIFT' })
  await until(() => consumer.position === seq)
  deepEqual(orders, [3])
})

test('entries that are handled late are compared with the threshold as it is then', async (t) => {
  const { web, worker } = await openBoth(t)
  const { told, onLowStock } = listening()
  const firstIsTold = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  await web.addStock({ ...MUG, qty: 5, source: 'SUPPLIER' })
  const { seq: from } = await web.removeStock({ ...MUG, qty: 1, reason: 'GIFT' })
  for (let qty = 0; qty < 4; qty++) await web.removeStock({ ...MUG, qty: 1, reason: 'GIFT' })
  const { seq } = await web.head()
  const consumer = await worker.alerts(
    { name: 'mail', from },
    {
      onLowStock: async (warehouseId, productId, available) => {
        onLowStock(warehouseId, productId, available)
        firstIsTold.resolve()
        await mayGoOn.promise
      },
    },
  )
  await firstIsTold.promise
  await web.patchWarehouse({ id: 'SF', reorderThreshold: 1 })
  await pause(1100)
  mayGoOn.resolve()
  await until(() => consumer.position >= seq)
  deepEqual(told, ['3 MUG in SF', '1 MUG in SF'])
})

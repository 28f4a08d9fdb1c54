import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, type Explanation, type Inventory } from 'holdfast'
import { runningOf } from './running-list.ts'

const PLACE = { warehouseId: 'SF', productId: 'MUG' }

async function shop(): Promise<Inventory> {
  return await openInventory({ store: memory(), warehouses: [{ id: 'SF', name: 'SF' }] })
}

/** The sum of the list must be the available units. */
function addsUp({ available }: Explanation, list: ReturnType<typeof runningOf>): void {
  equal(list.before + list.in - list.out + list.due, available)
}

test('the account of a level adds up from its beginning', async () => {
  await using inventory = await shop()
  await inventory.addStock({ ...PLACE, qty: 10, source: 'S' })
  const { id: reservationId } = await inventory.reserve({ ...PLACE, qty: 4, ttlMs: 60_000 })
  await inventory.confirm({ reservationId, qty: 3 })
  await inventory.countStock({ ...PLACE, onHand: 8 })
  const explanation = await inventory.explain(PLACE)
  const list = runningOf(explanation, 100)
  addsUp(explanation, list)
  equal(list.before, 0)
  deepEqual(
    list.lines.map(({ available, reserved }) => [available, reserved]),
    [
      [-2, 0],
      [1, -1],
      [0, 0],
      [-4, 4],
      [10, 0],
    ],
  )
})

test('the account of a long history adds up from where it is cut off', async () => {
  await using inventory = await shop()
  for (let n = 0; n < 150; n++)
    await inventory.addStock({ ...PLACE, qty: 1 + (n % 3), source: 'S' })
  for (const limit of [1000, 120, 101, 50]) {
    const explanation = await inventory.explain({ ...PLACE, limit })
    const list = runningOf(explanation, 100)
    addsUp(explanation, list)
    equal(list.lines.length, Math.min(100, limit === 50 ? 49 : 100))
  }
})

test('expired holds are part of the sum', async () => {
  let now = 1_000_000
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
    clock: () => now,
    sweepMs: 0,
  })
  await inventory.addStock({ ...PLACE, qty: 10, source: 'S' })
  await inventory.reserve({ ...PLACE, qty: 4, ttlMs: 1000 })
  now += 1001
  const explanation = await inventory.explain(PLACE)
  const list = runningOf(explanation, 100)
  equal(list.due, 4)
  addsUp(explanation, list)
})

import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openInventory, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { checkInvariants } from 'holdfast/testing'
import { newSchema, url } from './support/place.ts'
import { Pooler } from './support/pooler.ts'

const PLACE = { warehouseId: 'SF', productId: 'SOCK' }
const BUYERS = 300
const UNITS = 500

/** Every kind of statement, repeatedly, so that each meets each connection. Resolves with the units sold. */
async function trade(inventory: Inventory): Promise<number> {
  // Some buyers send the same command twice.
  const keys = Array.from({ length: BUYERS }, (_, buyer) => (buyer % 7 === 0 ? 'same' : `${buyer}`))
  await Promise.all(
    keys.map(async (key) => {
      const hold = { ...PLACE, qty: 1, ttlMs: 60_000, idempotencyKey: key }
      const { id: reservationId } = await inventory.reserve(hold)
      await inventory.confirm({ reservationId, idempotencyKey: `${key}, confirmed` })
      await inventory.stock(PLACE)
      equal((await inventory.getReservation({ reservationId })).status, 'CONFIRMED')
    }),
  )
  return new Set(keys).size
}

for (const prepare of [true, false]) {
  test(`behind a pooler in transaction mode, ${prepare ? 'which loses prepared statements' : 'without prepared statements'}`, async (t) => {
    const pooler = await Pooler.to(Number(new URL(url).port), 4)
    t.after(() => pooler.close())
    const store = {
      connectionString: pooler.url,
      schema: newSchema(),
      listen: false,
      prepare,
    } as const
    const one = await openInventory({
      store: postgres(store),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
    })
    const two = await openInventory({ store: postgres(store) })
    await one.addStock({ ...PLACE, qty: UNITS, source: 'SUPPLIER' })
    const sold = await trade(one)
    // The other process sends the same commands again.
    equal(await trade(two), sold)
    const { available, allocated } = await two.stock(PLACE)
    equal(`${available} ${allocated}`, `${UNITS - sold} ${sold}`)
    await checkInvariants(one)
    ok(pooler.transactions > 50)
    await one.close()
    await two.close()
  })
}

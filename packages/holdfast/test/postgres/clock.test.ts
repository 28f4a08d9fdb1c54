import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { newSchema, pool } from './support/place.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const HOUR = 3_600_000
const TTL = 5 * 60_000

interface Opened {
  readonly inventory: Inventory
  readonly warnings: string[]
}

/** Opens as a process would whose clock is ahead of the machine's, and so of the database's. */
async function openAhead(
  t: TestContext,
  schema: string,
  aheadMs: number,
  readOnly = false,
): Promise<Opened> {
  const warnings: string[] = []
  const { now } = Date
  Date.now = () => now() + aheadMs
  try {
    const inventory = await openInventory({
      store: postgres({ pool, schema }),
      sweepMs: readOnly ? 0 : 20,
      ...(readOnly ? { readOnly } : { warehouses: [{ id: 'SF', name: 'San Francisco' }] }),
      onWarning: ({ message }) => warnings.push(message),
    })
    t.after(() => inventory.close())
    return { inventory, warnings }
  } finally {
    // An open inventory keeps the clock it was opened with.
    Date.now = now
  }
}

/** What every read says about one hold of 3 among 10. */
async function seen(inventory: Inventory, reservationId: string): Promise<unknown[]> {
  const pending = await inventory.listReservations({ status: 'PENDING' })
  const all = await inventory.listReservations()
  return [
    (await inventory.stock(SOCK)).available,
    (await inventory.listStock()).items[0]!.available,
    (await inventory.explain(SOCK)).available,
    (await inventory.getReservation({ reservationId })).status,
    all.items[0]!.status,
    pending.items.length,
  ]
}

const ALIVE = [7, 7, 7, 'PENDING', 'PENDING', 1]
const OVER = [10, 10, 10, 'EXPIRED', 'EXPIRED', 0]

for (const aheadMs of [HOUR, -HOUR]) {
  const name = aheadMs > 0 ? 'an hour ahead' : 'an hour behind'
  // One after another: while an inventory is opened, the clock is the whole process's.
  describe(`a process whose clock is ${name}`, () => {
    for (const readOnly of [false, true]) {
      test(`reads by the database’s time${readOnly ? ', though it never writes' : ''}`, async (t) => {
        const schema = newSchema()
        const right = await openAhead(t, schema, 0)
        await right.inventory.addStock({ ...SOCK, qty: 10, source: 'S' })
        const { inventory, warnings } = await openAhead(t, schema, aheadMs, readOnly)
        const { id } = await right.inventory.reserve({ ...SOCK, qty: 3, ttlMs: TTL })
        deepEqual(await seen(inventory, id), ALIVE)
        await right.inventory.release({ reservationId: id })
        const short = await right.inventory.reserve({ ...SOCK, qty: 3, ttlMs: 1 })
        await pause(50)
        deepEqual(await seen(inventory, short.id), OVER)
        const { source, aheadOfDatabaseMs, state } = inventory.stats().clock
        deepEqual([source, state], ['database', 'steady'])
        ok(Math.abs(aheadOfDatabaseMs! - aheadMs) < 1000, String(aheadOfDatabaseMs))
        equal(warnings.length, 1)
        match(warnings[0]!, aheadMs > 0 ? /clock is 3600 s ahead/ : /clock is 3600 s behind/)
        deepEqual(right.warnings, [])
      })
    }

    test('writes by it too, deletes no key early, and sweeps nothing early', async (t) => {
      const schema = newSchema()
      const { inventory, warnings } = await openAhead(t, schema, aheadMs)
      await inventory.addStock({ ...SOCK, qty: 10, source: 'S' })
      const key = 'cart-1'
      const hold = await inventory.reserve({ ...SOCK, qty: 3, ttlMs: TTL, idempotencyKey: key })
      ok(Math.abs(hold.expiresAt - Date.now() - TTL) < 1000)
      await pause(100)
      deepEqual(await seen(inventory, hold.id), ALIVE)
      const { seq } = await inventory.head()
      const again = await inventory.reserve({ ...SOCK, qty: 3, ttlMs: TTL, idempotencyKey: key })
      deepEqual([again.id, (await inventory.head()).seq], [hold.id, seq])
      equal(warnings.length, 1)
    })
  })
}

test('a count as of the present of this machine is taken', async (t) => {
  const { inventory } = await openAhead(t, newSchema(), 0)
  await inventory.addStock({ ...SOCK, qty: 10, source: 'S' })
  for (let onHand = 0; onHand < 50; onHand++) {
    const asOf = { time: Date.now() }
    equal((await inventory.countStock({ ...SOCK, onHand, asOf })).onHand, onHand)
  }
})

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { copyInventory, openInventory, type Remembered, type Store } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { manualClock } from '../../src/testing/manual-clock.ts'
import { contentOf, makeHistory, makeHistoryIn, rowsOf } from '../support/small-history.ts'
import { newSchema, pool } from './support/place.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string): Store => sqlite({ path: join(folder, name), worker: false })

async function mustHold(store: Store, expect: Remembered): Promise<void> {
  await using inventory = await openInventory({ store, readOnly: true })
  const verdict = await inventory.verify({ expect })
  ok(verdict.ok, JSON.stringify(verdict))
}

test('from a file to PostgreSQL and back, every row is the same', async () => {
  const head = await makeHistory(join(folder, 'shop.db'))
  const between = postgres({ pool, schema: newSchema() })
  await copyInventory({ from: file('shop.db'), to: between })
  await mustHold(between, head)
  await copyInventory({ from: between, to: file('back.db') })
  await mustHold(file('back.db'), head)
  const [shop, back] = ['shop.db', 'back.db'].map((name) => rowsOf(join(folder, name)))
  // A list of warehouses is numbered anew; their order is the same.
  for (const rows of [shop!, back!])
    for (const table of ['warehouse', 'warehouse_stock'])
      rows[table] = (rows[table] as object[]).map((row) => ({ ...row, position: null }))
  deepEqual(back, shop)
  equal(await contentOf(join(folder, 'back.db')), await contentOf(join(folder, 'shop.db')))
})

test('work goes on there: keys, consumers and postings are those of before', async () => {
  const from = postgres({ pool, schema: newSchema() })
  const head = await makeHistoryIn(from)
  const schema = newSchema()
  await copyInventory({ from, to: postgres({ pool, schema }) })
  const clock = manualClock()
  await using shop = await openInventory({
    store: postgres({ pool, schema }),
    clock: clock.now,
    monotonicClock: clock.monotonic,
  })
  const sock = { warehouseId: 'SF', productId: 'SOCK' }
  const hold = { ...sock, qty: 9, ttlMs: 60_000, owner: 'cart-7', idempotencyKey: 'hold-9' }
  equal((await shop.reserve(hold)).qty, 9)
  equal((await shop.head()).seq, head.seq)
  const { items } = await shop.listReservations({ owner: 'cart-7', productId: 'SOCK' })
  ok(items.length > 5)
  await shop.addStock({ ...sock, qty: 1, source: 'S' })
  ok((await shop.verify({ expect: head })).ok)
})

test('where there is an inventory or no schema of one, nothing is copied', async () => {
  const store = postgres({ pool, schema: newSchema() })
  const head = await makeHistoryIn(store)
  await rejects(copyInventory({ from: file('shop.db'), to: store }), {
    code: 'STORE_UNAVAILABLE',
    message: /nothing was copied: there is an inventory already/,
  })
  await mustHold(store, head)
  const none = postgres({ pool, schema: newSchema(), migrate: false })
  await rejects(copyInventory({ from: store, to: none }), { code: 'STORE_UNAVAILABLE' })
})

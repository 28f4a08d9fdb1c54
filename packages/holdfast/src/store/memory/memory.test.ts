import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { openInventory } from '../../engine/open/open-inventory.ts'
import { StoreFailure } from '../failure.ts'
import { NO_CHANGES } from '../../testing/nothing.ts'
import type { Commit, Head, LevelRow } from '../store.ts'
import { memory } from './index.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A unit comes into a level that is new. */
function received(before: Head): Commit {
  const seq = before.seq + 1
  const place = { warehouseId: 'SF', productId: 'SOCK' }
  const counts = { available: 1, held: 0, allocated: 0, unsellable: 0 }
  return {
    before,
    head: { seq, hash: 'ab'.repeat(32), at: 1, commit: before.commit + 1, levelKeys: 1 },
    batchId: 'c0ffee'.padEnd(32, '0'),
    body: new TextEncoder().encode('{"entries":[[1,1,1,1,0,0,0]],"levels":["SOCK","SF"],"v":1}'),
    ...NO_CHANGES,
    levels: [{ ...place, ...counts, key: 1, lastSeq: seq, lastReservation: 0, lastCount: 0 }],
  }
}

test('what is in it stays as it was committed, whatever the engine does to its objects', async () => {
  const { writer, reader } = await memory().open({ readOnly: false })
  const commit = received((await writer!.recover()).head)
  await writer!.commit(commit)
  ;(commit.levels[0] as Mutable<LevelRow>).available = 99
  ;(commit.head as Mutable<Head>).seq = 99
  const { rows } = await reader.level({ warehouseId: 'SF', productId: 'SOCK' }, 0)
  equal(rows[0]!.available, 1)
  equal((await reader.head()).seq, 1)
  const first = async () => (await reader.entries({ afterSeq: 0, limit: 1 })).rows[0]!
  const entry = await first()
  ;(entry as Mutable<typeof entry>).qty = 2
  ;(entry.metadata as Record<string, string>)['source'] = 'T'
  deepEqual([(await first()).qty, (await first()).metadata], [1, {}])
})

test('a refused commit leaves nothing of itself', async () => {
  const { writer, reader } = await memory().open({ readOnly: false })
  const { head } = await writer!.recover()
  const commit = received(head)
  const below = { ...commit, levels: [{ ...commit.levels[0]!, held: -1 }] }
  await rejects(writer!.commit(below), StoreFailure)
  await rejects(writer!.commit({ ...commit, before: { ...head, commit: 7 } }), StoreFailure)
  deepEqual(await reader.head(), head)
  deepEqual((await reader.levels({ limit: 9, now: 0 })).rows, [])
  await writer!.commit(commit)
  equal((await reader.levels({ limit: 9, now: 0 })).rows.length, 1)
})

test('the same store opens again with all that was in it, for one writer at a time', async () => {
  const store = memory()
  const first = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
  await first.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 3, source: 'S' })
  await rejects(async () => store.open({ readOnly: false }), {
    code: 'STORE_LOCKED',
    message: /: close that inventory, or open this one for reading only$/,
  })
  const beside = await store.open({ readOnly: true })
  equal(beside.writer, null)
  equal((await beside.reader.head()).seq, 2)
  await beside.close()
  await first.close()

  const second = await openInventory({ store })
  equal((await second.stock({ warehouseId: 'SF', productId: 'SOCK' })).available, 3)
  equal((await second.verify()).ok, true)
  await second.close()
  await rejects(async () => beside.reader.head(), { code: 'STORE_CLOSED' })
})

test('ids are in the order of their bytes', async () => {
  const inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  // By UTF-16 units the emoji, a pair of surrogates, would come before the last one.
  const ids = ['SOCK', 'sock', 'ä', '\ud7ff', '\uffee', '🧦']
  for (const productId of ids.toReversed())
    await inventory.addStock({ warehouseId: 'SF', productId, qty: 1, source: 'S' })
  const { items } = await inventory.listStock()
  deepEqual(
    items.map(({ productId }) => productId),
    ids,
  )
  const pages = await inventory.listStock({ limit: 4 })
  const rest = await inventory.listStock({ limit: 4, cursor: pages.cursor! })
  deepEqual(
    rest.items.map(({ productId }) => productId),
    ids.slice(4),
  )
  ok(!(await inventory.listStock({ prefix: '%' })).items.length)
  await inventory.close()
})

test('a snapshot does not see a warehouse that changes', async () => {
  const store = memory()
  const inventory = await openInventory({
    store,
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  const beside = await store.open({ readOnly: true })
  const { reader } = beside
  const snapshot = await reader.snapshot()
  const before = await snapshot.warehouses()
  await inventory.changeWarehouse({ id: 'SF', name: 'Oakland' })
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
  deepEqual(await snapshot.warehouses(), before)
  equal((await reader.warehouses()).rows[0]!.record.name, 'Oakland')
  await snapshot.close()
  await beside.close()
  await inventory.close()
})

import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from '../../store/memory/index.ts'
import { sqlite } from '../../store/sqlite/index.ts'
import { StoreFailure } from '../../store/failure.ts'
import type { Commit, Store } from '../../store/store.ts'
import { gatedStore } from '../../testing/gated-store.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { failure, refusal } from '../../testing/refusal.ts'
import { openInventory } from '../open/open-inventory.ts'

const SF = [{ id: 'SF', name: 'San Francisco' }]
const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const RESERVE = { ...SOCK, qty: 1, ttlMs: 60_000 }

/** The store, but its commits fail while `fails` returns true. */
function failing(
  store: Store,
  fails: () => boolean,
  how: { readonly fatal?: boolean; readonly retriable?: boolean } = {},
): Store {
  return {
    kind: store.kind,
    open: async (options) => {
      const opened = await store.open(options)
      const writer = opened.writer!
      const commit = writer.commit.bind(writer)
      Object.assign(writer, {
        commit: async (one: Commit) => {
          if (!fails()) return commit(one)
          throw new StoreFailure('the disk is full', { outcome: 'not-committed', ...how })
        },
      })
      return opened
    },
  }
}

/** The store, as if other processes could write too. */
function shared(store: Store): Store {
  return {
    kind: store.kind,
    open: async (options) => {
      const opened = await store.open(options)
      const headLock = {
        acquire: async () => ({ head: await opened.reader.head(), now: 0 }),
        release: async () => undefined,
      }
      Object.assign(opened.writer!, { depth: 2, headLock })
      return opened
    },
  }
}

test('a command that the store never takes says in time what the store said', async () => {
  let isDown = false
  const store = failing(memory(), () => isDown, { retriable: true })
  await using inventory = await openInventory({ store, warehouses: SF, sweepMs: 0 })
  isDown = true
  const add = { ...SOCK, qty: 1, source: 'FACTORY' }
  const { code, message, cause } = await failure(() => inventory.addStock(add, { timeoutMs: 50 }))
  equal(code, 'TIMEOUT')
  equal(message, 'the command was not executed in time: the store failed at the last attempt')
  equal((cause as Error).message, 'the disk is full')
  isDown = false
  equal((await inventory.addStock(add)).available, 1)
})

test('a refusal is returned only once what it depends on is durable', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  let fails = false
  const file = sqlite({ path: join(folder, 'shop.db'), worker: true })
  const store = gatedStore(failing(file, () => fails))
  const inventory = await openInventory({ store, warehouses: SF, sweepMs: 0 })
  await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })

  store.shut()
  const last = inventory.reserve(RESERVE)
  await pause(20)
  equal(store.waiting(), 1)
  const told: string[] = []
  const none = refusal(() => inventory.reserve(RESERVE)).then(({ code }) => told.push(code))
  await pause(50)
  deepEqual(told, [], 'the last unit is not sold yet')
  store.lift()
  await Promise.all([last, none])
  deepEqual(told, ['INSUFFICIENT_STOCK'])

  // The commit it depended on fails: it is decided again, and there is a unit after all.
  await inventory.release({ reservationId: (await last).id })
  store.shut()
  fails = true
  const lost = failure(() => inventory.reserve(RESERVE))
  await pause(20)
  const other = inventory.reserve(RESERVE)
  await pause(20)
  store.lift()
  equal((await lost).code, 'STORE_UNAVAILABLE')
  fails = false
  equal((await other).qty, 1)
  await inventory.close()
})

test('a hold swept in the same batch as a command has no actor on its expiry', async () => {
  const store = gatedStore(memory())
  const clock = manualClock()
  const inventory = await openInventory({
    store,
    warehouses: SF,
    clock: clock.now,
    monotonicClock: clock.monotonic,
    sweepMs: 5,
  })
  const ADD = { ...SOCK, qty: 5, source: 'S' }
  await inventory.addStock(ADD)
  await inventory.reserve({ ...RESERVE, ttlMs: 10 })
  store.shut()
  const first = inventory.addStock(ADD)
  await pause(20)
  const ann = inventory.addStock({ ...ADD, actor: 'ann', metadata: { van: '7' } })
  equal(inventory.stats().queued, 1)
  clock.advance(11)
  while (inventory.stats().queued < 2) await pause(5)
  store.lift()
  await Promise.all([first, ann])
  while ((await inventory.head()).seq < (await ann).seq + 1) await pause(5)
  const { batches } = inventory.stats()
  const { entries } = await inventory.explain({ ...SOCK, limit: 2 })
  deepEqual(
    entries.map(({ type, actor, metadata }) => [type, actor, metadata['van']]),
    [
      ['RETURNED', null, undefined],
      ['RECEIVED', 'ann', '7'],
    ],
  )
  equal(batches, 5, 'both were in one batch')
  await inventory.close()
})

test('a command waiting for a commit is not written if that commit fails fatally', async () => {
  let fails = false
  const failsOnce = (): boolean => {
    const failing = fails
    fails = false
    return failing
  }
  const store = gatedStore(shared(failing(memory(), failsOnce, { fatal: true })))
  const inventory = await openInventory({ store, warehouses: SF, sweepMs: 0 })
  const add = (productId: string) => inventory.addStock({ ...SOCK, productId, qty: 1, source: 'S' })
  for (let count = 0; count < 3; count++) await add('SOCK')
  const { seq } = await inventory.head()
  store.shut()
  const first = failure(() => add('SOCK'))
  await pause(20)
  // Its level is not loaded: it waits for the lock, which waits for the first commit.
  const second = failure(() => add('SHOE'))
  await pause(20)
  equal(store.waiting(), 1)
  fails = true
  store.lift()
  deepEqual([(await first).code, (await second).code], ['STORE_READ_ONLY', 'STORE_READ_ONLY'])
  equal((await inventory.head()).seq, seq)
  await inventory.close()
})

test('all holds of an owner are looked up when no commit is under way', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  let fails = false
  const file = sqlite({ path: join(folder, 'shop.db'), worker: true })
  const store = gatedStore(failing(file, () => fails))
  const inventory = await openInventory({ store, warehouses: SF, sweepMs: 0 })
  t.after(() => inventory.close())
  await inventory.addStock({ ...SOCK, qty: 9, source: 'S' })
  const hold = { ...RESERVE, owner: 'ann' }
  await inventory.reserve(hold)

  store.shut()
  const second = inventory.reserve(hold)
  await pause(20)
  equal(store.waiting(), 1)
  const third = inventory.reserve(hold)
  const released = inventory.releaseAll({ of: { owner: 'ann' } })
  await pause(50)
  store.lift()
  const ids = (await released).reservations.map(({ id }) => id)
  deepEqual(ids.slice(1), [(await second).id, (await third).id])
  equal(ids.length, 3)

  // What was under way comes to nothing: then it is not among them.
  store.shut()
  fails = true
  const lost = failure(() => inventory.reserve(hold))
  await pause(20)
  const none = inventory.releaseAll({ of: { owner: 'ann' } })
  await pause(20)
  store.lift()
  equal((await lost).code, 'STORE_UNAVAILABLE')
  fails = false
  deepEqual((await none).reservations, [])
})

test('commands are executed while fake timers stop `queueMicrotask`, as those of Jest do', async (t) => {
  await using inventory = await openInventory({ store: memory(), warehouses: SF })
  t.mock.method(globalThis, 'queueMicrotask', () => undefined)
  const { available } = await inventory.addStock({ ...SOCK, qty: 3, source: 'S' })
  equal(available, 3)
})

import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, type Store } from 'holdfast'
import { faultyStore } from './support/faulty-store.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** A store that other processes may write too; counts the keys that are looked up. */
function countingStore(counted: { keys: number }): Store {
  const store = faultyStore(memory(), { draw: () => 0.99, failing: 0, moving: 0 })
  return {
    kind: store.kind,
    open: async (options) => {
      const open = await store.open(options)
      const writer = open.writer!
      const load: typeof writer.load = async (needs) => {
        counted.keys += needs.keys.length
        return writer.load(needs)
      }
      return {
        ...open,
        reader: open.reader,
        close: () => open.close(),
        writer: { ...writer, load },
      }
    },
  }
}

test('a batch that must be decided again looks up only the keys that need it', async (t) => {
  const counted = { keys: 0 }
  const warehouses = [{ id: 'SF', name: 'SF' }]
  const options = { warehouses, sweepMs: 0, batchLimit: 500 }
  const inventory = await openInventory({ store: countingStore(counted), ...options })
  t.after(() => inventory.close())
  await inventory.addStock({ ...SOCK, qty: 10_000, source: 'SUPPLIER' })
  const reserve = (key: number) =>
    inventory.reserve({ ...SOCK, qty: 1, ttlMs: 60_000, idempotencyKey: String(key) })
  // In chronological order: the first is looked up, to find the end of the scope.
  for (let key = 100_000; key < 100_010; key++) await reserve(key)
  equal(counted.keys, 1)
  const keys = Array.from({ length: 4000 }, (_, index) => 100_010 + index)
  // A used key in the middle of every batch, a different one each time.
  const calls = keys.flatMap((key, index) =>
    index % 500 === 250 ? [key, 100_000 + Math.floor(index / 500)] : [key],
  )
  await Promise.all(calls.map(reserve))
  equal((await inventory.stock(SOCK)).held, 4010)
  ok(counted.keys <= 1 + 8, `${counted.keys} keys were looked up`)
})

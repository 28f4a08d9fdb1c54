import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, StoreFailure, type Store } from 'holdfast'

/** A store whose third commit fails so that what is on disk is unknown. */
function failing(store: Store): Store {
  return {
    kind: store.kind,
    open: async (options) => {
      const open = await store.open(options)
      const writer = open.writer!
      let commits = 0
      const commit: typeof writer.commit = async (one) => {
        if (++commits === 3)
          throw new StoreFailure('fsync failed', { outcome: 'unknown', fatal: true })
        return writer.commit(one)
      }
      const failingWriter = new Proxy(writer, {
        get: (target, name): unknown => {
          if (name === 'commit') return commit
          const value: unknown = Reflect.get(target, name, target)
          return typeof value === 'function' ? (value.bind(target) as unknown) : value
        },
      })
      return { ...open, reader: open.reader, writer: failingWriter, close: () => open.close() }
    },
  }
}

test('after a fault of unknown effect, the store is read and never written', async () => {
  const warnings: Error[] = []
  const inventory = await openInventory({
    store: failing(memory()),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
    onWarning: (warning) => warnings.push(warning),
  })
  const supply = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  await inventory.addStock(supply)
  await rejects(inventory.addStock(supply), { code: 'COMMIT_UNKNOWN' })
  await rejects(inventory.addStock(supply), { code: 'STORE_READ_ONLY' })
  equal(inventory.readOnly, true)
  equal(warnings.length, 1)
  equal((await inventory.stock({ warehouseId: 'SF', productId: 'SOCK' })).onHand, 1)
  equal((await inventory.verify()).ok, true)
  await inventory.close()
})

test('a failed opening leaves nothing behind that warns for ever', async () => {
  const warnings: Error[] = []
  const store = memory()
  const options = { store, sweepMs: 1, onWarning: (warning: Error) => void warnings.push(warning) }
  const first = await openInventory({
    ...options,
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  await first.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
  await first.close()
  const left = [{ id: 'NYC', name: 'New York' }]
  await rejects(openInventory({ ...options, warehouses: left }), { code: 'WAREHOUSE_IN_USE' })
  await new Promise((resolve) => setTimeout(resolve, 20))
  equal(warnings.length, 0)
})

test('a mistyped option is refused', async () => {
  const options = { store: memory(), warehouse: [] }
  await rejects(openInventory(options), { code: 'INVALID_INPUT', details: { field: 'warehouse' } })
  await rejects(openInventory({ store: memory(), batchLimit: 0 }), { code: 'INVALID_INPUT' })
})

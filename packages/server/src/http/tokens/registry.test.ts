import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { memory, openInventory, type Inventory } from 'holdfast'
import { TokenRegistry } from './registry.ts'

const WAREHOUSES = [{ id: 'SF', name: 'San Francisco' }]

async function opened(t: TestContext): Promise<Inventory> {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES, sweepMs: 0 })
  t.after(() => inventory.close())
  return inventory
}

test('a token ends at its last millisecond, and what it holds open with it', async (t) => {
  const inventory = await opened(t)
  let now = 1_000_000
  const registry = await new TokenRegistry(inventory, () => now).start()
  t.after(() => registry.stop())
  const wanted = { name: 'till', role: 'shop', expiresAt: now + 10 } as const
  const { token } = await registry.create(wanted, null)
  now += 9
  notEqual(registry.find(token), null)
  equal(registry.hasLive(), true)
  now += 1
  equal(registry.find(token), null)
  equal(registry.hasLive(), false)
})

test('a token that has expired already is not made', async (t) => {
  const inventory = await opened(t)
  const now = 1_000_000
  const registry = await new TokenRegistry(inventory, () => now).start()
  t.after(() => registry.stop())
  for (const expiresAt of [now, now - 1, 1000]) {
    const made = registry.create({ name: 'till', role: 'shop', expiresAt }, null)
    await rejects(made, { code: 'INVALID_INPUT', message: 'expiresAt must be in the future' })
  }
  deepEqual(registry.list(), [])
})

test('tokens that were read before one was revoked do not bring it back', async (t) => {
  const inventory = await opened(t)
  // A slow look at the store, as one is that is under way while the token is revoked.
  let gate: { readonly taken: () => void; readonly lifted: Promise<void> } | null = null
  const slow = new Proxy(inventory, {
    get(target, name) {
      if (name === 'documents') {
        return async (prefix: string) => {
          const documents = await target.documents(prefix)
          gate?.taken()
          await gate?.lifted
          return documents
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const registry = await new TokenRegistry(slow).start()
  t.after(() => registry.stop())
  const wanted = { name: 'till', role: 'shop', expiresAt: null } as const
  const { token, stored } = await registry.create(wanted, null)
  const taken = Promise.withResolvers<void>()
  const lift = Promise.withResolvers<void>()
  gate = { taken: taken.resolve, lifted: lift.promise }
  await taken.promise // its own look, twice a second
  await registry.revoke(stored.id)
  equal(registry.find(token), null)
  gate = null
  lift.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  equal(registry.find(token), null)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  InventoryError,
  memory,
  openInventory,
  OperationalError,
  type Inventory,
} from '../src/index.ts'
import { faultyStore } from './support/faulty-store.ts'
import { LONG } from './support/long.ts'

const SEEDS = Number(process.env['HOLDFAST_FAULT_SEEDS'] ?? (LONG ? 60 : 24))
const CLIENTS = 12
const ORDERS = 15

interface Told {
  /** Acknowledged holds, by their idempotency key. */
  readonly held: Map<string, string>
  /** Supplies without a key, by source, with the outcome of their one call. */
  readonly supplied: Map<string, 'done' | 'not done' | 'unknown'>
}

for (let seed = 1; seed <= SEEDS; seed++) {
  // Every other shop shares its store with other processes.
  const moving = seed % 2 === 0 ? 0.1 : null
  test(`under commits that fail in every way nothing is lost and nothing counts twice (seed ${seed})`, async () => {
    const draw = mulberry(seed)
    const store = memory()
    const inventory = await openInventory({
      store: faultyStore(store, { draw, failing: 0.15, moving }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
      sweepMs: 0,
    }).catch((error: unknown) => error as Error)
    if (inventory instanceof Error) {
      assert.ok(inventory instanceof OperationalError, `opening failed with ${String(inventory)}`)
      return
    }
    const told = await shop(inventory, draw)
    await inventory.close()
    await check(await openInventory({ store }), told)
  })
}

async function shop(inventory: Inventory, draw: () => number): Promise<Told> {
  const held = new Map<string, string>()
  const supplied: Told['supplied'] = new Map()
  /** Calls until there is an answer, as a client with an idempotency key does. */
  const insist = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error
        assert.ok(error.code === 'COMMIT_UNKNOWN' || error.code === 'STORE_UNAVAILABLE', error.code)
      }
    }
  }
  const supply = {
    warehouseId: 'SF',
    productId: 'P',
    qty: 100,
    source: 'S',
    idempotencyKey: 'supply',
  }
  await insist(() => inventory.addStock(supply))
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let order = 0; order < ORDERS; order++) {
        const key = `${client}/${order}`
        supplied.set(key, await supplyOnce(inventory, key))
        const qty = 1 + Math.floor(draw() * 3)
        const reserve = {
          warehouseId: 'SF',
          productId: 'P',
          qty,
          ttlMs: 60_000,
          idempotencyKey: key,
        }
        try {
          const { id } = await insist(() => inventory.reserve(reserve))
          assert.ok(!held.has(key))
          held.set(key, id)
          if (draw() < 0.5)
            await insist(() => inventory.release({ reservationId: id, idempotencyKey: `${key}/r` }))
        } catch (error) {
          assert.ok(
            error instanceof InventoryError && error.code === 'INSUFFICIENT_STOCK',
            String(error),
          )
        }
      }
    }),
  )
  return { held, supplied }
}

async function supplyOnce(
  inventory: Inventory,
  source: string,
): Promise<'done' | 'not done' | 'unknown'> {
  try {
    await inventory.addStock({ warehouseId: 'SF', productId: 'Q', qty: 1, source })
    return 'done'
  } catch (error) {
    assert.ok(error instanceof OperationalError, String(error))
    return error.code === 'COMMIT_UNKNOWN' ? 'unknown' : 'not done'
  }
}

async function check(inventory: Inventory, { held, supplied }: Told): Promise<void> {
  const verdict = await inventory.verify()
  assert.ok(verdict.ok, JSON.stringify(verdict))
  const reserved = new Set<string>()
  const sources: string[] = []
  for await (const entry of inventory.audit()) {
    if (entry.type === 'RESERVED') reserved.add(entry.reservationId!)
    if (entry.productId === 'Q') sources.push(entry.metadata['source']!)
  }
  for (const [source, answer] of supplied) {
    const times = sources.filter((one) => one === source).length
    if (answer !== 'unknown')
      assert.equal(times, answer === 'done' ? 1 : 0, `${source} was ${answer}`)
  }
  assert.deepEqual(reserved, new Set(held.values()))
  assert.equal((await inventory.stock({ warehouseId: 'SF', productId: 'P' })).onHand, 100)
  await inventory.close()
}

/** A small seeded generator (mulberry32). */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

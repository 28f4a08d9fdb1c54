import { equal, ok, rejects } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from '../../store/memory/index.ts'
import { keptMB } from '../../testing/garbage.ts'
import { gatedStore } from '../../testing/gated-store.ts'
import { failure } from '../../testing/refusal.ts'
import { openInventory } from '../open/open-inventory.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ADD = { ...SOCK, qty: 1, source: 'SUPPLIER' }

test('commands aborted while the store stalls leave nothing behind', async () => {
  const store = gatedStore(memory())
  const inventory = await openInventory({
    store,
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    queueLimit: 1000,
    timeoutMs: 600_000, // on a busy machine this takes longer than the default queue timeout
    sweepMs: 0,
  })
  store.shut()
  const first = inventory.addStock(ADD)
  await pause(5)
  const patient = inventory.addStock(ADD)
  equal(inventory.stats().queued, 1)

  const before = keptMB()
  const giveUp = async (count: number): Promise<void> => {
    const buyers = new AbortController()
    const given = Array.from({ length: count }, () =>
      inventory.addStock(ADD, { signal: buyers.signal }).catch(() => undefined),
    )
    buyers.abort()
    await Promise.all(given)
  }
  for (let round = 0; round < 200; round++) await giveUp(500)
  const grown = keptMB() - before
  equal(inventory.stats().queued, 1)
  ok(grown < 10, `100,000 aborted commands keep ${grown.toFixed(1)} MB`)

  store.lift()
  await Promise.all([first, patient])
  equal((await inventory.stock(SOCK)).available, 2)
  await inventory.close()
})

test('a long-lived signal keeps no command, however the command ended', async () => {
  const store = gatedStore(memory())
  const inventory = await openInventory({
    store,
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  const { signal } = new AbortController()
  const listeners = (): number => getEventListeners(signal, 'abort').length
  await inventory.addStock(ADD, { signal })
  equal(listeners(), 0)

  store.shut()
  const first = inventory.addStock(ADD, { signal })
  await pause(5)
  const late = Array.from({ length: 100 }, () =>
    failure(() => inventory.addStock(ADD, { signal, timeoutMs: 1 })),
  )
  const patient = inventory.addStock(ADD, { signal })
  equal(listeners(), 101)
  equal((await Promise.all(late)).filter(({ code }) => code === 'TIMEOUT').length, 100)
  equal(listeners(), 1)
  store.lift()
  await Promise.all([first, patient])
  equal(listeners(), 0)
  await inventory.close()
})

test('a command with an invalid signal is refused, and not executed later', async () => {
  const inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  const cannotBeHeard = Object.assign(new AbortController().signal, {
    addEventListener: () => {
      throw new Error('cannot be heard')
    },
  })
  for (const signal of [null, {}, 'now', { aborted: false }]) {
    const given = inventory.addStock(ADD, { signal: signal as AbortSignal })
    await rejects(given, { code: 'INVALID_INPUT', details: { field: 'signal' } })
  }
  await rejects(inventory.addStock(ADD, { signal: cannotBeHeard }), { message: 'cannot be heard' })
  equal(inventory.stats().queued, 0)
  // The next command does not execute one that was left in the queue.
  await inventory.addStock({ ...ADD, productId: 'HAT' })
  equal((await inventory.stock(SOCK)).available, 0)
  await inventory.close()
})

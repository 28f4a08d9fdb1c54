import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure } from '../../store/failure.ts'
import { memory } from '../../store/memory/index.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { openInventory } from './open-inventory.ts'

test('a store that is lost while it is opened is reported as unavailable', async () => {
  const store = memory()
  const lost = new StoreFailure('read ECONNRESET', { outcome: 'not-committed', retriable: true })
  const opening = openInventory({
    store: {
      kind: 'lost',
      open: async (options) => {
        const open = await store.open(options)
        open.writer!.recover = () => Promise.reject(lost)
        return open
      },
    },
  })
  await assert.rejects(opening, { name: 'OperationalError', code: 'STORE_UNAVAILABLE' })
})

test('of a policy or strategy with a wrong answer it is said what it returned', async () => {
  const warehouses = ['A', 'B'].map((id) => ({ id, name: id }))
  for (const [answer, told] of [
    [5, 'a number'],
    [undefined, 'undefined'],
    [null, 'null'],
    ['A', 'a string'],
    [{}, 'an object'],
    [Promise.resolve([]), 'a Promise'],
  ] as readonly (readonly [answer: unknown, told: string])[]) {
    await using inventory = await openInventory({
      store: memory(),
      warehouses,
      sourcing: { nearest: { rank: () => answer as never } },
      transferApproval: { requiresApproval: () => answer as never },
    })
    const order = { productId: 'MUG', qty: 1, ttlMs: 1000, strategy: 'nearest' }
    await assert.rejects(inventory.fulfillAcrossWarehouses(order), {
      message: `nearest must return a list of offers, not ${told}`,
      details: { policy: 'nearest' },
    })
    await inventory.addStock({ warehouseId: 'A', productId: 'MUG', qty: 1, source: 'S' })
    const move = { fromWarehouseId: 'A', toWarehouseId: 'B', productId: 'MUG', qty: 1 }
    await assert.rejects(inventory.transfer(move), {
      message: `transferApproval must return true or false, not ${told}`,
      details: { policy: 'transferApproval' },
    })
  }
})

test('an interval that no timer can wait for is refused', async () => {
  for (const sweepMs of [-1, 0.5, 2 ** 31, 2 ** 40, Infinity])
    await assert.rejects(openInventory({ store: memory(), sweepMs }), { code: 'INVALID_INPUT' })
  await using inventory = await openInventory({ store: memory(), sweepMs: 2 ** 31 - 1 })
  assert.equal(inventory.readOnly, false)
})

test('a clock that returns no number is refused, and not called slow', async () => {
  for (const name of ['clock', 'monotonicClock', 'uptimeClock'])
    for (const value of [NaN, Infinity, undefined, null, '5', 5n, new Date(0)])
      await assert.rejects(openInventory({ store: memory(), [name]: () => value as number }), {
        code: 'INVALID_INPUT',
        message: `${name} must return milliseconds`,
      })
})

test('what is no list of warehouses, no policy or no strategy is refused at the opening', async () => {
  const bad: readonly (readonly [field: string, options: object])[] = [
    ['warehouses', { warehouses: null }],
    ['warehouses', { warehouses: { SF: { name: 'San Francisco' } } }],
    ['warehouses[0]', { warehouses: new Array(1) }],
    ['warehouses[0]', { warehouses: ['SF'] }],
    ['transferApproval', { transferApproval: null }],
    ['transferApproval', { transferApproval: () => true }],
    ['sourcing', { sourcing: null }],
    ['sourcing', { sourcing: [{ rank: () => [] }] }],
    ['sourcing.nearest', { sourcing: { nearest: () => [] } }],
    ['sourcing.nearest', { sourcing: { nearest: undefined } }],
  ]
  for (const [field, options] of bad)
    await assert.rejects(openInventory({ store: memory(), ...options }), (error: object) => {
      assert.deepEqual({ ...error }, { code: 'INVALID_INPUT', details: { field } })
      return true
    })
})

// Under Jest, Node refuses our errors: they are of another realm. A program's own `emitWarning` may refuse anything.
for (const [name, refuses, told] of [
  ['that Node does not know for an error', (warning: unknown) => warning instanceof Error, 1],
  ['that nobody takes', () => true, 0],
] as const)
  test(`a warning ${name} stops nothing`, async (t) => {
    const texts: unknown[] = []
    t.mock.method(process, 'emitWarning', (warning: unknown) => {
      if (refuses(warning)) throw new TypeError('not a warning')
      texts.push(warning)
    })
    const clock = manualClock(1_000_000)
    const failing: (() => unknown)[] = [
      () => assert.fail('no log'),
      async () => Promise.reject(new Error('no log')),
    ]
    for (const onWarning of [undefined, ...failing]) {
      texts.length = 0
      await using inventory = await openInventory({
        store: memory(),
        warehouses: [{ id: 'SF', name: 'San Francisco' }],
        clock: clock.now,
        monotonicClock: clock.monotonic,
        sweepMs: 0,
        onWarning,
      })
      clock.set(clock.now() + 1_200_000)
      const mug = { warehouseId: 'SF', productId: 'MUG' }
      const { available } = await inventory.addStock({ ...mug, qty: 3, source: 'S' })
      assert.equal(available, 3)
      assert.equal(inventory.readOnly, false)
      assert.equal(texts.length, told)
      for (const text of texts) assert.match(String(text), /^Error: .*the clock jumped by 1200 s/)
    }
  })

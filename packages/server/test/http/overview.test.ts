import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { running } from './support/running.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

interface Overview {
  readonly now: number
  readonly role: string
  readonly commands: number
  readonly perSecond: readonly number[]
  readonly refusals: readonly { code: string; count: number }[]
  readonly lastRefusals: readonly Record<string, unknown>[]
}

test('the overview tells what was done and refused, one by one, in lists and in lines', async (t) => {
  const { call } = await running(t)
  const overview = async (): Promise<Overview> =>
    (await call('GET', '/v1/overview')).body as unknown as Overview
  deepEqual((await overview()).lastRefusals, [])

  await call('POST', '/v1/stock/add', { ...SOCK, qty: 5, source: 'S' })
  await call('POST', '/v1/reservations', { ...SOCK, qty: 6, ttlMs: 1000, owner: 'cart-1' })
  await call('POST', '/v1/batch', {
    commands: [
      { verb: 'addStock', ...SOCK, qty: 1, source: 'S' },
      { verb: 'release', reservationId: 'nobody' },
    ],
  })
  await call('POST', '/v1/batch', {
    atomic: true,
    commands: [
      { verb: 'reserve', ...SOCK, qty: 1, ttlMs: 1000 },
      { verb: 'removeStock', ...SOCK, qty: 60, reason: 'LOST' },
    ],
  })
  await call(
    'POST',
    '/v1/batch',
    '{"verb":"countStock","warehouseId":"SF","productId":"SOCK","onHand":3}\n{"verb":"ship","reservationId":"x"}\n',
    {
      'content-type': 'application/x-ndjson',
    },
  )

  const { now, role, commands, refusals, lastRefusals } = await overview()
  ok(Math.abs(now - Date.now()) < 5000)
  equal(role, 'admin')
  equal(commands, 7)
  deepEqual(
    refusals.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
    [
      { code: 'INSUFFICIENT_STOCK', count: 2 },
      { code: 'RESERVATION_NOT_FOUND', count: 2 },
    ],
  )
  deepEqual(
    lastRefusals.map(({ verb, code, productId, qty, owner }) => [
      verb,
      code,
      productId,
      qty,
      owner,
    ]),
    [
      ['ship', 'RESERVATION_NOT_FOUND', null, null, null],
      ['removeStock', 'INSUFFICIENT_STOCK', 'SOCK', 60, null],
      ['release', 'RESERVATION_NOT_FOUND', null, null, null],
      ['reserve', 'INSUFFICIENT_STOCK', 'SOCK', 6, 'cart-1'],
    ],
  )
})

test('of many refusals the newest are kept', async (t) => {
  const { call } = await running(t)
  const commands = Array.from({ length: 250 }, (_, index) => ({
    verb: 'release',
    reservationId: `r-${index}`,
  }))
  await call('POST', '/v1/batch', { commands })
  const { body } = await call('GET', '/v1/overview')
  const { lastRefusals, refusals } = body as unknown as Overview
  equal(lastRefusals.length, 200)
  equal(lastRefusals[0]!['reservationId'], 'r-249')
  equal(lastRefusals.at(-1)!['reservationId'], 'r-50')
  equal(refusals[0]!.count, 250)
})

test('what to reorder is the strategy’s word; asking orders nothing', async (t) => {
  const strategy = {
    shouldReorder: (available: number, threshold: number) => available < threshold,
    calculateOrderQty: (available: number, threshold: number) => 100 + threshold - available,
  }
  const { call, inventory } = await running(t, { reorder: strategy })
  await inventory.addStock({ warehouseId: 'NYC', productId: 'SOCK', qty: 3, source: 'S' })
  const ask = async () => {
    const { body } = await call('GET', '/v1/stock/NYC/SOCK/reorder')
    return [body['available'], body['threshold'], body['isLow'], body['orderQty']]
  }
  deepEqual(await ask(), [3, 3, true, 0], 'low, but this strategy waits for less')
  await inventory.removeStock({ warehouseId: 'NYC', productId: 'SOCK', qty: 2, reason: 'X' })
  deepEqual(await ask(), [1, 3, true, 102])
  const { seq: _, ...level } = (await call('GET', '/v1/stock/NYC/SOCK/reorder')).body
  const sock = { warehouseId: 'NYC', productId: 'SOCK', available: 1, held: 0 }
  deepEqual(level, { ...sock, threshold: 3, isLow: true, orderQty: 102 })
  equal((await call('GET', '/v1/stock/NOWHERE/SOCK/reorder')).body['code'], 'WAREHOUSE_NOT_FOUND')
})

test('what is in carts is low, and nothing to reorder until it is sold', async (t) => {
  const { call, inventory } = await running(t)
  const sock = { warehouseId: 'NYC', productId: 'SOCK' }
  await inventory.addStock({ ...sock, qty: 5, source: 'S' })
  const { id: reservationId } = await inventory.reserve({ ...sock, qty: 5, ttlMs: 60_000 })
  const ask = async () => {
    const { body } = await call('GET', '/v1/stock/NYC/SOCK/reorder')
    return [body['available'], body['held'], body['isLow'], body['orderQty']]
  }
  deepEqual(await ask(), [0, 5, true, 0])
  await inventory.confirm({ reservationId, qty: 3 })
  deepEqual(await ask(), [2, 0, true, 10])
})

test('without a strategy of its own a service orders up to four times the threshold', async (t) => {
  const { call, inventory } = await running(t)
  await inventory.changeWarehouse({ id: 'SF', name: 'SF', reorderThresholds: { SOCK: 10 } })
  const orderQty = async (productId: string) =>
    (await call('GET', `/v1/stock/SF/${productId}/reorder`)).body['orderQty']
  equal(await orderQty('SOCK'), 40)
  equal(await orderQty('constructor'), 1, 'its own threshold, not that of every object')
})

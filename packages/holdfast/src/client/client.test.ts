import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../testing/refusal.ts'
import { HoldfastClient } from './client.ts'

const HERE = 'http://127.0.0.1:1'

/** Nothing here may be sent. */
const unsent = (): never => {
  throw new Error('it was sent')
}

test('a malformed remembered position is refused and not sent', async () => {
  const client = new HoldfastClient({ url: HERE, fetch: unsent, retries: 0 })
  for (const expect of [null, {}, { seq: '3', hash: 'f'.repeat(64) }, { seq: 3, hash: 'F' }]) {
    const { code } = await refusal(() => client.verify({ expect: expect as never }))
    deepEqual([expect, code], [expect, 'INVALID_INPUT'])
  }
})

test('`fetch` is called by itself, as browsers demand', async (t) => {
  const owners: unknown[] = []
  async function own(this: unknown): Promise<Response> {
    owners.push(this)
    return Response.json({ available: 1, seq: 1 })
  }
  t.mock.method(globalThis, 'fetch', own)
  const place = { warehouseId: 'SF', productId: 'SOCK' }
  for (const options of [{}, { fetch: globalThis.fetch }]) {
    const client = new HoldfastClient({ url: HERE, ...options, retries: 0 })
    await client.stock(place)
    await client.addStock({ ...place, qty: 1, source: 'S' })
  }
  deepEqual(owners, [undefined, undefined, undefined, undefined])
})

test('an option that is mistyped or out of its range is refused', async () => {
  const wrong: object[] = [{ tokn: 'hf_x' }, { timeout: 5 }, { url: undefined }, { url: 4680 }]
  for (const timeoutMs of [0, -1, 1.5, NaN, Infinity, 2 ** 31, 2 ** 32, '5', null])
    wrong.push({ timeoutMs })
  for (const retries of [-1, 1.5, NaN, Infinity, '1', null]) wrong.push({ retries })
  for (const url of [
    '',
    'localhost:4680',
    '127.0.0.1:4680',
    'ftp://here',
    'http://[::1',
    `${HERE}99999`,
  ])
    wrong.push({ url })
  for (const url of [`${HERE}/?a=b`, `${HERE}/#a`]) wrong.push({ url })
  for (const headers of [null, 'x', new Headers({ a: 'b' }), { 'a b': 'c' }, { a: '€' }, { a: 5 }])
    wrong.push({ headers })
  wrong.push({ fetch: 5 }, { fetch: null }, { automaticKeys: 'no' })
  for (const options of wrong) {
    const make = (): unknown => new HoldfastClient({ url: HERE, ...options } as never)
    deepEqual([options, (await refusal(make)).code], [options, 'INVALID_INPUT'])
  }
  for (const options of [{ timeoutMs: 2 ** 31 - 1 }, { timeoutMs: 1 }, { retries: 0 }])
    equal(new HoldfastClient({ url: HERE, ...options }) instanceof HoldfastClient, true)
})

test('a token or an address that cannot be sent is refused, and not shown', async () => {
  const wrong = [
    { token: 'hf_secret\nx' },
    { token: 'hf_secret€' },
    { token: 5 },
    { url: 'http://ann:hf_secret@127.0.0.1:1' },
    { url: new URL('http://hf_secret@127.0.0.1:1') },
  ]
  for (const options of wrong) {
    const make = (): unknown =>
      new HoldfastClient({ url: HERE, fetch: unsent, ...options } as never)
    const { code, message } = await refusal(make)
    deepEqual([options, code, message.includes('secret')], [options, 'INVALID_INPUT', false])
  }
  // `fetch` leaves out the line break at the end of a token that was read from a file.
  for (const options of [{ token: 'hf_x\n' }, { url: `${HERE}/a@b/` }, { url: '/here@there' }])
    equal(new HoldfastClient({ url: HERE, ...options }) instanceof HoldfastClient, true)
})

test('a mistyped option of a call is refused, and nothing is sent', async () => {
  const client = new HoldfastClient({ url: HERE, fetch: unsent, retries: 0 })
  const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const wrong = [{ timeoutMS: 5 }, { scope: 'x' }, { signal: 5 }, { onReplay: 'x' }, null, 'fast']
  for (const options of wrong as never[]) {
    const ways = [
      () => client.addStock(ADD, options),
      () => client.execute({ verb: 'addStock', ...ADD }, options),
      () => client.batch({ commands: [{ verb: 'addStock', ...ADD }] }, options),
      () => client.atomically({ commands: [{ verb: 'addStock', ...ADD }] }, options),
      () => client.verify(options),
    ]
    for (const way of ways) {
      const { code } = await refusal(way)
      deepEqual([options, code], [options, 'INVALID_INPUT'])
    }
  }
})

test('what JSON would leave out or change is refused, and nothing is sent', async () => {
  const client = new HoldfastClient({ url: HERE, fetch: unsent, retries: 0 })
  const name = 'San Francisco'
  for (const [code, changes] of [
    ['INVALID_INPUT', { name: () => 1 }],
    ['INVALID_INPUT', { name: Symbol('SF') }],
    ['INVALID_INPUT', { nmae: 'SF' }],
    ['INVALID_QTY', { name, capacity: NaN }],
    ['INVALID_QTY', { name, reorderThresholds: { MUG: () => 1 } }],
  ] as [string, object][])
    for (const change of [
      () => client.changeWarehouse({ id: 'SF', ...changes } as never),
      () => client.patchWarehouse({ id: 'SF', ...changes } as never),
    ])
      equal((await refusal(change)).code, code)
  const hold = { warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 1000 }
  for (const owner of [() => 'cart-1', Symbol('cart-1')] as never[])
    await rejects(client.reserve({ ...hold, owner }), { details: { field: 'owner' } })
})

test('a read refuses what the library refuses, and sends nothing', async () => {
  const client = new HoldfastClient({ url: HERE, fetch: unsent, retries: 0 })
  const place = { warehouseId: 'SF', productId: 'MUG' }
  const first = async (entries: AsyncIterable<unknown>): Promise<unknown> =>
    entries[Symbol.asyncIterator]().next()
  const reads: Record<string, readonly [ask: (query: never) => Promise<unknown>, good: object]> = {
    stock: [(query) => client.stock(query), place],
    stockAt: [(query) => client.stockAt(query), { ...place, time: 5 }],
    explain: [(query) => client.explain(query), place],
    getReservation: [(query) => client.getReservation(query), { reservationId: 'R-1' }],
    getTransfer: [(query) => client.getTransfer(query), { transferId: 'T-1' }],
    listStock: [(filter) => client.listStock(filter), {}],
    listReservations: [(filter) => client.listReservations(filter), {}],
    listTransfers: [(filter) => client.listTransfers(filter), {}],
    audit: [(filter) => first(client.audit(filter)), {}],
    feed: [(filter) => first(client.feed(filter)), {}],
  }
  for (const [name, [ask, good]] of Object.entries(reads)) {
    const mistyped = { ...good, lmit: 3 } as never
    await rejects(ask(mistyped), {
      code: 'INVALID_INPUT',
      message: `lmit is not a field of ${name}`,
    })
    await rejects(ask(null as never), { code: 'INVALID_INPUT' })
  }
  for (const [name, field, value] of [
    ['stock', 'productId', 5],
    ['stockAt', 'time', -1],
    ['stockAt', 'time', undefined],
    ['explain', 'warehouseId', undefined],
    ['listStock', 'low', 'yes'],
    ['listReservations', 'status', 'GONE'],
    ['audit', 'limit', -1],
    ['audit', 'limit', 1.5],
    ['audit', 'after', -1],
    ['feed', 'limit', -1],
    ['feed', 'after', NaN],
    ['feed', 'signal', 5],
  ] as const) {
    const [ask, good] = reads[name]!
    const wrong = { ...good, [field]: value } as never
    await rejects(ask(wrong), { code: 'INVALID_INPUT', details: { field } })
  }
})

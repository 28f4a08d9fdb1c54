import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastClient } from 'holdfast/client'
import { running } from './support/running.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const HOLD = { ...SOCK, qty: 1, ttlMs: 60_000 }
const DESCRIBED = {
  name: 'San Francisco',
  capacity: 100,
  reorderThreshold: 5,
  reorderThresholds: { MUG: 20, CUP: 3 },
  sells: false,
}

test('PATCH keeps what it does not name, PUT does not', async (t) => {
  const { call } = await running(t)
  const shown = { id: 'SF', closed: false, onHand: 0 }
  const put = await call('PUT', '/v1/warehouses/SF', DESCRIBED)
  const { seq: _, ...all } = put.body
  deepEqual(all, { ...shown, ...DESCRIBED })
  const patch = async (changes: object): Promise<object> => {
    const { status, text, body } = await call('PATCH', '/v1/warehouses/SF', changes)
    equal(status, 200, text)
    const { seq: _seq, ...rest } = body
    return rest
  }
  deepEqual(await patch({}), all)
  deepEqual(await patch({ name: 'SFO' }), { ...all, name: 'SFO' })
  const sold = { ...all, name: 'SFO', sells: true }
  deepEqual(await patch({ sells: true }), sold)
  const thresholds = { MUG: 20, HAT: 1 }
  deepEqual(await patch({ reorderThresholds: { CUP: null, HAT: 1 }, capacity: null }), {
    ...sold,
    reorderThresholds: thresholds,
    capacity: null,
  })
  deepEqual(await patch({ reorderThreshold: 0, capacity: 0 }), {
    ...sold,
    reorderThresholds: thresholds,
    reorderThreshold: 0,
    capacity: 0,
  })
  const { body } = await call('PUT', '/v1/warehouses/SF', { name: 'SF' })
  deepEqual([body['capacity'], body['reorderThresholds'], body['sells']], [null, {}, true])
})

test('PATCH takes a merge patch under its own media type, too; nothing else does', async (t) => {
  const { call, inventory } = await running(t)
  const type = (more = '') => ({ 'content-type': `application/merge-patch+json${more}` })
  const patched = await call('PATCH', '/v1/warehouses/SF', { name: 'SFO' }, type())
  deepEqual([patched.status, patched.body['name']], [200, 'SFO'], patched.text)
  const changes = { capacity: 9, reorderThreshold: null }
  const wrong = await call('PATCH', '/v1/warehouses/SF', changes, type('; charset=utf-8'))
  deepEqual([wrong.status, wrong.body['details']], [400, { field: 'reorderThreshold' }])
  const before = await inventory.head()
  const refused = [
    await call('PATCH', '/v1/warehouses/SF', {}, type('; charset=utf-16')),
    await call('PUT', '/v1/warehouses/SF', DESCRIBED, type()),
    await call('POST', '/v1/reservations', HOLD, type()),
    await call('POST', '/v1/reservations', HOLD, {
      'content-type': 'Application/Merge-Patch+JSON',
    }),
  ]
  for (const { status, body } of refused)
    deepEqual([status, body['code']], [415, 'UNSUPPORTED_MEDIA_TYPE'])
  deepEqual(await inventory.head(), before)
})

test('PATCH refuses what is wrong, and a warehouse that is none', async (t) => {
  const { call, inventory } = await running(t)
  const before = await inventory.head()
  const wrong: [object, string][] = [
    [{ name: null }, 'name'],
    [{ sells: 'no' }, 'sells'],
    [{ sells: null }, 'sells'],
    [{ capacity: -1 }, 'capacity'],
    [{ capacity: '5' }, 'capacity'],
    [{ reorderThreshold: null }, 'reorderThreshold'],
    [{ reorderThresholds: { MUG: 1.5 } }, 'reorderThresholds.MUG'],
    [{ closed: false }, 'closed'],
    [{ id: 'NYC' }, 'id'],
  ]
  for (const [changes, field] of wrong) {
    const { status, body } = await call('PATCH', '/v1/warehouses/SF', changes)
    deepEqual([status, body['details']], [400, { field }], JSON.stringify(changes))
  }
  const nowhere = await call('PATCH', '/v1/warehouses/NOWHERE', { name: 'x' })
  deepEqual([nowhere.status, nowhere.body['code']], [404, 'WAREHOUSE_NOT_FOUND'])
  deepEqual(await inventory.head(), before)
})

test('changes that come at once are all kept', async (t) => {
  const { call, inventory } = await running(t)
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      call('PATCH', '/v1/warehouses/SF', { reorderThresholds: { [`P${index}`]: index } }),
    ),
  )
  const { items } = await inventory.listWarehouses()
  const { reorderThresholds } = items.find(({ id }) => id === 'SF')!
  equal(Object.keys(reorderThresholds).length, 50)
})

test('a warehouse that does not sell takes goods, and offers none', async (t) => {
  const { call } = await running(t)
  await call('PATCH', '/v1/warehouses/SF', { sells: false })
  equal((await call('POST', '/v1/stock/add', { ...SOCK, qty: 5, source: 'S' })).status, 200)
  for (const [path, body] of [
    ['/v1/reservations', HOLD],
    ['/v1/reservations/sell', { ...SOCK, qty: 1 }],
  ] as const) {
    const refused = await call('POST', path, body)
    deepEqual([refused.status, refused.body['code']], [409, 'WAREHOUSE_NOT_SELLING'])
    deepEqual(refused.body['details'], { warehouseId: 'SF' })
  }
  await call('PATCH', '/v1/warehouses/SF', { sells: true })
  equal((await call('POST', '/v1/reservations', HOLD)).status, 201)
})

test('an empty warehouse closes, is found no more, and opens again with its history', async (t) => {
  const { call, url } = await running(t)
  await call('POST', '/v1/stock/add', { ...SOCK, qty: 5, source: 'S' })
  const full = await call('POST', '/v1/warehouses/SF/close')
  deepEqual([full.status, full.body['code']], [409, 'WAREHOUSE_IN_USE'])
  deepEqual(full.body['details'], { warehouseId: 'SF', onHand: 5 })
  await call('POST', '/v1/stock/remove', { ...SOCK, qty: 5, reason: 'SOLD OFF' })
  const closed = await call('POST', '/v1/warehouses/SF/close', {}, { 'idempotency-key': 'c' })
  deepEqual([closed.status, closed.body['closed'], closed.body['id']], [200, true, 'SF'])
  const same = await call('POST', '/v1/warehouses/SF/close', {}, { 'idempotency-key': 'c' })
  equal(same.text, closed.text)
  const { items } = (await call('GET', '/v1/warehouses')).body as { items: { id: string }[] }
  deepEqual(
    items.map(({ id }) => id),
    ['NYC', 'TINY'],
  )
  const nothing: [string, string, object?][] = [
    ['POST', '/v1/warehouses/SF/close', {}],
    ['PATCH', '/v1/warehouses/SF', { name: 'x' }],
    ['POST', '/v1/stock/add', { ...SOCK, qty: 1, source: 'S' }],
    ['POST', '/v1/reservations', HOLD],
  ]
  for (const [method, path, body] of nothing) {
    const answer = await call(method, path, body)
    deepEqual(
      [answer.status, answer.body['code']],
      [404, 'WAREHOUSE_NOT_FOUND'],
      `${method} ${path}`,
    )
  }
  deepEqual((await call('GET', '/v1/stock')).body['items'], [])
  const opened = await call('PUT', '/v1/warehouses/SF', { name: 'Open again' })
  deepEqual([opened.status, opened.body['closed'], opened.body['sells']], [200, false, true])
  const { body } = await call('GET', '/v1/stock/SF/SOCK/explain')
  deepEqual((body['entries'] as { type: string }[]).at(-1)!.type, 'RECEIVED')

  const client = new HoldfastClient({ url })
  t.after(() => client.close())
  equal((await client.closeWarehouse({ warehouseId: 'SF' })).closed, true)
})

test('closing is for admins, inside of a list, too', async (t) => {
  const { call } = await running(t)
  const made = await call('POST', '/v1/tokens', { name: 'op', role: 'operator' })
  const operator = { authorization: `Bearer ${String(made.body['token'])}` }
  const close = { verb: 'closeWarehouse', warehouseId: 'TINY' }
  const answers = [
    await call('POST', '/v1/warehouses/TINY/close', {}, operator),
    await call('PATCH', '/v1/warehouses/TINY', { name: 'x' }, operator),
    await call('POST', '/v1/batch', { commands: [close] }, operator),
    await call('POST', '/v1/batch', { atomic: true, commands: [close] }, operator),
    await call(
      'POST',
      '/v1/batch',
      { commands: [{ verb: 'atomically', commands: [close] }] },
      operator,
    ),
  ]
  deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 403),
  )
  const { body } = await call('POST', '/v1/batch', { atomic: true, commands: [close] })
  const [answer] = body['answers'] as { id: string; closed: boolean }[]
  deepEqual([answer!.id, answer!.closed], ['TINY', true])
})

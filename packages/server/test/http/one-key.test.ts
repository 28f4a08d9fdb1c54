import { deepEqual, equal, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { openInventory, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { newSchema, url } from '../../../holdfast/test/postgres/support/place.ts'
import { startService } from '../../src/http/service.ts'
import { TokenRegistry } from '../../src/http/tokens/registry.ts'
import { WebhookRegistry } from '../../src/http/webhooks/registry.ts'
import { caller, running, WAREHOUSES, type Answer } from './support/running.ts'
import { until } from './support/until.ts'

const TOKEN = { name: 'till', role: 'shop' }
const HOOK = { url: 'https://example.com/hook', after: 0 }
const KEY = { 'Idempotency-Key': 'once' }

type Call = Awaited<ReturnType<typeof running>>['call']

/** The same request eight times at once, over the services in turn. */
function atOnce(calls: readonly Call[], path: string, body: object): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: 8 }, (_, index) => calls[index % calls.length]!('POST', path, body, KEY)),
  )
}

const column = (answers: readonly Answer[], name: string): unknown[] => [
  ...new Set(answers.map(({ body }) => body[name])),
]

const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true'

test('tokens that are made at once with one key are one token, with one secret', async (t) => {
  const { call, inventory } = await running(t)
  const registry = await new TokenRegistry(inventory).start()
  await registry.stop()
  const wanted = { name: 'till', role: 'shop', expiresAt: null } as const
  let replays = 0
  const create = () => registry.create(wanted, 'own', () => replays++)
  const made = await Promise.all(Array.from({ length: 8 }, create))
  equal(replays, 7)
  equal(new Set(made.map((one) => one.token)).size, 1)
  ok(registry.find(made[0]!.token) !== null)

  // Over HTTP one that comes when it is made already is told so.
  const answers = await atOnce([call], '/v1/tokens', TOKEN)
  ok(answers.every(({ status }) => status === 201 || status === 422))
  const won = answers.filter(({ status }) => status === 201)
  ok(won.length > 0)
  equal(won.filter(isReplay).length, won.length - 1)
  const [token, ...others] = column(won, 'token')
  deepEqual(others, [])
  const me = await call('GET', '/v1/stock', undefined, { authorization: `Bearer ${String(token)}` })
  equal(me.status, 200)
  await until('the other process’s token is known, too', async () => {
    return ((await call('GET', '/v1/tokens')).body['items'] as unknown[]).length === 2
  })
  const later = await call('POST', '/v1/tokens', TOKEN, KEY)
  deepEqual([later.status, later.body['code']], [422, 'IDEMPOTENCY_CONFLICT'])
  const [one, other] = await Promise.all([
    call('POST', '/v1/tokens', TOKEN, { 'Idempotency-Key': 'two' }),
    call('POST', '/v1/tokens', { ...TOKEN, role: 'admin' }, { 'Idempotency-Key': 'two' }),
  ])
  deepEqual(
    [one.status, other.status].toSorted((a, b) => a - b),
    [201, 422],
  )
})

test('webhooks that are made at once with one key are one webhook, with one secret', async (t) => {
  const { call } = await running(t)
  const answers = await atOnce([call], '/v1/webhooks', HOOK)
  deepEqual([...new Set(answers.map(({ status }) => status))], [201])
  equal(column(answers, 'secret').length, 1)
  equal(answers.filter(isReplay).length, 7)
  equal(((await call('GET', '/v1/webhooks')).body['items'] as unknown[]).length, 1)
  const [one, other] = await Promise.all([
    call('POST', '/v1/webhooks', HOOK, { 'Idempotency-Key': 'two' }),
    call('POST', '/v1/webhooks', { ...HOOK, url: `${HOOK.url}/2` }, { 'Idempotency-Key': 'two' }),
  ])
  deepEqual(
    [one.status, other.status].toSorted((a, b) => a - b),
    [201, 422],
  )
})

test('a secret that is renewed twice at once is told as it is: both sign', async (t) => {
  const { call, inventory } = await running(t)
  const { id, secret } = (await call('POST', '/v1/webhooks', HOOK)).body
  const path = `/v1/webhooks/${String(id)}/rotate`
  const told = column(await Promise.all([call('POST', path), call('POST', path)]), 'secret')
  equal(told.length, 2)
  const stored = JSON.parse((await inventory.document(`webhook:${String(id)}`))!) as {
    secrets: { secret: string }[]
  }
  deepEqual(new Set(stored.secrets.map((one) => one.secret)), new Set([secret, ...told]))
})

test('a key renews a secret once, and moves, disables and enables once', async (t) => {
  const { call } = await running(t)
  const made = await call('POST', '/v1/webhooks', HOOK, KEY)
  const id = String(made.body['id'])
  const other = String((await call('POST', '/v1/webhooks', HOOK)).body['id'])
  const act = (what: string, key: string, body?: object, which = id): Promise<Answer> =>
    call('POST', `/v1/webhooks/${which}/${what}`, body, { 'Idempotency-Key': key })
  const first = await act('rotate', 'r1')
  const second = await act('rotate', 'r2')
  for (const [key, before] of [
    ['r1', first],
    ['r2', second],
  ] as const) {
    const again = await act('rotate', key)
    deepEqual([again.status, again.body['secret']], [200, before.body['secret']])
    deepEqual([isReplay(before), isReplay(again)], [false, true])
  }
  await act('disable', 'd1')
  await act('enable', 'e1')
  const late = await act('disable', 'd1')
  deepEqual([isReplay(late), late.body['disabledAt']], [true, null])
  await act('position', 'p1', { after: 2 })
  await act('position', 'p2', { after: 3 })
  const moved = await act('position', 'p1', { after: 2 })
  deepEqual([isReplay(moved), moved.body['position']], [true, 3])
  for (const wrong of [
    await act('enable', 'r1'),
    await act('position', 'p1', { after: 1 }),
    await act('rotate', 'r1', undefined, other),
    await act('rotate', 'once'),
    await call('POST', '/v1/webhooks', HOOK, { 'Idempotency-Key': 'r1' }),
  ])
    deepEqual([wrong.status, wrong.body['code']], [422, 'IDEMPOTENCY_CONFLICT'])
})

test('secrets that are renewed at once with one key are one', async (t) => {
  const { call } = await running(t)
  const { id } = (await call('POST', '/v1/webhooks', HOOK)).body
  const answers = await atOnce([call], `/v1/webhooks/${String(id)}/rotate`, {})
  equal(column(answers, 'secret').length, 1)
  equal(answers.filter(isReplay).length, 7)
})

test('disabling and renewing at once, neither is lost', async (t) => {
  const { inventory } = await running(t)
  const options = { inventory, allowPrivate: false, onError: () => undefined }
  const [one, other] = [new WebhookRegistry(options), new WebhookRegistry(options)]
  t.after(() => Promise.all([one.stop(), other.stop()]))
  const wanted = { ...HOOK, types: null, warehouseId: null, productId: null }
  const made = await one.create(wanted, null, () => undefined)
  await Promise.all([one.rotate(made), other.remove(made)])
  const stored = JSON.parse((await inventory.document(`webhook:${made.id}`))!) as {
    secrets: unknown[]
    deletedAt: number | null
  }
  deepEqual([stored.secrets.length, typeof stored.deletedAt], [2, 'number'])
})

async function services(
  t: TestContext,
  count: number,
): Promise<{ calls: Call[]; all: Inventory[] }> {
  const schema = newSchema()
  const calls: Call[] = []
  const all: Inventory[] = []
  for (let index = 0; index < count; index++) {
    const store = postgres({ connectionString: url, schema })
    const inventory = await openInventory({ store, warehouses: WAREHOUSES })
    const service = await startService({ inventory, port: 0 } as never)
    t.after(async () => {
      await service.close()
      await inventory.close()
    })
    calls.push(caller(service.url))
    all.push(inventory)
  }
  return { calls, all }
}

test('on several processes on one PostgreSQL, too: one token, and all others are told', async (t) => {
  const { calls, all } = await services(t, 2)
  for (let round = 0; round < 5; round++) {
    const registries = await Promise.all(
      all.map((inventory) => new TokenRegistry(inventory).start()),
    )
    await Promise.all(registries.map((registry) => registry.stop()))
    const wanted = { name: 'till', role: 'shop', expiresAt: null } as const
    const outcomes = await Promise.allSettled(
      registries.map((registry) => registry.create(wanted, `k${round}`)),
    )
    const made = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    equal(made.length, 1)
    const lost = outcomes.find((one) => one.status === 'rejected')
    equal((lost!.reason as { code?: string }).code, 'IDEMPOTENCY_CONFLICT')
    const fresh = await new TokenRegistry(all[1]!).start()
    await fresh.stop()
    ok(fresh.find(made[0]!.token) !== null)
  }
  const answers = await atOnce(calls, '/v1/tokens', TOKEN)
  const won = answers.filter(({ status }) => status === 201)
  equal(column(won, 'token').length, 1)
  ok(won.length >= 1 && answers.every(({ status }) => status === 201 || status === 422))
  const hooks = await atOnce(calls, '/v1/webhooks', HOOK)
  deepEqual([...new Set(hooks.map(({ status }) => status))], [201])
  equal(column(hooks, 'secret').length, 1)
})

test('an answer that is given again says so in a header, a refusal too', async (t) => {
  const { call, inventory } = await running(t)
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const hold = { warehouseId: 'SF', productId: 'SOCK', qty: 2, ttlMs: 60_000 }
  const ask = async (path: string, body: object, key?: string) => {
    const headers = key === undefined ? {} : { 'Idempotency-Key': key }
    const answer = await call('POST', path, body, headers)
    return [answer.status, answer.headers.get('idempotency-replayed')]
  }
  const list = { commands: [{ verb: 'addStock', ...add, idempotencyKey: 'line' }] }
  const asks = (): Promise<unknown[]> =>
    Promise.all([
      ask('/v1/stock/add', add, 'add'),
      ask('/v1/reservations', hold, 'cart-77/attempt-1'),
      ask('/v1/batch', list, 'list'),
      ask('/v1/batch', { ...list, atomic: true }, 'conflict'),
      ask('/v1/batch', { atomic: true, commands: [{ verb: 'addStock', ...add }] }, 'atomic'),
    ])
  const reserved = await asks()
  deepEqual(reserved[1], [409, null])
  await inventory.addStock({ ...add, qty: 9 })
  deepEqual(await asks(), [
    [200, 'true'],
    [409, 'true'],
    [200, 'true'],
    [400, null],
    [200, 'true'],
  ])
  // Without a key of the whole list, each command of it says it for itself.
  const { body, headers } = await call('POST', '/v1/batch', list)
  deepEqual((body['answers'] as { replayed?: true }[])[0]!.replayed, true)
  equal(headers.get('idempotency-replayed'), null)
  deepEqual(await ask('/v1/reservations', hold, 'cart-77/attempt-2'), [201, null])
})

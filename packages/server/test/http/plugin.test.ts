import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { memory, openInventory } from 'holdfast'
import { holdfastPlugin, type Role } from '../../src/http/index.ts'
import { WAREHOUSES } from './support/running.ts'

test('it mounts in a server that has its own ways, and keeps to its own', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const other = await openInventory({ store: memory(), warehouses: [{ id: 'X', name: 'X' }] })
  // This host coerces, strips, and decorates; its own errors look as it likes.
  const app = Fastify({ ajv: { customOptions: { coerceTypes: true, removeAdditional: true } } })
  app.decorateRequest('user', '')
  app.addHook('onRequest', (request, _reply, done) => {
    Object.assign(request, { user: String(request.headers['x-user'] ?? '') })
    done()
  })
  app.setErrorHandler((_error, _request, reply) => void reply.code(418).send({ mine: true }))
  app.setNotFoundHandler((_request, reply) => void reply.code(404).send({ mine: true }))
  const body = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    additionalProperties: false,
  }
  app.post('/mine', { schema: { body } }, (request) => request.body)
  const identify = ({ headers }: { headers: Record<string, unknown> }) => {
    const actor = (headers['x-user'] as string | undefined) ?? ''
    if (actor === '') throw new Error('who are you?')
    const role: Role = actor === 'ann' ? 'admin' : 'reader'
    return { role, actor, scope: actor }
  }
  await app.register(holdfastPlugin, { prefix: '/stock', inventory, identify })
  await app.register(holdfastPlugin, { prefix: '/other', inventory: other, identify })
  t.after(async () => {
    await app.close()
    await inventory.close()
    await other.close()
  })
  const ask = async (method: 'GET' | 'POST', url: string, payload?: object, user = 'ann') => {
    const headers = user === '' ? {} : { 'x-user': user }
    const { statusCode, payload: text } = await app.inject({
      method,
      url,
      headers,
      ...(payload && { payload }),
    })
    return { status: statusCode, body: JSON.parse(text) as Record<string, unknown> }
  }
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 2, source: 'S' }
  equal((await ask('POST', '/stock/v1/stock/add', add)).body['onHand'], 2)
  const coerced = await ask('POST', '/stock/v1/stock/add', { ...add, qty: '2' })
  deepEqual(
    [coerced.status, coerced.body['code'], coerced.body['type']],
    [400, 'INVALID_QTY', '/stock/docs#INVALID_QTY'],
  )
  equal((await ask('POST', '/stock/v1/stock/add', { ...add, more: 1 })).status, 400)
  equal((await ask('POST', '/stock/v1/stock/add', add, 'bob')).status, 403)
  equal((await ask('GET', '/stock/v1/stock', undefined, '')).status, 500)
  equal((await ask('GET', '/stock/nowhere')).body['code'], 'NOT_FOUND')
  deepEqual((await ask('GET', '/other/v1/stock')).body['items'], [])
  deepEqual((await ask('GET', '/nowhere')).body, { mine: true })
  deepEqual((await ask('POST', '/mine', { n: '5', more: 1 })).body, { n: 5 })
  const { items } = (await ask('GET', '/stock/v1/audit?type=RECEIVED')).body as {
    items: { actor: string }[]
  }
  deepEqual(
    items.map(({ actor }) => actor),
    ['ann'],
  )
  const document = (await ask('GET', '/stock/openapi.json')).body
  deepEqual(document['servers'], [{ url: '/stock' }])
  equal((await ask('GET', '/stock/healthz')).status, 200)
})

test('a path with other methods is known by whatever prefix and spelling the router knows it', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const identify = () => ({ role: 'admin', actor: 'ann', scope: 'ann' }) as const
  const app = Fastify()
  const mounted = {
    '/stock': '/stock',
    '/p/': '/p',
    '/lägër': '/l%C3%A4g%C3%ABr',
    '/a b': '/a%20b',
  }
  const withParameters = { '/of/:tenant': '/of/ann', '/x-:tenant': '/x-ann' }
  const prefixes = Object.entries({ ...mounted, ...withParameters })
  for (const [prefix] of prefixes)
    await app.register(holdfastPlugin, { prefix, inventory, identify })
  t.after(async () => {
    await app.close()
    await inventory.close()
  })
  const ask = async (method: 'GET' | 'DELETE' | 'POST', url: string) => {
    const { statusCode, headers } = await app.inject({ method, url })
    return [url, statusCode, headers.allow]
  }
  for (const [, at] of prefixes) {
    for (const path of ['/v1/stock', '/v1/%73tock', '/v1/stock?a=/v1', '/v1/stock/SF/a%2Fb']) {
      const url = at + path
      deepEqual(await ask('DELETE', url), [url, 405, 'GET, HEAD'])
    }
    deepEqual(await ask('GET', `${at}/v1/stock`), [`${at}/v1/stock`, 200, undefined])
    const sell = `${at}/v1/reservations/sell`
    deepEqual(await ask('GET', sell), [sell, 405, 'POST'])
    deepEqual(await ask('POST', `${at}/v1/stock/`), [`${at}/v1/stock/`, 404, undefined])
    deepEqual(await ask('POST', `${at}/v1/nowhere`), [`${at}/v1/nowhere`, 404, undefined])
  }
})

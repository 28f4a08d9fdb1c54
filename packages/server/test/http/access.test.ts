import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory, openInventory } from 'holdfast'
import type { OpenApi } from '../../src/http/docs/openapi.ts'
import { NoTokenError } from '../../src/http/access/no-token.ts'
import { startService } from '../../src/http/service.ts'
import { Document } from './support/document.ts'
import { RawSocket } from './support/raw-socket.ts'
import { caller, running, WAREHOUSES, type Answer, type Running } from './support/running.ts'
import { pathOf, samples } from './support/samples.ts'
import { until } from './support/until.ts'

const ROLES = ['reader', 'shop', 'operator', 'admin'] as const

/** What each role may do, apart from reading: the table that counts. */
const SHOP = [
  ...['reserve', 'confirm', 'release', 'extend', 'changeOwner'],
  ...['confirmAll', 'extendAll', 'releaseAll'],
]
const OPERATOR = [
  ...SHOP,
  'addStock',
  'removeStock',
  'countStock',
  'setAside',
  'putBack',
  'writeOff',
  'sell',
  'moveReservation',
  'returnGoods',
  'fulfillAcrossWarehouses',
  'ship',
  'cancel',
  'transfer',
  'approveTransfer',
  'rejectTransfer',
]
const READ = [
  ...['stock', 'explain', 'getReservation', 'getTransfer', 'listStock', 'listReservations'],
  ...['listTransfers', 'listWarehouses', 'audit', 'feed', 'head', 'overview', 'reorder'],
]
const ADMIN = [
  ...['changeWarehouse', 'patchWarehouse', 'closeWarehouse'],
  ...['createToken', 'listTokens', 'revokeToken', 'createWebhook', 'getWebhook'],
  ...['listWebhooks', 'deleteWebhook', 'enableWebhook', 'rotateWebhook', 'verify'],
  ...['disableWebhook', 'pingWebhook', 'moveWebhook'],
]
const MAY: Readonly<Record<(typeof ROLES)[number], readonly string[]>> = {
  reader: READ,
  shop: [...READ, ...SHOP],
  operator: [...READ, ...OPERATOR, 'batch'],
  admin: [...READ, ...OPERATOR, 'batch', ...ADMIN],
}

async function tokenOf({ call }: Running, role: string, more: object = {}): Promise<string> {
  const { status, body } = await call('POST', '/v1/tokens', { name: `the ${role}`, role, ...more })
  equal(status, 201)
  return String(body['token'])
}

/** The first that is told 429 of so many at once: on a slow machine one alone may come after a pause. */
async function refused(count: number, ask: () => Promise<Answer>): Promise<Answer> {
  const answers = await Promise.all(Array.from({ length: count }, ask))
  return answers.find(({ status }) => status === 429) ?? answers[0]!
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('every role on every operation: what the table says, and nothing else', async (t) => {
  const made = await running(t)
  const document = new Document(
    (await made.call('GET', '/openapi.json')).body as unknown as OpenApi,
  )
  const operations = document.operations()
  const known = new Set(operations.map(({ operation }) => operation.operationId))
  deepEqual(new Set(MAY.admin), known, 'the table names every operation')
  for (const { operationId, 'x-role': said } of operations.map(({ operation }) => operation)) {
    const least = ROLES.find((role) => MAY[role].includes(operationId))
    // Who may send a list is one thing, who may give its commands another: the sample's are of an operator.
    equal(said, operationId === 'batch' ? 'shop' : least, operationId)
  }
  for (const role of ROLES) {
    const headers = { ...bearer(await tokenOf(made, role)), accept: 'application/json' }
    const all = await samples(made.inventory)
    for (const { method, path, operation } of operations) {
      const sample = all[operation.operationId]!
      const before = await made.inventory.head()
      const { status, body } = await made.call(
        method,
        pathOf(path, sample.path),
        sample.body,
        headers,
      )
      const isAllowed = MAY[role].includes(operation.operationId)
      equal(status === 403, !isAllowed, `${role} ${operation.operationId}: ${status}`)
      ok(status !== 401 && status < 500)
      if (isAllowed) continue
      equal(body['code'], 'FORBIDDEN')
      deepEqual(await made.inventory.head(), before)
      // Before its body is looked at, except for the commands in a list.
      if (method === 'GET' || operation.operationId === 'batch') continue
      const malformed = await made.call(method, pathOf(path, sample.path), '{', headers)
      equal(malformed.status, 403, `${role} ${operation.operationId}`)
    }
  }
})

test('tokens that are wrong, over or revoked are all the same nothing, on every operation', async (t) => {
  const made = await running(t)
  const document = new Document(
    (await made.call('GET', '/openapi.json')).body as unknown as OpenApi,
  )
  const all = await samples(made.inventory)
  const right = await tokenOf(made, 'admin')
  const revoked = await tokenOf(made, 'admin')
  await made.call('DELETE', `/v1/tokens/${revoked.split('_')[1]}`)
  const over = await tokenOf(made, 'admin', { expiresAt: Date.now() + 1000 })
  await pause(1010)
  const wrong: Record<string, string> = {
    revoked: `Bearer ${revoked}`,
    over: `Bearer ${over}`,
    'an unknown id': `Bearer hf_0000000000000000_${right.slice(20)}`,
    'a wrong secret': `Bearer ${right.slice(0, -4)}AAAA`,
  }
  const before = await made.inventory.head()
  const texts = new Set<string>()
  const deny = async (authorization: string, what: string, asked: (typeof operations)[number]) => {
    const sample = all[asked.operation.operationId]!
    const headers = { host: '127.0.0.1', authorization, 'content-type': 'application/json' }
    const { statusCode, payload } = await made.service.app.inject({
      method: asked.method as 'GET',
      url: pathOf(asked.path, sample.path),
      remoteAddress: `10.0.0.${Math.floor(Math.random() * 250)}`,
      headers,
      ...(sample.body === undefined ? {} : { payload: JSON.stringify(sample.body) }),
    })
    equal(statusCode, 401, `${asked.operation.operationId} with ${what}`)
    texts.add(payload.replace(/"requestId":"[^"]+"/, ''))
  }
  const operations = document.operations()
  for (const asked of operations)
    for (const [what, text] of Object.entries(wrong)) await deny(text, what, asked)
  for (const text of ['Basic YTpi', 'Bearer', 'Bearer ', 'bearer x y', `Token ${right}`, right])
    await deny(text, text, operations[0]!)
  equal(texts.size, 1)
  deepEqual(await made.inventory.head(), before)
  equal((await made.call('GET', '/v1/stock', undefined, bearer(right))).status, 200)
})

test('guessing is slowed down, and shuts nobody out who is right', async (t) => {
  const made = await running(t)
  const right = await tokenOf(made, 'reader')
  const guess = async () => (await made.call('GET', '/v1/stock', undefined, bearer('hf_x'))).status
  const began = performance.now()
  const statuses = await Promise.all(Array.from({ length: 40 }, guess))
  deepEqual(new Set(statuses), new Set([401, 429]))
  const wrong = statuses.filter((status) => status === 401).length
  ok(wrong <= 25 + (performance.now() - began) / 1000, `${wrong} were looked at`)
  const late = await refused(25, () => made.call('GET', '/v1/stock', undefined, bearer('hf_x')))
  deepEqual([late.status, late.headers.get('retry-after')], [429, '1'])
  equal((await made.call('GET', '/v1/stock', undefined, bearer(right))).status, 200)
})

test('the token says who acts and whose keys are whose; the body cannot', async (t) => {
  const made = await running(t)
  const ann = bearer(await tokenOf(made, 'operator'))
  const bob = bearer(await tokenOf(made, 'admin'))
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const key = { 'idempotency-key': 'k-1' }
  for (const actor of ['ann', '', null]) {
    const { status, body } = await made.call('POST', '/v1/stock/add', { ...add, actor }, ann)
    deepEqual([status, body['details']], [400, { field: 'actor' }])
  }
  const inner = { commands: [{ verb: 'addStock', ...add, actor: 'bob' }] }
  equal((await made.call('POST', '/v1/batch', inner, ann)).status, 400)
  const first = await made.call('POST', '/v1/stock/add', add, { ...ann, ...key })
  deepEqual((await made.call('POST', '/v1/stock/add', add, { ...ann, ...key })).text, first.text)
  const other = await made.call('POST', '/v1/stock/add', add, { ...bob, ...key })
  notEqual(other.text, first.text)
  const conflict = await made.call('POST', '/v1/stock/add', { ...add, qty: 2 }, { ...ann, ...key })
  deepEqual([conflict.status, conflict.body['code']], [422, 'IDEMPOTENCY_CONFLICT'])
  const elsewhere = await made.call(
    'POST',
    '/v1/stock/remove',
    { warehouseId: 'SF', productId: 'SOCK', qty: 1, reason: 'X' },
    { ...ann, ...key },
  )
  equal(elsewhere.status, 422)
  const { items } = (await made.call('GET', '/v1/audit?productId=SOCK')).body as {
    items: { actor: string }[]
  }
  deepEqual(
    items.map(({ actor }) => actor),
    ['the operator', 'the admin'],
  )
})

test('a shop’s token may send lists of what it may do alone', async (t) => {
  const made = await running(t)
  await made.inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 9, source: 'S' })
  const shop = bearer(await tokenOf(made, 'shop'))
  const hold = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 60_000 }
  const add = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const send = (body: object) => made.call('POST', '/v1/batch', body, shop)
  equal((await send({ commands: [hold, hold] })).status, 200)
  equal((await send({ atomic: true, commands: [hold, hold] })).status, 200)
  const before = await made.inventory.head()
  for (const commands of [
    [hold, add],
    [hold, { verb: 'atomically', commands: [add] }],
  ]) {
    const { status, body } = await send({ commands })
    deepEqual([status, body['details']], [403, { role: 'shop', verb: 'addStock', index: 1 }])
  }
  equal((await send({ atomic: true, commands: [add] })).status, 403)
  deepEqual(await made.inventory.head(), before)
})

test('a token that one process revokes is nothing to the others within two seconds', async (t) => {
  const made = await running(t)
  const other = await startService({ inventory: made.inventory, port: 0 })
  t.after(() => other.close())
  const token = await tokenOf(made, 'reader')
  const there = caller(other.url)
  const until = async (wanted: number): Promise<void> => {
    const began = performance.now()
    while ((await there('GET', '/v1/stock', undefined, bearer(token))).status !== wanted) {
      ok(performance.now() - began < 2000, `not ${wanted} in two seconds`)
      await pause(50)
    }
  }
  await until(200)
  const [, id] = token.split('_')
  const { body } = await made.call('DELETE', `/v1/tokens/${id}`)
  ok(typeof body['revokedAt'] === 'number')
  equal((await made.call('GET', '/v1/stock', undefined, bearer(token))).status, 401)
  await until(401)
  equal((await made.call('DELETE', '/v1/tokens/nobody')).status, 404)
})

test('a stored token that was damaged lets nobody in, and keeps no other from being revoked', async (t) => {
  const made = await running(t)
  const other = await startService({ inventory: made.inventory, port: 0 })
  t.after(() => other.close())
  const there = caller(other.url)
  const statusOf = async (token: string): Promise<number> =>
    (await there('GET', '/v1/stock', undefined, bearer(token))).status
  const [hurt, sound] = [await tokenOf(made, 'admin'), await tokenOf(made, 'reader')]
  await until('both are known', async () => {
    return (await statusOf(hurt)) === 200 && (await statusOf(sound)) === 200
  })
  const name = `token:${hurt.split('_')[1]}`
  const [document] = (await made.inventory.documents('token:')).filter((one) => one.name === name)
  const asRoot = document!.value.replace('"admin"', '"root"')
  for (const value of ['{"name"', 'null', '[]', '{}', '7', asRoot]) {
    await made.inventory.setDocuments([{ name, value }])
    await until(`${value} lets nobody in`, async () => (await statusOf(hurt)) === 401)
  }
  await made.call('DELETE', `/v1/tokens/${sound.split('_')[1]}`)
  await until('the other one is revoked', async () => (await statusOf(sound)) === 401)
})

test('what a token holds open ends with it: revoked or over, within two seconds', async (t) => {
  const made = await running(t)
  const revoked = await tokenOf(made, 'shop')
  const right = await tokenOf(made, 'shop')
  const open = async (token: string): Promise<RawSocket[]> => {
    const both = [
      ['GET /v1/events HTTP/1.1\r\nAccept: text/event-stream\r\n', ''],
      [
        'POST /v1/batch HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n',
        '3\r\n{}\n\r\n',
      ],
    ]
    return await Promise.all(
      both.map(async ([head, line]) => {
        const socket = await RawSocket.open(made.url)
        t.after(() => socket.close())
        socket.say(`${head}Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n${line}`)
        await until('it is open', () => socket.received.includes('200 OK'))
        return socket
      }),
    )
  }
  const others = await open(right)
  const revocable = await open(revoked)
  // Long enough to be opened on a busy machine.
  const over = await tokenOf(made, 'shop', { expiresAt: Date.now() + 2000 })
  const streams = [...revocable, ...(await open(over))]
  await made.call('DELETE', `/v1/tokens/${revoked.split('_')[1]}`)
  for (const stream of streams) ok(await stream.end(4000))
  await made.inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
  await until('the others go on', () => others[0]!.received.includes('"type":"RECEIVED"'))
  equal(others[1]!.ended, false)
})

test('a token is shown once, and stands nowhere: not in the store, not in lists, not in the log', async (t) => {
  const lines: string[] = []
  const made = await running(t, {
    log: { level: 'debug', stream: { write: (line) => void lines.push(line) } },
  })
  const token = await tokenOf(made, 'admin')
  const secret = token.slice(20)
  const key = { 'idempotency-key': 'once' }
  const body = { name: 'n', role: 'reader' }
  const once = await made.call('POST', '/v1/tokens', body, key)
  const again = await made.call('POST', '/v1/tokens', body, key)
  deepEqual([again.status, again.body['code']], [422, 'IDEMPOTENCY_CONFLICT'])
  await made.call('GET', '/v1/stock', undefined, bearer(token))
  await made.call('GET', '/v1/stock', undefined, bearer(`${token}x`))
  await made.call('POST', '/v1/stock/add', { secret: token }, bearer(token))
  const texts = [
    JSON.stringify(await made.inventory.documents('token:')),
    (await made.call('GET', '/v1/tokens')).text,
    lines.join(''),
    again.text,
  ]
  for (const text of texts) {
    equal(text.includes(secret), false)
    equal(text.includes(String(once.body['token']).slice(20)), false)
  }
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const asked = logged.filter(({ msg }) => msg === 'answered')
  deepEqual(
    asked.slice(-3).map(({ path, status, actor }) => [path, status, actor]),
    [
      ['/v1/stock', 401, undefined],
      ['/v1/stock/add', 400, 'the admin'],
      ['/v1/tokens', 200, undefined],
    ],
  )
  ok(asked.every(({ reqId, ms }) => typeof reqId === 'string' && typeof ms === 'number'))
})

test('without tokens, web pages of other sites get nothing and can do nothing', async (t) => {
  const { service, inventory } = await running(t)
  const before = await inventory.head()
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const payload = '{"warehouseId":"SF","productId":"SOCK","qty":1,"source":"S"}'
    const type = { 'content-type': 'application/json' }
    const post = await service.app.inject({
      method: 'POST',
      url: '/v1/stock/add',
      headers: { ...type, ...headers },
      payload,
    })
    const get = await service.app.inject({ url: '/v1/stock', headers })
    equal(post.statusCode, get.statusCode)
    equal(get.headers['access-control-allow-origin'], undefined)
    return get.statusCode
  }
  const host = '127.0.0.1:4680'
  for (const name of [
    'evil.example',
    'evil.example:4680',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '[::2]',
  ])
    equal(await ask({ host: name }), 421, name)
  for (const origin of [
    'http://evil.example',
    'null',
    'http://127.0.0.1:9999',
    'https://127.0.0.1:4680',
    'http://localhost:4680',
  ])
    equal(await ask({ host, origin }), 403, origin)
  for (const site of ['cross-site', 'same-site'])
    equal(await ask({ host, 'sec-fetch-site': site }), 403, site)
  deepEqual(await inventory.head(), before)
  for (const headers of [
    { host },
    { host: 'localhost' },
    { host: '[::1]:4680' },
    { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
  ])
    equal(await ask(headers as Record<string, string>), 200)
})

test('an address that others can reach is not opened without a token', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => inventory.close())
  const start = (options: object) => startService({ inventory, port: 0, ...options })
  for (const options of [
    { host: '0.0.0.0' },
    { host: '::' },
    { requireToken: true },
    { allowedHosts: ['stock.example'] },
  ])
    await rejects(start(options), NoTokenError)
  const first = await start({})
  const { body } = await caller(first.url)('POST', '/v1/tokens', { name: 'ann', role: 'admin' })
  await first.close()
  const open = await start({ host: '0.0.0.0' })
  t.after(() => open.close())
  const call = caller(open.url.replace('0.0.0.0', '127.0.0.1'))
  const { status, headers } = await call('GET', '/v1/stock')
  deepEqual([status, headers.get('www-authenticate')], [401, 'Bearer realm="holdfast"'])
  equal((await call('GET', '/v1/stock', undefined, bearer(String(body['token'])))).status, 200)
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs'])
    equal((await call('GET', path)).status, 200)
  for (const path of ['/metrics', '/nowhere']) equal((await call('GET', path)).status, 401)
})

test('a caller who asks too often is told when to come again', async (t) => {
  const made = await running(t, { limits: { ratePerSecond: 5 } })
  // Whom a proxy names is not who calls: that would be as many callers as one cares to make up.
  const named = (index: number) => ({
    'x-forwarded-for': `10.0.0.${index}`,
    forwarded: `for=10.0.0.${index}`,
    'x-real-ip': `10.0.0.${index}`,
  })
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const { status } = await made.call('GET', '/v1/head', undefined, named(index))
      return status
    }),
  )
  const served = statuses.filter((status) => status === 200).length
  ok(served >= 5 && served < 30, `${served} were served`)
  const { status, headers, body } = await refused(10, () => made.call('GET', '/v1/head'))
  deepEqual([status, headers.get('retry-after'), body['code']], [429, '1', 'RATE_LIMITED'])
  equal(headers.get('ratelimit-limit'), '5')
  equal(headers.get('ratelimit-remaining'), '0')
  equal((await made.call('GET', '/healthz')).status, 200)
})

test('every answer carries the headers that keep browsers out of trouble', async (t) => {
  const { call } = await running(t)
  for (const [method, path] of [
    ['GET', '/v1/stock'],
    ['GET', '/nowhere'],
    ['DELETE', '/v1/stock'],
    ['GET', '/docs'],
    ['GET', '/v1/stock/%zz/x'],
  ] as const) {
    const { headers } = await call(method, path)
    equal(headers.get('x-content-type-options'), 'nosniff', path)
    equal(headers.get('cache-control'), 'no-store')
    equal(headers.get('referrer-policy'), 'no-referrer')
    ok(headers.get('content-security-policy')!.startsWith("default-src 'none'"))
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
      equal(headers.get(name), null)
  }
  const given = await call('GET', '/v1/stock', undefined, { 'x-request-id': 'mine-1' })
  equal(given.headers.get('x-request-id'), 'mine-1')
  const odd = await call('GET', '/nowhere', undefined, { 'x-request-id': 'no id\u00ff' })
  notEqual(odd.headers.get('x-request-id'), 'no id\u00ff')
  equal(odd.body['requestId'], odd.headers.get('x-request-id'))
})

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { OpenApi, Operation } from '../../src/http/docs/openapi.ts'
import { SAFE_HEADERS } from '../../src/http/access/headers.ts'
import { ALL_CODES } from '../../src/http/problems/codes.ts'
import { Document } from './support/document.ts'
import { running } from './support/running.ts'
import { pathOf, samples } from './support/samples.ts'

/** What differs from the sample. */
interface Asked {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

async function described(t: TestContext): Promise<{ text: string; document: OpenApi }> {
  const { call } = await running(t)
  const { text, body } = await call('GET', '/openapi.json')
  return { text, document: body as unknown as OpenApi }
}

/** Every pattern, once. */
function patternsIn(text: string): Set<string> {
  const found = new Set<string>()
  JSON.parse(text, (name, value: unknown) => {
    if (name === 'pattern' && typeof value === 'string') found.add(value)
    return value
  })
  return found
}

test('the patterns of texts name ranges, and refuse what the properties of Unicode do', async (t) => {
  const patterns = patternsIn((await described(t)).text)
  ok(patterns.size >= 4)
  for (const pattern of patterns) equal(/\\[pP]/.test(pattern), false, pattern)
  const ofText = [...patterns].filter((pattern) => pattern.includes('\\u0000'))
  equal(ofText.length, 3)
  const different: string[] = []
  for (const pattern of ofText) {
    // As programs read it that know only halves of characters.
    ok(new RegExp(pattern).test('😀'), pattern)
    const [ranges, properties] = [new RegExp(pattern, 'u'), new RegExp(asProperties(pattern), 'u')]
    for (let point = 0; point <= 0x10ffff; point++) {
      const character = String.fromCodePoint(point)
      if (ranges.test(character) !== properties.test(character))
        different.push(`${pattern} ${point}`)
    }
  }
  deepEqual(different, [])
})

function asProperties(pattern: string): string {
  return pattern.replace(/^\^\[\^(:?)[^\]]*\]/, String.raw`^[^$1\p{Cc}]`)
}

test('a number that may not fit into 32 bits says so', async (t) => {
  const { text, document } = await described(t)
  const wrong: unknown[] = []
  JSON.parse(text, (name, value: { type?: unknown; format?: unknown; maximum?: number } | null) => {
    if (value === null || ![value.type].flat().includes('integer')) return value
    const isLong = (value.maximum ?? Infinity) > 2 ** 31 - 1
    if (value.format !== (isLong ? 'int64' : undefined)) wrong.push({ name, ...value })
    return value
  })
  deepEqual(wrong, [])
  const { createdAt } = document.components.schemas['Reservation']!['properties'] as {
    createdAt: object
  }
  deepEqual(createdAt, {
    type: 'integer',
    format: 'int64',
    description: 'Milliseconds since the epoch',
  })
})

/** Of HTTP itself, and of every answer for browsers. */
const OF_EVERY_ANSWER = new Set(
  [...Object.keys(SAFE_HEADERS), 'connection', 'content-length', 'content-type', 'date'].concat(
    'keep-alive',
    'allow',
  ),
)

test('each header of an answer is declared, and the one that a stream goes on by', async (t) => {
  const { call } = await running(t, { limits: { ratePerSecond: 8 } })
  const { body } = await call('GET', '/openapi.json')
  const document = body as unknown as OpenApi
  const of = new Document(document)
  const seen = new Set<string>()
  const check = async (id: string, method: string, path: string, sent?: object, key?: string) => {
    const headers = key === undefined ? {} : { 'idempotency-key': key }
    const answer = await call(method, path, sent, headers)
    const { operation } = of.operations().find((one) => one.operation.operationId === id)!
    const all = (document.components['responses'] as Record<string, Record<string, object>>)[
      'Problem'
    ]!
    const { headers: declared = {} } = (operation.responses[String(answer.status)] ?? all) as {
      headers?: object
    }
    const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
    for (const name of answer.headers.keys())
      if (!OF_EVERY_ANSWER.has(name)) {
        ok(names.has(name), `${id} ${answer.status}: ${name}`)
        seen.add(name)
      }
    return answer.status
  }
  const add = { warehouseId: 'SF', productId: 'CUP', qty: 1, source: 'S' }
  for (const key of ['k', 'k'])
    equal(await check('addStock', 'POST', '/v1/stock/add', add, key), 200)
  equal(await check('stock', 'GET', '/v1/stock/SF/CUP'), 200)
  const none = '/v1/reservations/00000000-0000-8001-8000-000000000001'
  equal(await check('getReservation', 'GET', none), 404)
  while ((await check('stock', 'GET', '/v1/stock/SF/CUP')) !== 429);
  const ours = ['etag', 'idempotency-replayed', 'ratelimit-limit', 'ratelimit-remaining']
  deepEqual([...seen].sort(), [...ours, 'retry-after', 'x-request-id'])
  const { parameters = [] } = of.operation('GET', '/v1/events')
  ok(parameters.some(({ name, in: place }) => name === 'Last-Event-ID' && place === 'header'))
})

test('each status names its codes, and what every call may answer is named once', async (t) => {
  const { document } = await described(t)
  const codesOf = (id: string, status: number): unknown =>
    operationsOf(document).find(({ operationId }) => operationId === id)!.responses[status]?.[
      'x-codes'
    ]
  deepEqual(codesOf('transfer', 400), ['INVALID_INPUT', 'INVALID_QTY'])
  deepEqual(codesOf('extend', 400), ['INVALID_INPUT'])
  for (const id of ['feed', 'audit', 'createWebhook', 'moveWebhook'])
    deepEqual(codesOf(id, 409), ['POSITION_AHEAD'], id)
  for (const [id, code] of [
    ['reserve', 'INSUFFICIENT_STOCK'],
    ['closeWarehouse', 'WAREHOUSE_IN_USE'],
  ] as const)
    for (const one of [id, 'batch']) ok((codesOf(one, 409) as string[]).includes(code), one)
  deepEqual(codesOf('batch', 422), ['IDEMPOTENCY_CONFLICT'])
  deepEqual(codesOf('pingWebhook', 422), undefined)
  const { 'x-codes': ofAll } = (document.components['responses'] as Record<string, object>)[
    'Problem'
  ] as { 'x-codes': string[] }
  const named = new Set([
    ...ofAll,
    ...operationsOf(document).flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ 'x-codes': codes = [] }) => codes as string[]),
    ),
  ])
  // The path is another, the method is another, or nobody can send it: `also` is of the same process.
  for (const code of ['METHOD_NOT_ALLOWED', 'ALSO_FAILED']) named.add(code)
  deepEqual(named, new Set(ALL_CODES.map(([code]) => code)))
})

test('what each call refuses as things stand has a code that the document names', async (t) => {
  const { call, inventory } = await running(t)
  const { body } = await call('GET', '/openapi.json')
  const document = new Document(body as unknown as OpenApi)
  const all = await samples(inventory)
  const key = { 'idempotency-key': 'k' }
  const byId = new Map(document.operations().map((one) => [one.operation.operationId, one]))
  const ask = async (id: string, more: Asked = {}): Promise<string> => {
    const { method, path, operation } = byId.get(id)!
    const { path: place, body: sample } = all[id]!
    const given =
      sample === undefined && more.body === undefined ? undefined : { ...sample, ...more.body }
    const address = pathOf(path, { ...place, ...more.path }) + (more.query ?? '')
    const headers = { accept: 'application/json', ...more.headers }
    const { status, text, headers: got } = await call(method, address, given, headers)
    document.check(operation, status, got.get('content-type'), text)
    return `${status} ${String((JSON.parse(text) as { code?: string }).code)}`
  }
  const hook = String(
    (await call('POST', '/v1/webhooks', all['createWebhook']!.body, key)).body['id'],
  )
  const transfer = { ...all['transfer']!.body, verb: 'transfer' }
  const list = (command: object): Asked => ({ body: { atomic: true, commands: [command] } })
  const told = [
    await ask('transfer', { body: { toWarehouseId: 'SF' } }),
    await ask('transfer', { body: { qty: 0 } }),
    await ask('batch', list({ ...transfer, toWarehouseId: 'MOON' })),
    await ask('batch', list({ ...transfer, qty: 5000 })),
    await ask('feed', { query: '?after=999' }),
    await ask('feed', { query: '?after=999', headers: { accept: 'text/event-stream' } }),
    await ask('audit', { query: '?after=999' }),
    await ask('createWebhook', { body: { after: 999 } }),
    await ask('moveWebhook', { path: { webhookId: hook }, body: { after: 999 } }),
    await ask('createWebhook', { body: { warehouseId: 'NYC' }, headers: key }),
    await ask('deleteWebhook', { path: { webhookId: hook } }),
    await ask('createWebhook', { headers: key }),
    await ask('getWebhook', { path: { webhookId: hook } }),
    await ask('createToken', { headers: key }),
    await ask('createToken', { body: { name: 'bob' }, headers: key }),
    await ask('addStock', { headers: { 'if-match': '"1"' } }),
    await ask('patchWarehouse', { path: { warehouseId: 'MOON' } }),
  ]
  deepEqual(told, [
    '400 INVALID_INPUT',
    '400 INVALID_QTY',
    '404 WAREHOUSE_NOT_FOUND',
    '409 INSUFFICIENT_STOCK',
    ...Array.from({ length: 5 }, () => '409 POSITION_AHEAD'),
    '422 IDEMPOTENCY_CONFLICT',
    '200 undefined',
    '404 NOT_FOUND',
    '404 NOT_FOUND',
    '201 undefined',
    '422 IDEMPOTENCY_CONFLICT',
    '412 STOCK_CHANGED',
    '404 WAREHOUSE_NOT_FOUND',
  ])
})

test('the page names the least role of each call, as the document does', async (t) => {
  const { call } = await running(t)
  const { text } = await call('GET', '/docs')
  for (const [id, role] of [
    ['stock', 'reader'],
    ['reserve', 'shop'],
    ['addStock', 'operator'],
    ['closeWarehouse', 'admin'],
    ['verify', 'admin'],
  ])
    match(text, new RegExp(`<h3 id="${id}">[^]{1,400}?Least role: ${role}\\.`))
})

function operationsOf(document: OpenApi): Operation[] {
  return Object.values(document.paths).flatMap((methods) => Object.values(methods))
}

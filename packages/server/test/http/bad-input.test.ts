import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Inventory } from 'holdfast'
import { checkInvariants } from 'holdfast/testing'
import { LONG } from '../../../holdfast/test/support/long.ts'
import type { OpenApi, Operation } from '../../src/http/docs/openapi.ts'
import {
  BAD_BODIES,
  BAD_NUMBERS,
  BAD_QUERY_NUMBERS,
  NO_TEXTS,
  STRANGE_TEXTS,
} from './support/bad-values.ts'
import { Document } from './support/document.ts'
import { running, type Running } from './support/running.ts'
import { pathOf, samples, type Sample } from './support/samples.ts'

interface Bench extends Running {
  readonly document: Document
  readonly samples: Readonly<Record<string, Sample>>
}

async function bench(t: TestContext): Promise<Bench> {
  const made = await running(t)
  const { body } = await made.call('GET', '/openapi.json')
  const document = new Document(body as unknown as OpenApi)
  return { ...made, document, samples: await samples(made.inventory) }
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** Without a socket: thousands of requests in a second or two. */
async function ask(
  { service, document }: Bench,
  { method, operation }: Asked,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await service.app.inject({
    method: method as 'GET',
    url: path,
    headers: { host: '127.0.0.1', accept: 'application/json', ...type, ...headers },
    ...(body === undefined ? {} : { payload: body }),
  })
  const { statusCode: status, payload: text } = response
  ok(status < 500, `${method} ${path} ${String(body).slice(0, 200)}: ${status} ${text}`)
  document.check(operation, status, String(response.headers['content-type']), text)
  return { status, text }
}

async function unchanged(inventory: Inventory, act: () => Promise<void>): Promise<void> {
  const before = [await inventory.head(), await inventory.listStock()]
  await act()
  deepEqual([await inventory.head(), await inventory.listStock()], before)
}

test('every operation has a sample that works, and answers as documented', async (t) => {
  const made = await bench(t)
  for (const asked of made.document.operations()) {
    const { operationId } = asked.operation
    const sample = made.samples[operationId]
    ok(sample !== undefined, `${operationId} has no sample`)
    const body = sample.body === undefined ? undefined : JSON.stringify(sample.body)
    const { status } = await ask(made, asked, pathOf(asked.path, sample.path), body)
    ok(status < 300 || status === 404, `${operationId}: ${status}`)
  }
  await checkInvariants(made.inventory)
})

test('bodies that are none are refused by every operation, and change nothing', async (t) => {
  const made = await bench(t)
  let asked = 0
  await unchanged(made.inventory, async () => {
    for (const one of made.document.operations()) {
      if (one.operation.requestBody === undefined) continue
      const path = pathOf(one.path, made.samples[one.operation.operationId]!.path)
      for (const body of BAD_BODIES) {
        const { status } = await ask(made, one, path, body)
        ok(
          [400, 413].includes(status),
          `${one.operation.operationId} ${String(body).slice(0, 60)}: ${status}`,
        )
        asked++
      }
    }
  })
  ok(asked > 400)
})

test('a name that nobody knows is told, but not at any length', async (t) => {
  const made = await bench(t)
  const known = `"warehouseId":"SF","productId":"SOCK","qty":1,"source":"S"`
  const add = (more: string): string => `{"verb":"addStock",${known},${more}}`
  for (const letter of ['x', '\u{1d306}', '~1']) {
    const name = `a${letter.repeat(50_000)}`
    for (const [path, body] of [
      ['/v1/batch', `{"commands":[],"${name}":1}`],
      ['/v1/batch', `{"commands":[${add(`"${name}":1`)}]}`],
      ['/v1/batch', `{"commands":[${add(`"metadata":{"${name}":1}`)}]}`],
      ['/v1/stock/add', `{${known},"${name}":1}`],
      ['/v1/stock/add', `{${known},"reference":{"type":"a","id":"b","${name}":1}}`],
    ] as const) {
      const { status, body: refusal, text } = await made.call('POST', path, body)
      equal(status, 400)
      const { details } = refusal as { details: { field: string } }
      ok(text.length < 2000, `${path} ${body.slice(0, 60)}: ${text.length}`)
      if (!body.includes('metadata'))
        ok(details.field.endsWith('…') && details.field.isWellFormed())
    }
  }
  const own = await made.call('POST', '/v1/stock/add', `{${known},"nobody":1}`)
  equal((own.body as { detail: string }).detail, 'nobody is not a field of this')
})

test('a value of a wrong type is told in the words of the library', async (t) => {
  const { call } = await running(t)
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const keys = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, '']))
  for (const [method, path, body, detail] of [
    ['POST', '/v1/stock/add', '[]', 'body must be an object'],
    ['POST', '/v1/stock/add', { ...add, source: 5 }, 'source must be a string'],
    ['POST', '/v1/stock/add', { ...add, metadata: keys }, 'metadata must have at most 50 keys'],
    [
      'POST',
      '/v1/stock/add',
      { ...add, metadata: { [`k${'x'.repeat(40)}`]: '' } },
      'metadata key must have at most 40 characters',
    ],
    [
      'PATCH',
      '/v1/warehouses/SF',
      { reorderThresholds: { ['x'.repeat(129)]: 1 } },
      'reorderThresholds key must have at most 128 characters',
    ],
    ['POST', '/v1/batch', { commands: {} }, 'commands must be a list'],
    ['POST', '/v1/batch', { commands: [5] }, 'commands[0] must be an object'],
    [
      'POST',
      '/v1/batch',
      { commands: [{ verb: 'release', reservationId: 5 }] },
      'reservationId must be a string',
    ],
    ['PATCH', '/v1/warehouses/SF', { capacity: 'x' }, 'capacity must be a whole number or null'],
  ] as const) {
    const refusal = await call(method, path, body)
    equal(refusal.status, 400)
    equal((refusal.body as { detail: string }).detail, detail)
  }
})

test('numbers that are none are refused in every field, and change nothing', async (t) => {
  const made = await bench(t)
  let asked = 0
  await eachField(made, 'integer', async ({ one, path, field, schema, bodyWith }) => {
    const { minimum = -Infinity, maximum = Infinity } = schema as {
      minimum?: number
      maximum?: number
    }
    await unchanged(made.inventory, async () => {
      for (const token of BAD_NUMBERS) {
        const value = asJson(token)
        if (Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum)
          continue
        const { status, text } = await ask(made, one, path, bodyWith(token))
        equal(status, 400, `${one.operation.operationId} ${field} ${token}`)
        const { code, details } = JSON.parse(text) as { code: string; details: { field: string } }
        if (value !== undefined) equal(details.field, field, text)
        ok(['INVALID_INPUT', 'INVALID_QTY'].includes(code))
        asked++
      }
    })
  })
  ok(asked > 500, `${asked}`)
})

/** Each field is asked every so manieth strange text, another field the others. */
const EACH = LONG ? 1 : 3

test('texts that are none are refused, strange ones are taken as they are', async (t) => {
  const made = await bench(t)
  let asked = 0
  let fields = 0
  await eachField(made, 'string', async ({ one, path, field, schema, bodyWith }) => {
    const { enum: choices } = schema as { enum?: string[] }
    for (const token of NO_TEXTS) {
      const { status } = await ask(made, one, path, bodyWith(token))
      equal(status, 400, `${one.operation.operationId} ${field} ${token}`)
      asked++
    }
    fields++
    for (const text of STRANGE_TEXTS.filter((_, index) => (index + fields) % EACH === 0)) {
      const { status } = await ask(made, one, path, bodyWith(JSON.stringify(text)))
      const isPlain = text !== '' && text.isWellFormed() && !/\p{Cc}/u.test(text)
      if (!isPlain || choices !== undefined) {
        equal(
          status,
          400,
          `${one.operation.operationId} ${field} ${JSON.stringify(text).slice(0, 60)}`,
        )
      }
      asked++
    }
  })
  ok(asked > 6000 / EACH, `${asked}`)
  await checkInvariants(made.inventory)
})

test('strange ids in paths and queries are found or not found, never mistaken', async (t) => {
  const made = await bench(t)
  await unchanged(made.inventory, async () => {
    for (const one of made.document.operations()) {
      const sample = made.samples[one.operation.operationId]!
      if (one.operation.operationId === 'changeWarehouse') continue
      for (const name of Object.keys(sample.path)) {
        for (const text of STRANGE_TEXTS.filter((one) => one.isWellFormed() && one !== 'SOCK')) {
          // What directs instead of naming leads to another path.
          if (text === '.' || text === '..') continue
          const path = pathOf(one.path, { ...sample.path, [name]: text })
          const body = sample.body === undefined ? undefined : JSON.stringify(sample.body)
          const { status } = await ask(made, one, path, body)
          const isProduct = name === 'productId' && status === 200
          ok(isProduct || [400, 404, 414].includes(status), `${path.slice(0, 80)}: ${status}`)
        }
      }
    }
  })
})

test('queries take their own fields, in their own form, once', async (t) => {
  const made = await bench(t)
  await unchanged(made.inventory, async () => {
    for (const one of made.document.operations()) {
      if (one.method !== 'GET') continue
      const path = pathOf(one.path, made.samples[one.operation.operationId]!.path)
      const refuse = async (query: string): Promise<void> => {
        const { status } = await ask(made, one, `${path}?${query}`)
        equal(status, 400, `${path}?${query}`)
      }
      await refuse('nobody=1')
      await refuse('__proto__=1')
      for (const { name, in: place, schema } of one.operation.parameters ?? []) {
        if (place !== 'query') continue
        await refuse(`${name}=1&${name}=1`)
        const { type } = made.document.resolved(schema)
        const bad = type === 'integer' ? BAD_QUERY_NUMBERS : ['%00', 'a%0Ab', '%ed%a0%80x%00']
        for (const text of bad)
          await refuse(`${name}=${encodeURIComponent(text).replaceAll('%25', '%')}`)
      }
    }
  })
})

const BAD_TIMES = [
  '20261123', '1795435119', '2026-11-23T09:30Z[UTC]', '2026-11-23 09:30:00Z', '2026-11-23T09:30:00 0100',
  '', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01T25:00:00Z',
  '2026-01-01T00:00:00+99:99', '+275761-01-01T00:00:00Z', '275760-09-14T00:00:00Z', '1e3', '-1', '1.5',
  '253402300800000', '9007199254740993', 'now', 'yesterday', ' 0', '0x0', 'NaN',
] // prettier-ignore

test('a time that is none is refused; one from before all of it shows nothing', async (t) => {
  const { call } = await running(t)
  const at = (text: string) => call('GET', `/v1/stock/SF/SOCK?at=${encodeURIComponent(text)}`)
  for (const text of BAD_TIMES) {
    const { status, body } = await at(text)
    deepEqual([status, body['details']], [400, { field: 'at' }], text)
  }
  for (const text of ['0', '1', '1970-01-01T00:00:00Z', '2000-02-29T12:00:00.5+05:30'])
    deepEqual([(await at(text)).status, (await at(text)).body['onHand']], [200, 0], text)
  equal((await at('9999-12-31T23:59:59Z')).status, 200)
})

test('a day without an hour, a time without a zone or with microseconds is refused with the forms that are right', async (t) => {
  const { call } = await running(t)
  // The last second is not the end of a day: it has 999 milliseconds more.
  for (const [text, right] of [
    ['2026-11-28', /^at .*2026-11-28T00:00:00Z .*2026-11-28T23:59:59\.999Z .*\+01:00/],
    ['2026-11-28T23:59:59', /^at .*2026-11-28T23:59:59Z or 2026-11-28T23:59:59\+01:00/],
    ['2026-11-28T23:59:59.123456', /^at .*2026-11-28T23:59:59\.123Z or 2026-11-28T23:59:59\.123\+/],
    ['2026-02-30', /^at names 2026-02-30, which is no day$/],
    ['2026-02-30T00:00:00Z', /^at names 2026-02-30, which is no day$/],
    ['2026-11-28T23:59:59.123456Z', /^at is finer .*2026-11-28T23:59:59\.123Z$/],
    ['2026-11-28T23:59:59.123456+02:00', /^at is finer .*2026-11-28T23:59:59\.123\+02:00$/],
  ] as const) {
    const { status, body } = await call('GET', `/v1/stock/SF/SOCK?at=${text}`)
    equal(status, 400, text)
    match(String(body['detail']), right, text)
  }
})

test('an offset may be written into an address as it is, though + is a space there', async (t) => {
  const { call, inventory } = await running(t)
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 5, source: 'S' })
  const at = async (offset: string): Promise<unknown> =>
    (await call('GET', `/v1/stock/SF/SOCK?at=2999-01-01T00:00:00${offset}`)).body['onHand']
  deepEqual([await at('+01:00'), await at('%2B01:00'), await at('-01:00')], [5, 5, 5])
})

test('a cursor is taken by its own list alone', async (t) => {
  const { call, inventory } = await running(t)
  for (const productId of ['A', 'B', 'C'])
    await inventory.addStock({ warehouseId: 'SF', productId, qty: 5, source: 'S' })
  for (const owner of ['a', 'b'])
    await inventory.reserve({ warehouseId: 'SF', productId: 'A', qty: 1, ttlMs: 60_000, owner })
  const lists = ['/v1/stock', '/v1/reservations', '/v1/audit', '/v1/events']
  const ask = (list: string, cursor: string) =>
    call('GET', `${list}?limit=1&cursor=${encodeURIComponent(cursor)}`, undefined, {
      accept: 'application/json',
    })
  const cursors = new Map<string, string>()
  for (const list of lists.slice(0, 3)) {
    const { body } = await call('GET', `${list}?limit=1`)
    cursors.set(list, String(body['cursor']))
    equal((await ask(list, String(body['cursor']))).status, 200, list)
  }
  const forged = [
    '',
    'x',
    '0',
    'e30',
    'W10',
    'bnVsbA',
    'WyJ0cmFpbCIsLTFd',
    'WyJ0cmFpbCIsMWUzMDBd',
    '..',
    '%00',
  ]
  for (const list of lists) {
    const foreign = [...cursors].filter(([of]) => of !== list).map(([, cursor]) => cursor)
    for (const cursor of [...forged, ...foreign]) {
      const { status, body } = await ask(list, cursor)
      deepEqual([status, body['code']], [400, 'INVALID_INPUT'], `${list} ${cursor}`)
    }
  }
})

test('a key is the same bare and in quotes, and bounded', async (t) => {
  const { call, inventory } = await running(t)
  const body = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const add = (key: string) => call('POST', '/v1/stock/add', body, { 'idempotency-key': key })
  const first = await add('order "7"')
  equal((await add('"order \\"7\\""')).text, first.text)
  const inBody = { ...body, idempotencyKey: 'order "7"' }
  equal((await call('POST', '/v1/stock/add', inBody)).text, first.text)
  // The fingerprint is the command's, not that of its spelling.
  const spelt = ` { "source":"S", "qty" : 1e0,"productId":"\\u0053OCK","warehouseId":"SF"}`
  const again = await call('POST', '/v1/stock/add', spelt, { 'idempotency-key': 'order "7"' })
  equal(again.text, first.text)
  for (const key of ['""', 'k'.repeat(256), '\u00e9']) equal((await add(key)).status, 400, key)
  const both = { ...body, idempotencyKey: 'other' }
  const differs = await call('POST', '/v1/stock/add', both, { 'idempotency-key': 'order "7"' })
  deepEqual([differs.status, differs.body['details']], [400, { field: 'idempotencyKey' }])
  equal((await inventory.head()).seq, 4)
})

test('two ids are never one, and one is never two', async (t) => {
  const made = await running(t)
  const ids = STRANGE_TEXTS.filter(
    (text) =>
      text !== '' && text.length <= 128 && text.isWellFormed() && !/[\p{Cc}\ufffd]/u.test(text),
  ).filter((text) => text.trim() === text && text.normalize() === text && !/\p{Cf}/u.test(text))
  for (const [index, productId] of ids.entries()) {
    const body = { warehouseId: 'SF', productId, qty: index + 1, source: 'S' }
    equal((await made.call('POST', '/v1/stock/add', body)).body['onHand'], index + 1, productId)
  }
  const { items } = (await made.call('GET', '/v1/stock?limit=1000')).body as {
    items: { productId: string }[]
  }
  deepEqual(new Set(items.map(({ productId }) => productId)), new Set(ids))
  for (const [index, productId] of ids.entries()) {
    if (productId === '.' || productId === '..') continue
    const { body } = await made.call('GET', `/v1/stock/SF/${encodeURIComponent(productId)}`)
    deepEqual([body['productId'], body['onHand']], [productId, index + 1])
  }
})

test('ids that differ in what cannot be seen are refused at every entrance', async (t) => {
  const { call, inventory } = await running(t)
  const body = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  const place = { warehouseId: 'SF', productId: 'SOCK' }
  await unchanged(inventory, async () => {
    for (const id of ['SOCK ', ' SOCK', 'SO\u200bCK', 'SOCK\ufeff', 'S\u00a0OCK', 'e\u0301']) {
      const text = encodeURIComponent(id)
      const answers = [
        await call('POST', '/v1/stock/add', { ...body, productId: id }),
        await call('POST', '/v1/stock/add', { ...body, warehouseId: id }),
        await call('POST', '/v1/batch', {
          commands: [{ verb: 'addStock', ...body, productId: id }],
        }),
        await call('PUT', `/v1/warehouses/${text}`, { name: 'x' }),
        await call('PUT', '/v1/warehouses/SF', { name: 'x', reorderThresholds: { [id]: 1 } }),
        await call('GET', `/v1/stock/SF/${text}`),
        await call('GET', `/v1/stock/${text}/SOCK/explain`),
        await call('GET', `/v1/stock/SF/${text}/reorder`),
        await call('GET', `/v1/stock?productId=${text}`),
        await call('GET', `/v1/reservations?warehouseId=${text}`),
        await call('GET', `/v1/transfers?productId=${text}`),
        await call('GET', `/v1/audit?productId=${text}`),
        await call('GET', `/v1/events?warehouseId=${text}`),
        await call('GET', `/v1/events?productId=${text}&after=0`),
        await call('POST', '/v1/webhooks', {
          url: 'https://example.com/x',
          ...place,
          productId: id,
        }),
      ]
      for (const [index, { status, body: problem }] of answers.entries())
        deepEqual(
          [status, problem['code']],
          [400, 'INVALID_INPUT'],
          `${JSON.stringify(id)} ${index}`,
        )
    }
  })
  const { body: problem } = await call('GET', '/v1/stock/SF/SO%E2%80%8BCK')
  deepEqual(problem['details'], { field: 'productId' })
  equal(
    problem['detail'],
    'productId contains U+200B (zero width space), which is invisible: "SO\\u200bCK"',
  )
  equal((await call('GET', '/v1/stock?prefix=CUP%20')).status, 200)
})

interface Field {
  readonly one: Asked
  readonly path: string
  readonly field: string
  readonly schema: Record<string, unknown>
  /** A body that is right but for this field, which is what the token says: maybe no JSON at all. */
  readonly bodyWith: (token: string) => string
}

/** Every field of every body, and of every verb's command in a batch. */
async function eachField(
  made: Bench,
  type: string,
  run: (field: Field) => Promise<void>,
): Promise<void> {
  const { document, samples: all } = made
  const each = async (
    one: Asked,
    shape: object,
    right: object,
    wrap: (body: object) => object,
  ): Promise<void> => {
    const { properties } = document.resolved(shape) as { properties: Record<string, object> }
    const path = pathOf(one.path, all[one.operation.operationId]!.path)
    for (const [field, schema] of Object.entries(properties)) {
      const resolved = document.resolved(schema)
      if (resolved['type'] !== type || field === 'verb') continue
      const bodyWith = (token: string): string =>
        JSON.stringify(wrap({ ...right, [field]: '@@' })).replace('"@@"', () => token)
      await run({ one, path, field, schema: resolved, bodyWith })
    }
  }
  for (const one of document.operations()) {
    const { operationId, requestBody } = one.operation
    const content = requestBody?.content['application/json']?.['schema'] as object | undefined
    if (content === undefined) continue
    await each(one, content, all[operationId]!.body ?? {}, (body) => body)
  }
  const batch = document.operations().find(({ operation }) => operation.operationId === 'batch')!
  for (const [name, shape] of Object.entries(document.json.components.schemas)) {
    const [, verb] = /^(\w+)(?<!Inner|Atomically)Command$/.exec(name) ?? []
    if (verb === undefined) continue
    const { path, body } = all[verb[0]!.toLowerCase() + verb.slice(1)]!
    const right = { verb: verb[0]!.toLowerCase() + verb.slice(1), ...body, ...path }
    await each(batch, shape, right, (command) => ({ commands: [command] }))
  }
}

function asJson(token: string): unknown {
  try {
    return JSON.parse(token) as unknown
  } catch {
    return undefined
  }
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Inventory } from 'holdfast'
import { checkInvariants } from 'holdfast/testing'
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

test('numbers that are none are refused in every field, and change nothing', async (t) => {
  const made = await bench(t)
  let asked = 0
  await eachField(made, 'integer', async (one, path, sample, field, schema) => {
    const { minimum = -Infinity, maximum = Infinity } = schema as {
      minimum?: number
      maximum?: number
    }
    for (const token of BAD_NUMBERS) {
      const value = asJson(token)
      if (Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum)
        continue
      await unchanged(made.inventory, async () => {
        const { status, text } = await ask(made, one, path, withToken(sample, field, token))
        equal(status, 400, `${one.operation.operationId} ${field} ${token}`)
        const { code, details } = JSON.parse(text) as { code: string; details: { field: string } }
        if (value !== undefined) equal(details.field, field, text)
        ok(['INVALID_INPUT', 'INVALID_QTY'].includes(code))
      })
      asked++
    }
  })
  ok(asked > 300)
})

test('texts that are none are refused, strange ones are taken as they are', async (t) => {
  const made = await bench(t)
  let asked = 0
  await eachField(made, 'string', async (one, path, sample, field, schema) => {
    const { enum: choices } = schema as { enum?: string[] }
    for (const token of NO_TEXTS) {
      const { status } = await ask(made, one, path, withToken(sample, field, token))
      equal(status, 400, `${one.operation.operationId} ${field} ${token}`)
      asked++
    }
    for (const text of STRANGE_TEXTS) {
      const { status } = await ask(made, one, path, withToken(sample, field, JSON.stringify(text)))
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
  ok(asked > 1000)
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

test('two ids are never one, and one is never two', async (t) => {
  const made = await running(t)
  const ids = STRANGE_TEXTS.filter(
    (text) => text !== '' && text.length <= 128 && text.isWellFormed() && !/\p{Cc}/u.test(text),
  )
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

/** Every field of every body, lists' items and the commands of a batch among them. */
async function eachField(
  made: Bench,
  type: string,
  run: (
    one: Asked,
    path: string,
    sample: Readonly<Record<string, unknown>>,
    field: string,
    schema: Record<string, unknown>,
  ) => Promise<void>,
): Promise<void> {
  for (const one of made.document.operations()) {
    const { operationId, requestBody } = one.operation
    const content = requestBody?.content['application/json']?.['schema']
    if (content === undefined) continue
    const sample = made.samples[operationId]!
    const path = pathOf(one.path, sample.path)
    const { properties } = made.document.resolved(content as object) as {
      properties: Record<string, object>
    }
    for (const [field, schema] of Object.entries(properties)) {
      const resolved = made.document.resolved(schema)
      if (resolved['type'] === type) await run(one, path, sample.body ?? {}, field, resolved)
    }
  }
}

/** The sample with one field replaced by what may be no JSON at all. */
function withToken(sample: object, field: string, token: string): string {
  const text = JSON.stringify({ ...sample, [field]: '@@' })
  return text.replace('"@@"', () => token)
}

function asJson(token: string): unknown {
  try {
    return JSON.parse(token) as unknown
  } catch {
    return undefined
  }
}

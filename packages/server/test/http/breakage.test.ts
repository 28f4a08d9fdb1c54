import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, type Inventory } from 'holdfast'
import type { OpenApi } from '../../src/http/docs/openapi.ts'
import { startService } from '../../src/http/service.ts'
import { Document } from './support/document.ts'
import { caller, WAREHOUSES } from './support/running.ts'
import { pathOf, samples } from './support/samples.ts'

/** What the service itself needs to start and to know its callers. */
const SOUND: ReadonlySet<string | symbol> = new Set([
  'documents',
  'setDocuments',
  'consume',
  'stats',
  'readOnly',
])

/** An inventory whose every verb and read breaks in a way that nobody foresaw. */
function broken(inventory: Inventory): Inventory {
  return new Proxy(inventory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      if (SOUND.has(name)) return value.bind(target) as unknown
      return () => {
        throw Object.assign(new Error('secret: SELECT * FROM /var/lib/x.ts:1'), { sql: 'secret' })
      }
    },
  })
}

test('what breaks in here is written down in here, and nothing of it is told', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const all = await samples(inventory)
  const lines: string[] = []
  const log = { level: 'warn', stream: { write: (line: string) => void lines.push(line) } } as const
  const service = await startService({ inventory: broken(inventory), port: 0, log })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  const call = caller(service.url)
  const { body } = await call('GET', '/openapi.json')
  let broke = 0
  for (const { method, path, operation } of new Document(body as unknown as OpenApi).operations()) {
    const { operationId } = operation
    const sample = all[operationId]!
    const answer = await call(method, pathOf(path, sample.path), sample.body, {
      accept: 'application/json',
      'x-request-id': operationId,
    })
    equal(answer.text.includes('secret'), false, answer.text)
    if (answer.status < 500) continue
    broke++
    deepEqual(answer.body, {
      type: '/docs#INTERNAL_ERROR',
      title: 'Internal error; it was logged',
      status: 500,
      detail: 'Internal error; it was logged',
      code: 'INTERNAL_ERROR',
      details: {},
      requestId: operationId,
    })
    const written = lines.map((line) => JSON.parse(line) as { reqId: string; err?: object })
    ok(
      written.some(({ reqId, err }) => reqId === operationId && err !== undefined),
      operationId,
    )
  }
  ok(broke >= 25, `${broke} broke`)
  const lone = await call('POST', '/v1/batch', '{"verb":"release","reservationId":"x"}\n', {
    'content-type': 'application/x-ndjson',
  })
  equal(lone.text.includes('secret'), false)
})

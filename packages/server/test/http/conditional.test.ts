import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenApi } from '../../src/http/docs/openapi.ts'
import { Document } from './support/document.ts'
import { RawSocket } from './support/raw-socket.ts'
import { caller, running } from './support/running.ts'
import { pathOf, samples } from './support/samples.ts'
import { until } from './support/until.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ADD = { ...SOCK, qty: 10, source: 'S' }

test('a write with the ETag of a read is done if nothing moved since, and else answers 412', async (t) => {
  const { call, inventory } = await running(t)
  await inventory.addStock(ADD)
  const read = await call('GET', '/v1/stock/SF/SOCK')
  const etag = read.headers.get('etag')!
  equal(etag, `"${String(read.body['seq'])}"`)
  const head = await call('HEAD', '/v1/stock/SF/SOCK')
  deepEqual([head.status, head.headers.get('etag')], [200, etag])
  equal((await call('GET', '/v1/stock/SF/SOCK?at=0')).headers.get('etag'), null)
  equal((await call('GET', '/v1/stock')).headers.get('etag'), null)

  // What moves elsewhere is no change of this level.
  await inventory.addStock({ ...ADD, productId: 'SHOE' })
  const remove = { ...SOCK, qty: 1, reason: 'LOST' }
  const first = await call('POST', '/v1/stock/remove', remove, { 'if-match': etag })
  deepEqual([first.status, first.body['onHand']], [200, 9])
  const second = await call('POST', '/v1/stock/remove', remove, { 'if-match': etag })
  deepEqual(
    [second.status, second.body['status'], second.body['code']],
    [412, 412, 'STOCK_CHANGED'],
  )
  const seq = Number(first.body['seq'])
  const now = { seq, available: 9, held: 0, allocated: 0, unsellable: 0, onHand: 9 }
  deepEqual(second.body['details'], { ...SOCK, ifSeq: Number(read.body['seq']), ...now })
  const inBody = { ...remove, ifSeq: read.body['seq'] }
  const third = await call('POST', '/v1/stock/remove', inBody)
  deepEqual([third.status, third.body['status'], third.body['code']], [409, 409, 'STOCK_CHANGED'])
  const again = await call('POST', '/v1/stock/remove', remove, { 'if-match': `"${seq}"` })
  equal(again.status, 200)
})

test('a count of a moment before another count is a 409, though its If-Match holds', async (t) => {
  const { call, inventory } = await running(t)
  const { seq: asOf } = await inventory.addStock(ADD)
  const { seq } = await inventory.countStock({ ...SOCK, onHand: 8 })
  const count = { ...SOCK, onHand: 8, asOf: { seq: asOf } }
  for (const [ifSeq, status] of [
    [seq, 409],
    [asOf, 412],
  ] as const) {
    const { body } = await call('POST', '/v1/stock/count', count, { 'if-match': `"${ifSeq}"` })
    deepEqual([body['code'], body['status']], ['STOCK_CHANGED', status])
  }
})

test('every stock verb takes If-Match, with a key, too', async (t) => {
  const { call, inventory } = await running(t)
  await inventory.addStock(ADD)
  await inventory.setAside({ ...SOCK, qty: 5, reason: 'CHECK' })
  const bodies = {
    add: { qty: 1, source: 'S' },
    remove: { qty: 1, reason: 'LOST' },
    count: { onHand: 10 },
    'set-aside': { qty: 1, reason: 'CHECK' },
    'put-back': { qty: 1 },
    'write-off': { qty: 1, reason: 'CHECK' },
  }
  for (const [action, body] of Object.entries(bodies)) {
    const send = (tag: string, key: string) =>
      call(
        'POST',
        `/v1/stock/${action}`,
        { ...SOCK, ...body },
        { 'if-match': tag, 'idempotency-key': `${action}-${key}` },
      )
    const stale = await send('"1"', 'stale')
    deepEqual([stale.status, stale.body['code']], [412, 'STOCK_CHANGED'], action)
    const { seq } = await inventory.stock(SOCK)
    const right = await send(`"${seq}"`, 'right')
    equal(right.status, 200, right.text)
    // The same key and the same command: the same answer, whatever moved meanwhile.
    deepEqual([(await send(`"${seq}"`, 'right')).text], [right.text])
    deepEqual([(await send('"1"', 'stale')).status], [412])
    equal((await send('"2"', 'right')).status, 422)
  }
})

test('an If-Match that is not one ETag of ours is refused, and nothing is done', async (t) => {
  const { call, inventory, url } = await running(t)
  const { seq } = await inventory.addStock(ADD)
  const tags = [
    '*', '', `W/"${seq}"`, `${seq}`, `"${seq}", "${seq}"`, `"${seq}",`, `"0${seq}"`, '"-1"', '"1.5"',
    '"x"', '""', '"9007199254740993"', `'${seq}'`, `"${seq}" x`, `" ${seq}"`,
  ] // prettier-ignore
  for (const tag of tags) {
    const { status, body } = await call('POST', '/v1/stock/add', ADD, { 'if-match': tag })
    const told = [status, body['code'], body['details']]
    deepEqual(told, [400, 'INVALID_INPUT', { field: 'If-Match' }], tag)
  }
  const both = { ...ADD, ifSeq: seq }
  const { status, body } = await call('POST', '/v1/stock/add', both, { 'if-match': `"${seq}"` })
  deepEqual([status, body['details']], [400, { field: 'If-Match' }])

  const socket = await RawSocket.open(url)
  t.after(() => socket.close())
  const json = JSON.stringify(ADD)
  socket.say(
    `POST /v1/stock/add HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${json.length}\r\nIf-Match: "${seq}"\r\nIf-Match: "${seq}"\r\n\r\n${json}`,
  )
  await until('it is answered', () => socket.received.includes('\r\n\r\n'))
  match(socket.received, /^HTTP\/1\.1 400 /)
  equal((await inventory.head()).seq, seq)
})

const OTHERS = {
  'If-None-Match': '*',
  'If-Modified-Since': 'Sat, 28 Nov 2026 20:00:00 GMT',
  'If-Unmodified-Since': 'Sat, 28 Nov 2026 20:00:00 GMT',
  'If-Range': '"1"',
}

test('no write ignores a precondition: each operation refuses those that it does not know', async (t) => {
  const { call, inventory } = await running(t)
  const { body } = await call('GET', '/openapi.json')
  const document = new Document(body as unknown as OpenApi)
  const all = await samples(inventory)
  const before = await inventory.head()
  const taking: string[] = []
  let asked = 0
  for (const { method, path, operation } of document.operations()) {
    if (method === 'GET') continue
    const takes = operation.parameters?.some(({ name }) => name === 'If-Match') === true
    if (takes) taking.push(operation.operationId)
    equal('412' in operation.responses, takes)
    const sample = all[operation.operationId]!
    const headers = { ...OTHERS, ...(takes ? {} : { 'If-Match': '"4"' }) }
    for (const [name, value] of Object.entries(headers)) {
      const where = `${operation.operationId} ${name}`
      const answer = await call(method, pathOf(path, sample.path), sample.body, { [name]: value })
      deepEqual([answer.status, answer.body['details']], [400, { field: name }], where)
      match(String(answer.body['detail']), new RegExp(`^${name} `), where)
      asked++
    }
  }
  const stock = ['addStock', 'removeStock', 'countStock', 'setAside', 'putBack', 'writeOff']
  deepEqual(taking.toSorted(), stock.toSorted())
  ok(asked > 100, `${asked}`)
  deepEqual(await inventory.head(), before)
  const { headers } = document.json.paths['/v1/stock/{warehouseId}/{productId}']!['get']!.responses[
    '200'
  ] as { headers: object }
  ok('ETag' in headers)
})

test('commands as lines take no precondition either', async (t) => {
  const { call } = await running(t)
  const line = JSON.stringify({ verb: 'addStock', ...ADD })
  const headers = { 'content-type': 'application/x-ndjson', 'if-match': '"1"' }
  const { status, body } = await call('POST', '/v1/batch', line, headers)
  deepEqual([status, body['details']], [400, { field: 'If-Match' }])
  const inLine = JSON.stringify({ verb: 'addStock', ...ADD, ifSeq: 0 })
  const ndjson = { 'content-type': 'application/x-ndjson' }
  equal((await call('POST', '/v1/batch', inLine, ndjson)).body['ok'], true)
  const { body: second } = await call('POST', '/v1/batch', inLine, ndjson)
  deepEqual([second['ok'], second['code']], [false, 'STOCK_CHANGED'])
})

test('reads take no notice of preconditions, and wrong paths, methods and tokens come first', async (t) => {
  const { call, inventory, service } = await running(t, { requireToken: false })
  await inventory.addStock(ADD)
  const { headers, text } = await call('GET', '/v1/stock/SF/SOCK')
  const tag = headers.get('etag')!
  for (const condition of [{ 'if-none-match': tag }, { 'if-match': '"1"' }, OTHERS]) {
    const again = await call('GET', '/v1/stock/SF/SOCK', undefined, condition)
    deepEqual([again.status, again.text], [200, text])
  }
  const match = { 'if-match': '"1"' }
  equal((await call('POST', '/v1/nowhere', {}, match)).status, 404)
  equal((await call('DELETE', '/v1/stock', undefined, match)).status, 405)
  const wrong = { ...match, authorization: 'Bearer nobody' }
  equal((await caller(service.url)('POST', '/v1/reservations', {}, wrong)).status, 401)
})

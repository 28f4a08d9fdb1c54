import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from 'holdfast'
import { gatedStore } from 'holdfast/testing'
import { RawSocket } from './support/raw-socket.ts'
import { running, type Running } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = '{"warehouseId":"SF","productId":"SOCK","qty":1,"source":"S"}'

async function quick(t: TestContext): Promise<Running> {
  return await running(t, { limits: { headersMs: 400, bodyMs: 400 } })
}

async function socketTo(t: TestContext, { url }: Running): Promise<RawSocket> {
  const socket = await RawSocket.open(url)
  t.after(() => socket.close())
  return socket
}

const post = (headers: string, body = ''): string =>
  `POST /v1/stock/add HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}\r\n${body}`

function problemIn(received: string): { code: string } {
  match(received, /content-type: application\/problem\+json; charset=utf-8/i)
  return JSON.parse(received.slice(received.indexOf('{', received.indexOf('\r\n\r\n')))) as {
    code: string
  }
}

test('headers that never end are not waited for', async (t) => {
  const made = await quick(t)
  const socket = await socketTo(t, made)
  socket.say('GET /v1/stock HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ')
  deepEqual(await socket.answers(1, 3000), [408])
  equal(problemIn(socket.received).code, 'REQUEST_TIMEOUT')
  ok(await socket.end(1000))
})

test('a body that never ends is not waited for, and nothing of it is done', async (t) => {
  const made = await quick(t)
  for (const headers of [`Content-Length: ${ADD.length}\r\n`, 'Transfer-Encoding: chunked\r\n']) {
    const socket = await socketTo(t, made)
    socket.say(post(headers, headers.startsWith('C') ? ADD.slice(0, -1) : '5\r\n{"war'))
    deepEqual(await socket.answers(1, 3000), [408])
    equal(problemIn(socket.received).code, 'REQUEST_TIMEOUT')
    ok(await socket.end(1000))
  }
  equal((await made.inventory.head()).seq, 3)
})

test('what is too large is refused before it has come', async (t) => {
  const made = await running(t)
  const declared = await socketTo(t, made)
  declared.say(post('Content-Length: 1000000000\r\n', '{'))
  deepEqual(await declared.answers(1, 2000), [413])
  equal(problemIn(declared.received).code, 'BODY_TOO_LARGE')
  const chunked = await socketTo(t, made)
  chunked.say(post('Transfer-Encoding: chunked\r\n'))
  const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`
  for (let sent = 0; sent < 160 && !chunked.ended; sent++) chunked.say(piece)
  deepEqual(await chunked.answers(1, 2000), [413])
  const headers = await socketTo(t, made)
  headers.say(post(`X-Long: ${'x'.repeat(9000)}\r\n`))
  deepEqual(await headers.answers(1, 2000), [431])
  equal(problemIn(headers.received).code, 'HEADERS_TOO_LARGE')
  equal((await made.inventory.head()).seq, 3)
})

const BROKEN: Record<string, string> = {
  'no HTTP': 'hello\r\n\r\n',
  'no version': 'GET /v1/stock\r\n\r\n',
  'no host': 'GET /v1/stock HTTP/1.1\r\n\r\n',
  'two hosts': 'GET /v1/stock HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n',
  'a host in the address, another in the header':
    'GET http://evil.example/v1/stock HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'an expectation that nobody meets': post(
    `Expect: 200-ok\r\nContent-Length: ${ADD.length}\r\n`,
    ADD,
  ),
  'a length twice': post(`Content-Length: ${ADD.length}\r\nContent-Length: ${ADD.length}\r\n`, ADD),
  'an older HTTP without a host': 'GET /v1/stock HTTP/1.0\r\n\r\n',
  'a newer HTTP': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'spaces before a colon': 'GET /v1/stock HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n',
  'line feeds alone': 'GET /v1/stock HTTP/1.1\nHost: 127.0.0.1\n\n',
  'two lengths': post('Content-Length: 5\r\nContent-Length: 6\r\n', '{"a":1}'),
  'length and chunks': post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'a length that is none': post('Content-Length: x\r\n', '{}'),
  'a negative length': post('Content-Length: -5\r\n', '{}'),
  'a chunk that is none': post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'),
  'a line feed in a header': 'GET /v1/stock HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\nb\r\n\r\n',
  'a control character in a path': 'GET /v1/st\u0001ock HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'two keys': post(
    `Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: ${ADD.length}\r\n`,
    ADD,
  ),
  'a key that is none': post(`Idempotency-Key: \r\nContent-Length: ${ADD.length}\r\n`, ADD),
  'a compressed transfer': post(
    'Transfer-Encoding: gzip, chunked\r\n',
    `${ADD.length.toString(16)}\r\n${ADD}\r\n0\r\n\r\n`,
  ),
  'a compressed body': post(`Content-Encoding: gzip\r\nContent-Length: ${ADD.length}\r\n`, ADD),
}

test('what is broken is refused as a problem, and the next one is served', async (t) => {
  const made = await running(t)
  for (const [what, text] of Object.entries(BROKEN)) {
    const socket = await socketTo(t, made)
    socket.say(text)
    const [status] = await socket.answers(1, 2000)
    ok(
      status !== undefined && status >= 400 && status < 500,
      `${what}: ${status} ${socket.received}`,
    )
    problemIn(socket.received)
  }
  equal((await made.inventory.head()).seq, 3)
  equal((await made.call('GET', '/v1/stock')).status, 200)
})

test('what is refused on a connection does not overtake an answer that is due on it', async (t) => {
  const store = gatedStore(memory())
  const made = await running(t, { store, limits: { bodyMs: 400 } })
  const [broken, slow] = [await socketTo(t, made), await socketTo(t, made)]
  const good = post(`Content-Length: ${ADD.length}\r\n`, ADD)
  store.shut()
  broken.say(good)
  slow.say(good + post(`Content-Length: ${ADD.length}\r\n`, '{'))
  await until('they wait', () => store.waiting() > 0)
  broken.say('hello\r\n\r\nhello\r\n\r\n')
  await pause(1500)
  const before = [broken.received, slow.received]
  store.lift()
  ok((await broken.end(2000)) && (await slow.end(2000)))
  deepEqual(before, ['', ''])
  deepEqual([await broken.answers(1, 0), await slow.answers(2, 0)], [[200], [200, 408]])
})

test('what is broken behind a stream ends it, and is not written into it', async (t) => {
  const made = await running(t)
  for (const head of [
    'GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    'POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n5\r\nnull\n\r\n',
  ]) {
    const socket = await socketTo(t, made)
    socket.say(head)
    deepEqual(await socket.answers(1, 2000), [200])
    socket.say('hello\r\n\r\n')
    ok(await socket.end(2000), head)
    deepEqual(await socket.answers(2, 0), [200])
  }
})

test('what is unusual and right is answered', async (t) => {
  const made = await running(t)
  const host = 'Host: 127.0.0.1\r\n'
  const usual: Record<string, string> = {
    'an older HTTP': `GET /v1/head HTTP/1.0\r\n${host}\r\n`,
    'the host in the address, too': `GET http://127.0.0.1/v1/head HTTP/1.1\r\n${host}\r\n`,
    'chunks with extensions and a trailer': post(
      'Transfer-Encoding: chunked\r\n',
      `${ADD.length.toString(16)};a=b\r\n${ADD}\r\n0\r\nX: y\r\n\r\n`,
    ),
    'an upgrade that is not taken': `GET /v1/head HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  }
  for (const [what, text] of Object.entries(usual)) {
    const socket = await socketTo(t, made)
    socket.say(text)
    deepEqual(await socket.answers(1, 2000), [200], what)
  }
  const patient = await socketTo(t, made)
  patient.say(post(`Expect: 100-continue\r\nContent-Length: ${ADD.length}\r\n`))
  deepEqual(await patient.answers(1, 2000), [100])
  patient.say(ADD)
  deepEqual(await patient.answers(2, 2000), [100, 200])
  equal((await made.inventory.head()).seq, 5)
})

test('media types other than JSON in UTF-8 are not taken', async (t) => {
  const { call } = await running(t)
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/x-ndjson',
    'application/jsonp',
    'text/json',
    '',
  ]
  for (const type of types) {
    const { status, body, headers } = await call('POST', '/v1/stock/add', ADD, {
      'content-type': type,
    })
    deepEqual([status, body['code']], [415, 'UNSUPPORTED_MEDIA_TYPE'], type)
    equal(headers.get('content-type'), 'application/problem+json; charset=utf-8')
  }
  const charset = { 'content-type': 'application/json; charset="UTF-8"' }
  equal((await call('POST', '/v1/stock/add', ADD, charset)).status, 200)
})

test('a thousand pipelined requests are answered, all of them, in order', async (t) => {
  const made = await running(t)
  const socket = await socketTo(t, made)
  const one = post(`Content-Length: ${ADD.length}\r\n`, ADD)
  socket.say(one.repeat(1000))
  const statuses = await socket.answers(1000, 10_000)
  equal(statuses.filter((status) => status === 200).length, 1000)
  const seqs = [...socket.received.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq))
  deepEqual(
    seqs,
    Array.from({ length: 1000 }, (_, index) => index + 4),
  )
})

test('who goes away in the middle harms nobody', async (t) => {
  const made = await running(t)
  for (let times = 0; times < 50; times++) {
    const socket = await RawSocket.open(made.url)
    socket.say(post(`Content-Length: ${ADD.length}\r\n`, ADD.slice(0, times)))
    socket.close()
  }
  equal((await made.call('GET', '/v1/stock')).status, 200)
  equal((await made.inventory.head()).seq, 3)
})

test('every path knows its methods, and says so', async (t) => {
  const made = await running(t)
  const { call } = made
  const allowed: Record<string, string[]> = {
    '/v1/stock': ['GET', 'HEAD'],
    '/v1/reservations': ['POST', 'GET', 'HEAD'],
    '/v1/batch': ['POST'],
    '/v1/reservations/sell': ['POST'],
    '/v1/warehouses/SF': ['PUT', 'PATCH'],
    '/v1/warehouses/SF/close': ['POST'],
    '/v1/tokens/x': ['DELETE'],
    '/openapi.json': ['GET', 'HEAD'],
  }
  for (const [path, methods] of Object.entries(allowed)) {
    for (const method of ['HEAD', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (methods.includes(method)) continue
      const { status, headers, body } = await call(method, path)
      const code = method === 'HEAD' ? undefined : 'METHOD_NOT_ALLOWED'
      deepEqual([status, body['code']], [405, code], `${method} ${path}`)
      deepEqual(new Set(headers.get('allow')!.split(', ')), new Set(methods))
    }
  }
  for (const method of ['PROPFIND', 'PURGE', 'QUERY', 'LINK']) {
    const socket = await socketTo(t, made)
    socket.say(`${method} /v1/stock HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}`)
    deepEqual(await socket.answers(1, 2000), [405], method)
    match(socket.received, /^allow: GET, HEAD\r$/im)
  }
  for (const path of ['/v1', '/v2/stock', '/v1/stock/', '//v1/stock', '/v1/Stock']) {
    const { status, body } = await call('GET', path)
    deepEqual([status, body['code']], [404, 'NOT_FOUND'], path)
  }
})

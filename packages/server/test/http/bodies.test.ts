import { deepEqual, equal, ok } from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { RawSocket } from './support/raw-socket.ts'
import { running } from './support/running.ts'
import { until } from './support/until.ts'

const KIB = 1024
const MIB = 1024 * KIB
const ADD = '{"warehouseId":"SF","productId":"SOCK","qty":1,"source":"S"}'

/** Spaces are JSON, too, as long as something stands behind them. */
function batchOf(bytes: number): string {
  const batch = `{"commands":[{"verb":"addStock",${ADD.slice(1)}]}`
  return ' '.repeat(bytes - batch.length) + batch
}

const head = (more: string): string =>
  `POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${more}\r\n`

/** All of a body but its last byte. */
async function allButOne(url: string, body: string): Promise<RawSocket> {
  const socket = await RawSocket.open(url)
  socket.say(head(`Content-Length: ${body.length}\r\n`) + body.slice(0, -1))
  return socket
}

test('bodies that stop one byte short hold no more than there is for all of them', async (t) => {
  const { url, call } = await running(t, { limits: { bodiesBytes: 10 * MIB } })
  const body = batchOf(4 * MIB)
  const sockets: RawSocket[] = []
  for (let at = 0; at < 12; at++) sockets.push(await allButOne(url, body))
  const refused = (): RawSocket[] => sockets.filter((one) => one.received !== '')
  // Which of them find room is left to chance; ten of twelve cannot.
  await until('ten are refused', () => refused().length >= 10, 10_000)
  for (const one of refused()) {
    deepEqual(await one.answers(1, 0), [503])
    ok(one.received.includes('"code":"BUSY"'), one.received)
    ok(/retry-after: 1\r\n/i.test(one.received))
  }
  // Nobody else's body is held up: nearly all come in one piece, and are not kept.
  equal((await call('POST', '/v1/stock/add', ADD)).status, 200)
  for (const one of sockets.filter(({ received }) => received === '')) {
    one.say(body.slice(-1))
    deepEqual(await one.answers(1, 5000), [200])
  }
  // What is done with is there for the next ones.
  const next = await allButOne(url, body)
  await pause(100)
  next.say(body.slice(-1))
  deepEqual(await next.answers(1, 5000), [200])
  for (const one of [...sockets, next]) one.close()
})

test('who is cut off in the middle of a body leaves its memory', async (t) => {
  const { url } = await running(t, { limits: { bodiesBytes: 10 * MIB } })
  const body = batchOf(8 * MIB)
  for (let times = 0; times < 3; times++) {
    const cut = await allButOne(url, body)
    await pause(200)
    deepEqual(await cut.answers(1, 0), [])
    cut.close()
    await pause(50)
  }
})

test('a body in crumbs is put together again', async (t) => {
  const { url, inventory } = await running(t)
  const crumbs = await RawSocket.open(url)
  t.after(() => crumbs.close())
  const body = batchOf(10_000)
  const said = body.replaceAll(/./g, (byte) => `1\r\n${byte}\r\n`)
  crumbs.say(`${head('Transfer-Encoding: chunked\r\n')}${said}0\r\n\r\n`)
  deepEqual(await crumbs.answers(1, 10_000), [200])
  equal((await inventory.head()).seq, 4)
})

test('a request that is refused before its body has come keeps no connection', async (t) => {
  const { url } = await running(t, { limits: { bodyMs: 600 } })
  const wrong = await RawSocket.open(url)
  wrong.say(
    `POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n` +
      `Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n`,
  )
  deepEqual(await wrong.answers(1, 2000), [401])
  const dribbling = setInterval(() => wrong.say(' '), 50)
  t.after(() => clearInterval(dribbling))
  ok(await wrong.end(5000))
})

test('who sends the whole of a refused body first reads the answer then, and goes on', async (t) => {
  const { url } = await running(t)
  const socket = await RawSocket.open(url)
  t.after(() => socket.close())
  const bytes = 3 * MIB
  socket.say(
    `POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${' '.repeat(bytes)}`,
  )
  socket.say('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  deepEqual(await socket.answers(2, 10_000), [401, 200])
})

test('who wants the connection closed can send all of a refused body, too, and then reads the answer', async (t) => {
  const { url } = await running(t)
  const bytes = 8 * MIB // more than the system keeps
  const [tooLarge, noToken] = [
    ['POST /v1/stock/add', ''],
    ['POST /v1/batch', 'Authorization: Bearer x\r\n'],
  ].map(
    ([line, more]) =>
      `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${more}` +
      `Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`,
  )
  for (const [head, status] of [
    [tooLarge, 413],
    [noToken, 401],
  ] as const) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    t.after(() => socket.destroy())
    socket.write(head!)
    // A piece after the other, and each must be taken: a broken pipe would be an error here.
    for (let sent = 0; sent < bytes; sent += MIB / 4)
      await new Promise<void>((done, fail) =>
        socket.write(' '.repeat(MIB / 4), (error) => (error ? fail(error) : done())),
      )
    const answer = await text(socket)
    ok(answer.startsWith(`HTTP/1.1 ${status} `), answer.slice(0, 100))
    ok(answer.endsWith('}'), answer.slice(-100))
  }
})

test('the rest of refused bodies is taken a little at a time', async (t) => {
  const { url } = await running(t)
  const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.open(url)))
  t.after(() => sockets.forEach((one) => one.close()))
  const bytes = 8 * MIB
  const text = Buffer.from(
    `POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${' '.repeat(bytes)}`,
  )
  for (const one of sockets) one.say(text)
  for (const one of sockets) deepEqual(await one.answers(1, 5000), [401])
  await pause(500)
  const left = sockets.reduce((sum, { socket }) => sum + socket.writableLength, 0)
  ok(left > (sockets.length * bytes) / 4, `${left} bytes are still to be taken`)
})

test('those who are refused without a body, however many, hold up nobody', async (t) => {
  const { url } = await running(t)
  const many = await RawSocket.open(url)
  const one = await RawSocket.open(url)
  t.after(() => [many, one].forEach((socket) => socket.close()))
  const wrong = 'GET /v1/stock HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n\r\n'
  many.say(wrong.repeat(5000))
  equal((await many.answers(5000, 15_000)).length, 5000)
  const bytes = MIB
  one.say(
    `POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${' '.repeat(bytes)}` +
      'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  )
  // 429 while the wrong tokens of the last moment are counted, 401 if they took longer than that.
  const [refused, next] = await one.answers(2, 5000)
  ok(refused === 401 || refused === 429, `refused with ${refused}`)
  equal(next, 200)
})

test('a JSON type with no body says {}, of whatever length it says that it is', async (t) => {
  const { inventory, url } = await running(t)
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 9, source: 'S' })
  const json = 'Host: 127.0.0.1\r\nContent-Type: application/json\r\n'
  const ends = ['\r\n', 'Content-Length: 0\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n']
  const socket = await RawSocket.open(url)
  for (const [index, end] of ends.entries()) {
    const hold = { warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 60_000 }
    const { id } = await inventory.reserve(hold)
    socket.say(`POST /v1/reservations/${id}/confirm HTTP/1.1\r\n${json}${end}`)
    equal((await socket.answers(2 * index + 1, 5000)).at(-1), 200)
    // What it must have is missing, as it is in {}.
    socket.say(`DELETE /v1/webhooks/nobody HTTP/1.1\r\n${json}${end}`)
    equal((await socket.answers(2 * index + 2, 5000)).at(-1), 404)
  }
  socket.say(`POST /v1/stock/add HTTP/1.1\r\n${json}Content-Length: 0\r\n\r\n`)
  socket.say(`POST /v1/batch HTTP/1.1\r\n${json}Content-Length: 0\r\n\r\n`)
  socket.say(`PUT /v1/warehouses/SF HTTP/1.1\r\n${json}Content-Length: 0\r\n\r\n`)
  deepEqual((await socket.answers(9, 5000)).slice(-3), [400, 400, 400])
  ok(socket.received.includes('"detail":"warehouseId is missing"'), socket.received)
  socket.close()
})

test('who is refused while the service stops does not hold it up', async (t) => {
  const { url, service } = await running(t)
  const sockets = await Promise.all(Array.from({ length: 5 }, () => RawSocket.open(url)))
  t.after(() => sockets.forEach((one) => one.close()))
  // Their headers are complete only when it stops.
  for (const one of sockets) one.say(head('Content-Length: 1000000000\r\n').slice(0, -2))
  await pause(50)
  const began = performance.now()
  const closed = service.close()
  await pause(50)
  for (const one of sockets) one.say('\r\n')
  for (const one of sockets) deepEqual(await one.answers(1, 5000), [413])
  await closed
  ok(performance.now() - began < 8000)
})

test('who is refused with a small body waits for nothing, however often', async (t) => {
  const { call, service } = await running(t)
  const headers = { authorization: 'Bearer x' }
  const began = performance.now()
  for (let times = 0; times < 300; times++) {
    await call('POST', '/v1/stock/add', ADD, headers)
    const asked = { method: 'POST', url: '/v1/stock/add', payload: ADD, headers } as const
    await service.app.inject({ ...asked, headers: { ...headers, host: '127.0.0.1' } })
  }
  const ms = performance.now() - began
  ok(ms < 5000, `${ms} ms`)
})

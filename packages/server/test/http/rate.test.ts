import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { RawSocket } from './support/raw-socket.ts'
import { running } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
const NDJSON = { 'content-type': 'application/x-ndjson' }

test('a list counts as many as it has, also those in its lists', async (t) => {
  for (const commands of [
    Array.from({ length: 100 }, () => ADD),
    [{ verb: 'atomically', commands: Array.from({ length: 100 }, () => ADD) }],
  ]) {
    const { call, inventory } = await running(t, { limits: { ratePerSecond: 10 } })
    const first = await call('POST', '/v1/batch', { commands })
    equal(first.status, 200)
    deepEqual(
      [first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')],
      ['10', '0'],
    )
    // Ninety more than there were: nine seconds, and a little for the next one.
    const next = await call('GET', '/v1/head')
    deepEqual([next.status, next.body['code']], [429, 'RATE_LIMITED'])
    const waitS = Number(next.headers.get('retry-after'))
    ok(waitS >= 4 && waitS <= 10, String(waitS))
    equal((await inventory.head()).seq, 103)
  }
})

test('a command about all holds counts as one for each hold that it changed', async (t) => {
  const of = { owner: 'crowd' }
  const ALL = { verb: 'extendAll', of, ttlMs: 60_000 }
  for (const [path, body, headers] of [
    ['/v1/reservations/extend-all', { of, ttlMs: 60_000 }, {}],
    ['/v1/batch', { commands: [ALL] }, {}],
    ['/v1/batch', { commands: [ALL], atomic: true }, {}],
    ['/v1/batch', { commands: [{ verb: 'atomically', commands: [ALL] }] }, {}],
    ['/v1/batch', `${JSON.stringify(ALL)}\n`, NDJSON],
  ] as const) {
    const { call, inventory } = await running(t, { limits: { ratePerSecond: 10 } })
    await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 100, source: 'S' })
    const hold = { warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 60_000, ...of }
    for (let n = 0; n < 60; n++) await inventory.reserve(hold)
    equal((await call('POST', path, body, headers)).status, 200)
    const next = await call('GET', '/v1/head')
    deepEqual([next.status, next.body['code']], [429, 'RATE_LIMITED'], path)
    const waitS = Number(next.headers.get('retry-after'))
    ok(waitS >= 2 && waitS <= 6, String(waitS))
  }
})

test('a stream of commands is read as fast as its rate, and all of it is answered', async (t) => {
  const { call, inventory } = await running(t, { limits: { ratePerSecond: 20 } })
  const began = performance.now()
  const lines = Array.from({ length: 50 }, (_, at) =>
    JSON.stringify(at % 10 === 9 ? { verb: 'nothing' } : ADD),
  )
  const { text } = await call('POST', '/v1/batch', `${lines.join('\n')}\n`, NDJSON)
  const answers = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { ok: boolean }).ok)
  deepEqual(
    answers,
    lines.map((_, at) => at % 10 !== 9),
  )
  // The first twenty at once, the request itself among them; 31 more at 20 a second.
  const seconds = (performance.now() - began) / 1000
  ok(seconds > 1.4, `${seconds} s`)
  equal((await inventory.head()).seq, 48)
})

test('a stream that is held up by its rate ends with its sender, and when the service stops', async (t) => {
  const { url, service } = await running(t, { limits: { ratePerSecond: 1, idleMs: 300 } })
  const held = async (): Promise<RawSocket> => {
    const socket = await RawSocket.open(url)
    const text = `${JSON.stringify(ADD)}\n`.repeat(100)
    socket.say(
      'POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n' +
        `Transfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n`,
    )
    return socket
  }
  const socket = await held()
  // Longer than it may be idle: it is held up, not idle.
  await until('two answers', () => (socket.received.match(/"ok":true/g)?.length ?? 0) >= 2)
  equal(socket.ended, false)
  const began = performance.now()
  await service.close()
  ok(performance.now() - began < 3000)
  ok(await socket.end(2000))
})

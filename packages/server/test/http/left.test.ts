import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { RawSocket } from './support/raw-socket.ts'
import { running } from './support/running.ts'
import { until } from './support/until.ts'

const HOLD = '{"warehouseId":"SF","productId":"SOCK","qty":1,"ttlMs":60000}'

test('requests are logged and counted, too, if their caller does not wait for the answer', async (t) => {
  const lines: Record<string, unknown>[] = []
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>)
  const { url, inventory, call } = await running(t, { log: { level: 'info', stream: { write } } })
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 100, source: 'S' })
  const { seq } = await inventory.head()
  const count = 20
  for (let done = 0; done < count; done++) {
    const socket = await RawSocket.open(url)
    socket.socket.end(
      'POST /v1/reservations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${HOLD.length}\r\n\r\n${HOLD}`,
      () => socket.close(),
    )
  }
  const events = await RawSocket.open(url)
  events.say('GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n')
  await events.answers(1, 5000)
  events.close()
  const linesOf = (wanted: string) => lines.filter(({ path }) => path === wanted)
  await until('all are logged', () => linesOf('/v1/reservations').length === count, 10_000)
  await until('the stream is logged', () => linesOf('/v1/events').length === 1, 10_000)
  equal(linesOf('/v1/events')[0]!['msg'], 'left')
  equal(linesOf('/v1/events')[0]!['status'], 200)
  // Some leave after the answer: 201.
  for (const { status, msg } of linesOf('/v1/reservations'))
    ok(status === 499 ? msg === 'left' : status === 201, `${String(status)} ${String(msg)}`)
  equal((await inventory.head()).seq, seq + count)
  const counted = (await call('GET', '/metrics')).text
    .split('\n')
    .filter((line) => line.startsWith('holdfast_http_requests_total{'))
  const sumOf = (route: string): number =>
    counted
      .filter((line) => line.includes(`route="${route}"`))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  equal(sumOf('/v1/reservations'), count)
  equal(sumOf('/v1/events'), 1)
})

test('every request without a good token is counted, and not only those that are told 401', async (t) => {
  const { call } = await running(t)
  const wrong = { authorization: 'Bearer x' }
  const asked = Array.from({ length: 60 }, () => call('GET', '/v1/stock', undefined, wrong))
  const statuses = new Set((await Promise.all(asked)).map(({ status }) => status))
  ok(statuses.has(401) && statuses.has(429), [...statuses].join())
  const { text } = await call('GET', '/metrics')
  ok(
    text.includes('\nholdfast_http_auth_failures_total 60\n'),
    text
      .split('\n')
      .filter((l) => l.includes('auth'))
      .join(),
  )
})

test('streams leave no warning of a leak, and a refused HEAD is answered at once', async (t) => {
  const warnings: string[] = []
  const onWarning = ({ name }: Error): void => void warnings.push(name)
  process.on('warning', onWarning)
  t.after(() => process.off('warning', onWarning))
  const { url } = await running(t, { log: { level: 'info', stream: { write: () => undefined } } })
  const events = await RawSocket.open(url)
  events.say('GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  deepEqual(await events.answers(1, 5000), [200])
  const head = await RawSocket.open(url)
  head.say('HEAD /v1/nope HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n')
  deepEqual(await head.answers(1, 5000), [404])
  for (const one of [events, head]) one.close()
  deepEqual(warnings, [])
})

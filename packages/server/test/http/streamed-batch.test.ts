import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { request } from 'node:http'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from 'holdfast'
import { gatedStore } from 'holdfast/testing'
import { byteLines, LineTooLong } from '../../src/http/input/byte-lines.ts'
import { RawSocket } from './support/raw-socket.ts'
import { running } from './support/running.ts'
import { until } from './support/until.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const ADD = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
const line = (value: unknown): string => `${JSON.stringify(value)}\n`

const answersIn = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => JSON.parse(one) as Record<string, unknown>)

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** A stream of commands that is never done. */
async function streamTo(url: string): Promise<RawSocket> {
  const socket = await RawSocket.open(url)
  socket.say(
    'POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  return socket
}

test('each line answers for itself, in order, what is wrong among them too', async (t) => {
  const { call, inventory } = await running(t)
  const hold = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 3, ttlMs: 60_000 }
  const lines = [
    line(ADD),
    line({ ...ADD, qty: 4 }),
    '{"verb":"addStock"\n',
    line({ ...ADD, qty: 0 }),
    '\n',
    line({ verb: 'nothing' }),
    line({ ...ADD, actor: 'ann' }),
    line({ ...ADD, metadata: { source: 'the engine’s own word' } }),
    line(hold),
    line(hold),
    line({ verb: 'atomically', commands: [hold, hold] }),
    'null\n',
    '\r\n',
    JSON.stringify(ADD),
  ]
  const { status, text, headers } = await call('POST', '/v1/batch', lines.join(''), NDJSON)
  deepEqual([status, headers.get('content-type')], [200, 'application/x-ndjson'])
  const answers = answersIn(text)
  deepEqual(
    answers.map(({ ok: done, code, details }) =>
      done === true ? 'done' : [code, (details as { field?: string }).field],
    ),
    [
      'done',
      'done',
      ['INVALID_INPUT', 'body'],
      ['INVALID_QTY', 'qty'],
      ['INVALID_INPUT', 'verb'],
      ['INVALID_INPUT', 'actor'],
      ['INVALID_INPUT', 'metadata.source'],
      'done',
      ['INSUFFICIENT_STOCK', undefined],
      ['INSUFFICIENT_STOCK', undefined],
      ['INVALID_INPUT', 'line'],
      'done',
    ],
  )
  equal((await inventory.stock({ warehouseId: 'SF', productId: 'SOCK' })).onHand, 6)
})

test('tens of thousands of lines are answered while they come, in few commits', async (t) => {
  const { call, inventory } = await running(t)
  const before = inventory.stats().batches
  const { text } = await call('POST', '/v1/batch', line(ADD).repeat(30_000), NDJSON)
  const answers = answersIn(text)
  deepEqual([answers.length, answers.at(-1)!['onHand']], [30_000, 30_000])
  deepEqual(
    answers.map(({ seq }) => seq),
    Array.from({ length: 30_000 }, (_, index) => index + 4),
  )
  ok(inventory.stats().batches - before < 300)
})

test('lines that are too much for one list are done in several', async (t) => {
  const { call, inventory } = await running(t)
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 100, source: 'S' })
  const owners = Array.from({ length: 100 }, (_, at) => `cart-${at}`)
  const hold = { warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 60_000 }
  await Promise.all(owners.map((owner) => inventory.reserve({ ...hold, owner })))
  // Each of them may write a thousand entries.
  const lines = owners.map((owner) => line({ verb: 'releaseAll', of: { owner } }))
  const { text } = await call('POST', '/v1/batch', lines.join(''), NDJSON)
  const answers = answersIn(text) as { ok: boolean; reservations: { owner: string }[] }[]
  deepEqual(
    answers.map(({ reservations }) => reservations[0]?.owner),
    owners,
  )
})

test('while nobody reads, no more lines are done than a few pages of answers', async (t) => {
  const { url, inventory } = await running(t)
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1000, source: 'S' })
  const hold = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 1 } as const
  const own = { ...hold, ttlMs: 60_000, owner: 'ann' }
  await inventory.batch({ commands: Array.from({ length: 1000 }, () => own) })
  const { seq } = await inventory.head()
  const done = async (): Promise<number> => ((await inventory.head()).seq - seq) / 1000
  // The answer to each has some 270 KB.
  const lines = Array.from({ length: 200 }, (_, at) =>
    line({ verb: 'extendAll', of: { owner: 'ann' }, ttlMs: 60_000 + at }),
  )
  const reader = await streamTo(url)
  reader.socket.pause()
  reader.say(`${chunk(lines.join(''))}0\r\n\r\n`)
  let before = -1
  for (let now = 0; now > before; now = await done()) {
    before = now
    await pause(500)
  }
  // The system keeps some megabytes for the connection.
  ok(before >= 4 && before < 80, `${before} were done`)
  reader.socket.resume()
  await until('all are done', async () => (await done()) === 200, 20_000)
  reader.close()
})

test('a line is answered before the next one is sent', async (t) => {
  const { url } = await running(t)
  const asking = request(`${url}/v1/batch`, { method: 'POST', headers: NDJSON })
  let text = ''
  asking.write(line(ADD))
  const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
  response.on('data', (bytes: Buffer) => (text += bytes.toString()))
  for (let sent = 1; sent <= 5; sent++) {
    await until(`answer ${sent}`, () => answersIn(text).length === sent)
    asking.write(line(ADD))
  }
  asking.end()
  await once(response, 'end')
  equal(answersIn(text).length, 6)
})

test('a service that stops answers what it took, however much more is sent', async (t) => {
  const store = gatedStore(memory())
  const { url, service, inventory } = await running(t, { store })
  const sender = await streamTo(url)
  store.shut()
  sender.say(chunk(line(ADD).repeat(20)))
  await until('they wait', () => store.waiting() > 0)
  const closing = service.close()
  const going = setInterval(() => sender.say(chunk(line(ADD).repeat(50))), 2)
  setTimeout(() => store.lift(), 50)
  ok(await sender.end(3000))
  clearInterval(going)
  await closing
  const { onHand } = await inventory.stock({ warehouseId: 'SF', productId: 'SOCK' })
  deepEqual([onHand, sender.received.match(/"ok":true/g)?.length], [20, 20])
})

test('a stream that opens while the service stops ends at once, and nothing of it is done', async (t) => {
  const store = gatedStore(memory())
  const { url, service, inventory } = await running(t, { store })
  const [before, late] = [await streamTo(url), await RawSocket.open(url)]
  store.shut()
  before.say(chunk(line(ADD)))
  const head = 'POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n'
  late.say(head)
  await until('the first one waits', () => store.waiting() > 0)
  const closing = service.close()
  late.say(`Content-Type: application/x-ndjson\r\n\r\n${chunk(line(ADD).repeat(5))}`)
  const going = setInterval(() => late.say(chunk(line(ADD))), 20)
  const ended = await late.end(3000)
  clearInterval(going)
  late.close()
  store.lift()
  await closing
  ok(ended)
  const { onHand } = await inventory.stock({ warehouseId: 'SF', productId: 'SOCK' })
  deepEqual([onHand, late.received.includes('"ok":true')], [1, false])
})

test('a line that never ends, and a sender who goes away, end the stream; what was taken is done', async (t) => {
  const { url, inventory, call } = await running(t)
  const endless = await streamTo(url)
  endless.say(chunk(line(ADD)))
  await until('it is done', async () => (await inventory.head()).seq === 4)
  for (let sent = 0; sent < 10; sent++) endless.say(chunk('x'.repeat(100_000)))
  ok(await endless.end(3000))
  match(endless.received, /"code":"BODY_TOO_LARGE"/)
  const gone = await streamTo(url)
  gone.say(chunk(line(ADD) + line(ADD) + JSON.stringify(ADD).slice(0, 20)))
  await until('both are done', async () => (await inventory.head()).seq === 6)
  gone.close()
  equal((await call('GET', '/v1/head')).body['seq'], 6)
})

test('a line that is too long is refused, its end in the same piece too; those before it are done', async (t) => {
  const { call, inventory } = await running(t)
  const long = line({ ...ADD, reference: 'x'.repeat(300_000) })
  const { text } = await call('POST', '/v1/batch', line(ADD) + long + line(ADD), NDJSON)
  deepEqual(
    answersIn(text).map(({ ok: done, code }) => (done === true ? 'done' : code)),
    ['done', 'BODY_TOO_LARGE'],
  )
  equal((await inventory.head()).seq, 4)
  // As one piece, however a network would cut it.
  const taken: string[] = []
  const take = async (): Promise<void> => {
    const sent = Readable.from([Buffer.from('a\nbbbb\nc\n')])
    for await (const lines of byteLines(sent, 3)) taken.push(...lines.map(String))
  }
  await rejects(take(), LineTooLong)
  deepEqual(taken, ['a'])
})

test('a key stands in a line; in a header it would be everybody’s', async (t) => {
  const { call, inventory } = await running(t)
  const twice = line({ ...ADD, idempotencyKey: 'k' }).repeat(2)
  const [first, second] = answersIn((await call('POST', '/v1/batch', twice, NDJSON)).text)
  deepEqual(second, { ...(first as object), replayed: true })
  const { status, body } = await call('POST', '/v1/batch', twice, {
    ...NDJSON,
    'idempotency-key': 'k',
  })
  deepEqual([status, body['details']], [400, { field: 'idempotencyKey' }])
  equal((await inventory.head()).seq, 4)
})

test('a blank line is no sign of life, a command is', async (t) => {
  const { url } = await running(t, { limits: { idleMs: 2000 } })
  const blank = await streamTo(url)
  const busy = await streamTo(url)
  const saying = setInterval(() => {
    blank.say(chunk('\n\r\n'))
    busy.say(chunk(line(ADD)))
  }, 100)
  t.after(() => {
    clearInterval(saying)
    busy.close()
  })
  ok(await blank.end(5000))
  equal(busy.ended, false)
})

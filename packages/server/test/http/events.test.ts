import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, memory } from 'holdfast'
import { HoldfastClient, PositionAheadError } from 'holdfast/client'
import { startService } from '../../src/http/service.ts'
import { RawSocket } from './support/raw-socket.ts'
import { caller, running, WAREHOUSES } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

/** Opens the stream, and keeps what it says. */
async function listen(url: string, path = '/v1/events', headers = ''): Promise<RawSocket> {
  const socket = await RawSocket.open(url)
  socket.say(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n${headers}\r\n`,
  )
  await until('the stream is open', () => socket.received.includes('retry: '))
  return socket
}

const idsIn = (received: string): number[] =>
  [...received.matchAll(/^id: (\d+)\ndata: \{"id":"(\d+)"/gm)].map(([, id, again]) => {
    equal(id, again)
    return Number(id)
  })

test('entries come as events, each with its seq as id, from now on', async (t) => {
  const { url, inventory } = await running(t)
  await inventory.addStock(ADD)
  const socket = await listen(url)
  t.after(() => socket.close())
  ok(socket.received.includes('content-type: text/event-stream; charset=utf-8'))
  ok(socket.received.includes('id: 4\n\n'), 'its position before any event')
  await Promise.all(Array.from({ length: 200 }, () => inventory.addStock(ADD)))
  await until('200 events', () => idsIn(socket.received).length === 200)
  deepEqual(
    idsIn(socket.received),
    Array.from({ length: 200 }, (_, index) => index + 5),
  )
})

test('a stream is resumed behind the last id, without gap or repetition', async (t) => {
  const { url, inventory } = await running(t)
  const adding = (async () => {
    for (let round = 0; round < 40; round++) {
      await Promise.all(Array.from({ length: 5 }, () => inventory.addStock(ADD)))
      await pause(2)
    }
  })()
  const seen: number[] = []
  for (let last = 3; last < 203;) {
    const socket = await listen(url, '/v1/events', `Last-Event-ID: ${last}\r\n`)
    await until('an event', () => idsIn(socket.received).length > 0)
    await pause(3)
    socket.close()
    const ids = idsIn(socket.received)
    seen.push(...ids)
    last = ids.at(-1)!
  }
  await adding
  deepEqual(
    seen,
    Array.from({ length: 200 }, (_, index) => index + 4),
  )
})

test('events are chosen by product, warehouse and type', async (t) => {
  const { url, inventory } = await running(t)
  const socket = await listen(
    url,
    '/v1/events?after=0&warehouseId=NYC&productId=SHOE&type=RECEIVED',
  )
  t.after(() => socket.close())
  await inventory.addStock(ADD)
  await inventory.addStock({ ...ADD, warehouseId: 'NYC' })
  await inventory.addStock({ ...ADD, productId: 'SHOE' })
  await inventory.addStock({ ...ADD, warehouseId: 'NYC', productId: 'SHOE' })
  await inventory.removeStock({ warehouseId: 'NYC', productId: 'SHOE', qty: 1, reason: 'LOST' })
  await inventory.addStock({ ...ADD, warehouseId: 'NYC', productId: 'SHOE' })
  await until('two events', () => idsIn(socket.received).length === 2)
  deepEqual(idsIn(socket.received), [7, 9])
})

test('pages are the twin of the stream', async (t) => {
  const { call, inventory } = await running(t)
  for (let i = 0; i < 5; i++) await inventory.addStock(ADD)
  const page = (await call('GET', '/v1/events?after=3&limit=2')).body as {
    items: { seq: number }[]
    cursor: string
    seq: number
  }
  deepEqual([page.items.map(({ seq }) => seq), page.seq], [[4, 5], 8])
  ok(page.cursor !== null)
  const rest = (await call('GET', '/v1/events?after=5')).body as unknown as typeof page
  deepEqual([rest.items.map(({ seq }) => seq), rest.cursor], [[6, 7, 8], null])
  deepEqual(
    (await call('GET', '/v1/events?after=8', undefined, { accept: 'application/json' })).body[
      'items'
    ],
    [],
  )
  for (const headers of [
    { 'last-event-id': 'x' },
    { 'last-event-id': '-1' },
    { 'last-event-id': '1.5' },
  ]) {
    const { status, body } = await call('GET', '/v1/events', undefined, {
      accept: 'text/event-stream',
      ...headers,
    })
    deepEqual([status, body['code']], [400, 'INVALID_INPUT'])
  }
})

test('a service that stops ends its streams, and a client goes on at the next one', async (t) => {
  const store = memory()
  const open = async (port: number) => {
    const inventory = await openInventory({ store, warehouses: WAREHOUSES })
    const service = await startService({ inventory, port })
    return {
      inventory,
      service,
      close: async () => {
        await service.close()
        await inventory.close()
      },
    }
  }
  const first = await open(0)
  const port = Number(new URL(first.service.url).port)
  const client = new HoldfastClient({ url: first.service.url })
  t.after(() => client.close())
  const seen: number[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const { seq } of client.feed({ after: 3, signal: stop.signal })) seen.push(seq)
  })()
  await first.inventory.addStock(ADD)
  await until('one event', () => seen.length === 1)
  await first.close()
  const second = await open(port)
  t.after(() => second.close())
  await second.inventory.addStock(ADD)
  await until('the next event', () => seen.length === 2, 8000)
  await Promise.all(Array.from({ length: 30 }, () => client.addStock(ADD)))
  await until('all of them', () => seen.length === 32)
  stop.abort()
  await reading
  deepEqual(
    seen,
    Array.from({ length: 32 }, (_, index) => index + 4),
  )
})

test('a reader who takes nothing holds no memory, and costs the others nothing', async (t) => {
  const { url, inventory } = await running(t)
  const asleep = await listen(url, '/v1/events?after=0')
  t.after(() => asleep.close())
  asleep.socket.pause()
  const awake = await listen(url, '/v1/events?after=3')
  t.after(() => awake.close())
  const command = { verb: 'addStock', ...ADD, metadata: { note: 'x'.repeat(400) } } as const
  const commands = Array.from({ length: 1000 }, () => command)
  for (let i = 0; i < 20; i++) await inventory.batch({ commands })
  await until('20,000 events', () => awake.received.includes('id: 20003\n'), 20_000)
  ok(asleep.received.length < 5_000_000)
  equal((await caller(url)('GET', '/v1/head')).status, 200)
})

test('a reader who comes back from a trail that had more is told so, and where this one ends', async (t) => {
  const { url, call } = await running(t)
  const { body: head } = await call('GET', '/v1/head')
  const seq = head['seq'] as number
  const stream = { accept: 'text/event-stream' }
  const asked: [string, Record<string, string>][] = [
    [`/v1/events?after=${seq + 3}`, {}],
    [`/v1/audit?after=${seq + 3}`, {}],
    [`/v1/audit?after=${seq + 3}&before=${seq + 9}`, {}],
    [`/v1/events?after=${seq + 3}`, stream],
    ['/v1/events', { ...stream, 'last-event-id': String(seq + 3) }],
    [`/v1/events?after=0`, { ...stream, 'last-event-id': String(seq + 3) }],
  ]
  for (const [path, headers] of asked) {
    const { status, body } = await call('GET', path, undefined, headers)
    deepEqual(
      [status, body['code'], body['details']],
      [409, 'POSITION_AHEAD', { after: seq + 3, seq }],
    )
  }
  const { status, body } = await call('GET', `/v1/events?after=${seq}`)
  deepEqual([status, body['items']], [200, []])
  const socket = await listen(url, '/v1/events', `Last-Event-ID: ${seq}\r\n`)
  socket.close()
})

test('the client ends a feed with the refusal where the service comes back with an older trail', async (t) => {
  const first = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const service = await startService({ inventory: first, port: 0 })
  await using client = new HoldfastClient({ url: service.url })
  await Promise.all(Array.from({ length: 5 }, () => first.addStock(ADD)))
  const seen: number[] = []
  const reading = (async () => {
    for await (const { seq } of client.feed({ after: 3 })) seen.push(seq)
  })()
  const told = reading.then(
    () => null,
    (error: unknown) => error,
  )
  await until('five entries', () => seen.length === 5)
  await service.close()
  await first.close()
  const restored = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  await restored.addStock(ADD)
  const { port } = new URL(service.url)
  const again = await startService({ inventory: restored, port: Number(port) })
  t.after(async () => {
    await again.close()
    await restored.close()
  })
  const error = await told
  ok(error instanceof PositionAheadError, String(error))
  deepEqual([error.details, seen], [{ after: 8, seq: 4 }, [4, 5, 6, 7, 8]])
})

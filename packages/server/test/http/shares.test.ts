import { deepEqual, equal } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory, openInventory } from 'holdfast'
import type { ServerLimits } from '../../src/http/index.ts'
import { TokenRegistry } from '../../src/http/tokens/registry.ts'
import { startService } from '../../src/http/service.ts'
import { RawSocket } from './support/raw-socket.ts'
import { caller, running, WAREHOUSES, type Running } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = '{"warehouseId":"SF","productId":"SOCK","qty":1,"source":"S"}'

interface Shared extends Running {
  readonly mine: string
  readonly theirs: string
}

/** A service that two tokens share. */
async function shared(t: TestContext, limits: Partial<ServerLimits>): Promise<Shared> {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const tokens = new TokenRegistry(inventory)
  const make = async (name: string): Promise<string> => {
    const { token } = await tokens.create({ name, role: 'operator', expiresAt: null }, null)
    return `Authorization: Bearer ${token}\r\n`
  }
  const [mine, theirs] = [await make('mine'), await make('theirs')]
  const service = await startService({ inventory, port: 0, requireToken: true, limits })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  return { inventory, service, url: service.url, call: caller(service.url), mine, theirs }
}

async function say(t: TestContext, url: string, text: string): Promise<RawSocket> {
  const socket = await RawSocket.open(url)
  t.after(() => socket.close())
  socket.say(text)
  return socket
}

const read = (token: string): string =>
  `GET /v1/head HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Connection: close\r\n\r\n`
const halfBody = (token: string): string =>
  `POST /v1/stock/add HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Content-Type: application/json\r\n` +
  `Content-Length: ${ADD.length}\r\n\r\n${ADD.slice(0, 10)}`
const events = (token: string): string =>
  `GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Accept: text/event-stream\r\n\r\n`
const commands = (token: string): string =>
  `POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Content-Type: application/x-ndjson\r\n` +
  `Transfer-Encoding: chunked\r\n\r\n`
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const LINE = `{"verb":"addStock",${ADD.slice(1)}\n`

const codeIn = ({ received }: RawSocket): string | undefined => /"code":"(\w+)"/.exec(received)?.[1]
const retryAfterIn = ({ received }: RawSocket): string | undefined =>
  /retry-after: (\d+)/i.exec(received)?.[1]

/** Each of several is told its status; 0 for one that is not answered, and then stays so. */
async function told(sockets: readonly RawSocket[], expected: readonly number[]): Promise<void> {
  const statuses = await Promise.all(
    sockets.map(async (socket, at) => {
      const [status] = expected[at] === 0 ? [] : await socket.answers(1, 5000)
      return status ?? 0
    }),
  )
  deepEqual(statuses, expected)
  await pause(150)
  for (const [at, { received }] of sockets.entries())
    if (expected[at] === 0) equal(received, '', `socket ${at}`)
}

/** A service that stops waits for what is under way. */
function close(sockets: readonly RawSocket[]): void {
  for (const socket of sockets) socket.close()
}

test('one token has at most half of the places for requests', async (t) => {
  const made = await shared(t, { inFlight: 6 })
  const waiting: RawSocket[] = []
  for (let at = 0; at < 4; at++) waiting.push(await say(t, made.url, halfBody(made.mine)))
  await told(waiting, [0, 0, 0, 429])
  const refused = waiting[3]!
  deepEqual([codeIn(refused), retryAfterIn(refused)], ['RATE_LIMITED', '1'])
  for (let at = 0; at < 4; at++) waiting.push(await say(t, made.url, halfBody(made.theirs)))
  await told(waiting.slice(4), [0, 0, 0, 429])
  waiting[0]!.say(ADD.slice(10))
  deepEqual(await waiting[0]!.answers(1, 2000), [200])
  const next = await say(t, made.url, read(made.mine))
  deepEqual(await next.answers(1, 2000), [200])
  close(waiting)
})

test('without tokens there is one caller, who has all places', async (t) => {
  const { url } = await running(t, { limits: { inFlight: 4 } })
  const waiting: RawSocket[] = []
  for (let at = 0; at < 5; at++) waiting.push(await say(t, url, halfBody('')))
  await told(waiting, [0, 0, 0, 0, 503])
  deepEqual([codeIn(waiting[4]!), retryAfterIn(waiting[4]!)], ['BUSY', '1'])
  close(waiting)
})

test('who is cut off in the middle leaves its place', async (t) => {
  const { url, call, inventory } = await running(t, { limits: { inFlight: 2 } })
  for (let times = 0; times < 3; times++) {
    const cut = await say(t, url, halfBody(''))
    await pause(50)
    cut.close()
    await pause(50)
  }
  equal((await call('GET', '/v1/head')).status, 200)
  equal((await inventory.head()).seq, 3)
})

test('streams of commands take no place of a request, and have places and shares of their own', async (t) => {
  const made = await shared(t, { inFlight: 2, commandStreams: 5, commandStreamsPerToken: 3 })
  const open: RawSocket[] = []
  for (let at = 0; at < 4; at++) open.push(await say(t, made.url, commands(made.mine)))
  await told(open, [0, 0, 0, 429])
  for (let at = 0; at < 3; at++) open.push(await say(t, made.url, commands(made.theirs)))
  await told(open.slice(4), [0, 0, 503])
  for (const token of [made.mine, made.theirs]) {
    const reading = await say(t, made.url, read(token))
    deepEqual(await reading.answers(1, 2000), [200])
  }
  open[0]!.say(chunk(LINE))
  await until('its answer', () => open[0]!.received.includes('"ok":true'))
  open[0]!.close()
  await pause(300)
  await told([await say(t, made.url, commands(made.mine))], [0])
  close(open)
})

test('streams of events, too', async (t) => {
  const made = await shared(t, { inFlight: 2, eventStreams: 5, eventStreamsPerToken: 3 })
  const open: RawSocket[] = []
  for (let at = 0; at < 4; at++) open.push(await say(t, made.url, events(made.mine)))
  await told(open, [200, 200, 200, 429])
  for (let at = 0; at < 3; at++) open.push(await say(t, made.url, events(made.theirs)))
  await told(open.slice(4), [200, 200, 503])
  deepEqual(await (await say(t, made.url, read(made.mine))).answers(1, 2000), [200])
  open[0]!.close()
  await pause(300)
  await told([await say(t, made.url, events(made.mine))], [200])
})

test('a place is kept by nobody whose request was wrong', async (t) => {
  const made = await shared(t, { eventStreams: 2, eventStreamsPerToken: 1 })
  for (let times = 0; times < 3; times++) {
    const wrong = events(made.mine).replace('Accept', 'Last-Event-ID: x\r\nAccept')
    deepEqual(await (await say(t, made.url, wrong)).answers(1, 2000), [400])
  }
  await told([await say(t, made.url, events(made.mine))], [200])
})

import { deepEqual, ok } from 'node:assert/strict'
import { promisify } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { RawSocket } from './support/raw-socket.ts'
import { running, type Running } from './support/running.ts'
import { until } from './support/until.ts'

const UNREAD_MS = 600
/** Together more than the system keeps for a connection whose other side reads nothing. */
const REQUESTS = 14

const ADD = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' } as const

/** A service with a thousand entries of two kilobytes each. */
async function filled(t: TestContext, unreadMs = UNREAD_MS): Promise<Running> {
  const made = await running(t, { limits: { unreadMs } })
  const metadata = Object.fromEntries(
    Array.from({ length: 4 }, (_, at) => [`k${at}`, 'x'.repeat(500)]),
  )
  const commands = Array.from({ length: 100 }, () => ({ ...ADD, metadata }))
  for (let round = 0; round < 10; round++) await made.inventory.batch({ commands })
  return made
}

/** Asks for pages in a row, and reads nothing yet. */
async function askFor(url: string, path: string, times = 1, accept = '*/*'): Promise<RawSocket> {
  const socket = await RawSocket.open(url)
  socket.socket.pause()
  socket.say(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: ${accept}\r\n\r\n`.repeat(times))
  return socket
}

async function connections({ service }: Running): Promise<number> {
  const { server } = service.app
  return await promisify(server.getConnections.bind(server))()
}

test('answers that nobody reads are given up', async (t) => {
  const made = await filled(t)
  const asleep = await askFor(made.url, '/v1/audit?limit=1000', REQUESTS)
  t.after(() => asleep.close())
  await until('it is connected', async () => (await connections(made)) === 1)
  await until('it is cut off', async () => (await connections(made)) === 0, 15_000)
})

test('a stream of events that nobody reads is given up, however much is added to it', async (t) => {
  const made = await filled(t)
  const asleep = await askFor(made.url, '/v1/events?after=0', 1, 'text/event-stream')
  t.after(() => asleep.close())
  await until('it is connected', async () => (await connections(made)) === 1)
  const metadata = { note: 'x'.repeat(500) }
  const commands = Array.from({ length: 1000 }, () => ({ ...ADD, metadata }))
  // More than the system keeps; then a little all the time, as heartbeats would.
  for (let round = 0; round < 20; round++) await made.inventory.batch({ commands })
  const adding = setInterval(() => void made.inventory.addStock(ADD).catch(() => undefined), 20)
  t.after(() => clearInterval(adding))
  await until('it is cut off', async () => (await connections(made)) === 0, 15_000)
})

test('a slow reader who goes on reading gets all of it', async (t) => {
  // The system tells the service in large steps of what was read, which are far apart on a busy machine.
  const unreadMs = 2000
  const made = await filled(t, unreadMs)
  const slow = await askFor(made.url, '/v1/audit?limit=1000', REQUESTS)
  t.after(() => slow.close())
  const answers = (): number => slow.received.match(/HTTP\/1\.1 200/g)?.length ?? 0
  const began = performance.now()
  for (let last = 0; answers() < REQUESTS && !slow.ended; last = answers()) {
    await pause(unreadMs / 6)
    // Not a moment longer than until there is one more, or all of it may come at once.
    const more = () => answers() > last && slow.socket.pause()
    slow.socket.on('data', more).resume()
    await until('more of it', () => answers() > last || slow.ended)
    slow.socket.off('data', more)
  }
  deepEqual([answers(), slow.ended], [REQUESTS, false])
  ok(performance.now() - began > 2 * unreadMs)
})

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory, openInventory, type Inventory } from 'holdfast'
import { Shares } from '../../src/http/limits/shares.ts'
import { WaitingLine } from '../../src/http/limits/waiting-line.ts'
import { eventStream } from '../../src/http/routes/event-stream.ts'
import { TokenRegistry } from '../../src/http/tokens/registry.ts'
import { startService } from '../../src/http/service.ts'
import { RawSocket } from './support/raw-socket.ts'
import { WAREHOUSES } from './support/running.ts'
import { until } from './support/until.ts'

const MIB = 1024 * 1024
const FOR_EVER = new AbortController().signal
const ADD = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' } as const

/** With entries that fill a page. */
async function filled(): Promise<Inventory> {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const metadata = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`k${at}`, 'x'.repeat(500)]),
  )
  await inventory.batch({ commands: Array.from({ length: 100 }, () => ({ ...ADD, metadata })) })
  return inventory
}

interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

/** Of two callers, one asks so often, and reads no answer, that its share is used up; the other one is served. */
async function mustHoldUpNobodyElse(
  t: TestContext,
  inventory: Inventory,
  answersBytesPerToken: number,
  { method, path, body = '' }: Asked,
  times: number,
  before: (url: string, token: string) => Promise<void> = async () => undefined,
): Promise<Response> {
  const tokens = new TokenRegistry(inventory)
  const make = async (name: string): Promise<string> =>
    (await tokens.create({ name, role: 'operator', expiresAt: null }, null)).token
  const [mine, theirs] = [await make('mine'), await make('theirs')]
  const limits = { answersBytesPerToken, answerTurnMs: 500 }
  const service = await startService({ inventory, port: 0, requireToken: true, limits })
  await before(service.url, mine)
  const asleep = await RawSocket.open(service.url)
  t.after(async () => {
    asleep.close()
    await service.close()
    await inventory.close()
  })
  const type = 'application/json'
  const send = async (token: string): Promise<Response> =>
    await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      ...(body === '' ? {} : { body }),
    })
  asleep.socket.pause()
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${mine}\r\n`
  const length = body === '' ? '' : `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n`
  // Together more than the system keeps for a connection.
  asleep.say(`${head}${length}\r\n${body}`.repeat(times))
  let refused: Response | null = null
  await until('the share is used up', async () => {
    const response = await send(mine)
    const { code } = (await response.json()) as { code?: string }
    if (code === 'RATE_LIMITED') refused = response
    return refused !== null
  })
  deepEqual([refused!.status, refused!.headers.get('retry-after')], [429, '1'])
  const other = await send(theirs)
  equal(other.status, 200)
  asleep.close()
  equal((await send(mine)).status, 200)
  return other
}

test('pages that nobody takes hold up their own token, and nobody else', async (t) => {
  const path = '/v1/audit?limit=1000'
  await mustHoldUpNobodyElse(t, await filled(), 2 * MIB, { method: 'GET', path }, 40)
})

test('overviews full of refusals that nobody takes hold up their own token, and nobody else', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  const productId = 'x'.repeat(128)
  const sale = { verb: 'sell', warehouseId: 'SF', productId, qty: 1, owner: productId } as const
  const refuse = async (url: string, token: string): Promise<void> => {
    const commands = Array.from({ length: 200 }, () => sale)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    await fetch(`${url}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ commands }) })
  }
  const asked = { method: 'GET', path: '/v1/overview' } as const
  await mustHoldUpNobodyElse(t, inventory, 2 * MIB, asked, 150, refuse)
})

test('a caller who leaves while one of its requests waits for another leaves nothing behind', async (t) => {
  const inventory = await filled()
  const { token } = await new TokenRegistry(inventory).create(
    { name: 'mine', role: 'reader', expiresAt: null },
    null,
  )
  const limits = { answersBytesPerToken: 2 * MIB, answerTurnMs: 2000 }
  const service = await startService({ inventory, port: 0, requireToken: true, limits })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  const ask = `GET /v1/audit?limit=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`
  for (let times = 0; times < 3; times++) {
    const asleep = await RawSocket.open(service.url)
    asleep.socket.pause()
    asleep.say(ask.repeat(40))
    // Until the system keeps no more of it.
    await pause(700)
    asleep.close()
    await pause(100)
  }
  const response = await fetch(`${service.url}/v1/audit?limit=1000`, {
    headers: { authorization: `Bearer ${token}` },
  })
  equal(response.status, 200)
})

test('large answers of commands that nobody takes hold up their own token, and nobody else', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1000, source: 'S' })
  const hold = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 1 } as const
  const own = { ...hold, ttlMs: 60_000, owner: 'ann' }
  await inventory.batch({ commands: Array.from({ length: 1000 }, () => own) })
  const of = { owner: 'ann' }
  const commands = Array.from({ length: 10 }, (_, at) => ({
    ...{ verb: 'extendAll', of, ttlMs: 60_000, idempotencyKey: `key-${at}` },
  }))
  const asked = { method: 'POST', path: '/v1/batch', body: JSON.stringify({ commands }) } as const
  // Of 3 MB each.
  const response = await mustHoldUpNobodyElse(t, inventory, 8 * MIB, asked, 20)
  const { answers } = (await response.json()) as { answers: { reservations: unknown[] }[] }
  deepEqual([answers.length, answers[9]!.reservations.length], [10, 1000])
})

test('those who wait for something take turns by caller, and are told when it takes too long', async () => {
  const line = new WaitingLine(new Shares(2, 1), 'places')
  const went: string[] = []
  const wait = async (caller: string, name: string): Promise<void> => {
    await line.take(caller, 1, FOR_EVER, null)
    went.push(name)
  }
  await wait('a', 'a1')
  await wait('b', 'b1')
  const rest = [wait('a', 'a2'), wait('a', 'a3'), wait('c', 'c1'), wait('c', 'c2')]
  await rejects(line.take('a', 1, FOR_EVER, 20), { code: 'RATE_LIMITED' })
  await rejects(line.take('d', 1, FOR_EVER, 20), { code: 'BUSY' })
  const gone = new AbortController()
  const left = line.take('d', 1, gone.signal, null)
  gone.abort()
  await rejects(left, { name: 'AbortError' })
  for (const caller of ['b', 'a', 'c', 'a']) {
    line.give(caller, 1)
    await pause(1)
  }
  await Promise.all(rest)
  deepEqual(went, ['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
})

test('a caller with many in the line goes behind each other one after its turn', async () => {
  const line = new WaitingLine(new Shares(1, 1), 'places')
  const went: string[] = []
  const callers = ['a', 'a', 'a', 'b', 'b']
  const all = callers.map(async (caller) => {
    await line.take(caller, 1, FOR_EVER, null)
    went.push(caller)
    await pause(1)
    line.give(caller, 1)
  })
  await Promise.all(all)
  deepEqual(went, ['a', 'a', 'b', 'a', 'b'])
})

test('a stream of events reads large entries a few at a time, and each of them once', async (t) => {
  const inventory = await filled()
  t.after(() => inventory.close())
  const asked: (number | undefined)[] = []
  const counting = new Proxy(inventory, {
    get: (target, name: keyof Inventory) => {
      if (name === 'head') return () => target.head()
      if (name !== 'audit' && name !== 'feed') return target[name]
      return (filter: { limit?: number }) => {
        asked.push(filter.limit)
        return target[name](filter)
      }
    },
  })
  const over = new AbortController()
  const stream = eventStream({
    inventory: counting,
    filter: { after: 0 },
    over: over.signal,
    inTurn: (_over, work) => work(),
    heartbeatMs: 10_000,
  })
  t.after(() => over.abort())
  let text = ''
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()))
  const { seq } = await inventory.head()
  await until('all of them', () => text.includes(`\nid: ${seq}\n`))
  await inventory.addStock(ADD)
  await until('the next one', () => text.includes(`\nid: ${seq + 1}\n`))
  const ids = [...text.matchAll(/^id: (\d+)\ndata/gm)].map(([, id]) => Number(id))
  deepEqual(
    ids,
    Array.from({ length: seq + 1 }, (_, at) => at + 1),
  )
  ok(asked.length > 20 && asked.every((limit) => limit! <= 16), String(asked))
  const closed = once(stream, 'close')
  over.abort()
  await closed
})

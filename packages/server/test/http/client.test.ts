import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { InsufficientStockError, InvalidInputError, OperationalError } from 'holdfast'
import { HoldfastClient, RequestError } from 'holdfast/client'
import { running } from './support/running.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ADD = { ...SOCK, qty: 1, source: 'S' }

/** A proxy that loses answers: `lose` says of which requests. */
async function lossy(
  t: TestContext,
  target: string,
  lose: (count: number) => 'before' | 'after' | null,
) {
  let count = 0
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece as Buffer)
    const fate = lose(++count)
    if (fate === 'before') {
      incoming.socket.destroy()
      return
    }
    const headers = { 'content-type': incoming.headers['content-type'] ?? 'application/json' }
    const isGet = incoming.method === 'GET'
    const answer = await fetch(target + incoming.url, {
      method: incoming.method!,
      headers: isGet ? {} : headers,
      body: isGet ? null : Buffer.concat(pieces),
    })
    if (fate === 'after') incoming.socket.destroy()
    else {
      outgoing.writeHead(answer.status, {
        'content-type': String(answer.headers.get('content-type')),
      })
      outgoing.end(await answer.text())
    }
  }
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count }
}

test('an answer that is lost is asked for again, and the command is done once', async (t) => {
  const { url, inventory } = await running(t)
  const proxy = await lossy(t, url, (count) =>
    count % 3 === 0 ? null : count % 3 === 1 ? 'after' : 'before',
  )
  const client = new HoldfastClient({ url: proxy.url })
  t.after(() => client.close())
  const answers = [
    await client.addStock(ADD),
    await client.addStock(ADD),
    await client.addStock(ADD),
  ]
  deepEqual(
    answers.map(({ onHand }) => onHand),
    [1, 2, 3],
  )
  await Promise.all(Array.from({ length: 100 }, () => client.addStock(ADD)))
  equal((await inventory.stock(SOCK)).onHand, 103)
  const holds = await Promise.allSettled([
    client.reserve({ ...SOCK, qty: 100, ttlMs: 60_000 }),
    client.reserve({ ...SOCK, qty: 100, ttlMs: 60_000 }),
  ])
  deepEqual(
    holds.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
  ok(holds[1].status === 'rejected' && holds[1].reason instanceof InsufficientStockError)
  equal((await inventory.listReservations()).items.length, 1)
})

test('without a key nothing is sent twice that may have been done', async (t) => {
  const { url, inventory } = await running(t)
  const proxy = await lossy(t, url, () => 'after')
  const client = new HoldfastClient({ url: proxy.url, automaticKeys: false })
  t.after(() => client.close())
  await rejects(
    client.addStock(ADD),
    (error) => error instanceof OperationalError && error.code === 'COMMIT_UNKNOWN',
  )
  await rejects(client.batch({ commands: [{ verb: 'addStock', ...ADD }] }), OperationalError)
  equal(proxy.count(), 2)
  equal((await inventory.stock(SOCK)).onHand, 2)
  await rejects(
    new HoldfastClient({ url: proxy.url, retries: 2 }).stock(SOCK),
    (error) => error instanceof OperationalError && error.code === 'STORE_UNAVAILABLE',
  )
  equal(proxy.count(), 5)
})

test('commands that are given together go together, in order', async (t) => {
  const { url } = await running(t)
  const proxy = await lossy(t, url, () => null)
  const client = new HoldfastClient({ url: proxy.url })
  t.after(() => client.close())
  const answers = await Promise.all(Array.from({ length: 2500 }, () => client.addStock(ADD)))
  deepEqual(
    answers.map(({ onHand }) => onHand),
    Array.from({ length: 2500 }, (_, index) => index + 1),
  )
  ok(proxy.count() <= 6, `${proxy.count()} requests`)
})

test(
  'commands that are too much for one list go in several, in order',
  { timeout: 20_000 },
  async (t) => {
    const { url, inventory } = await running(t)
    const client = new HoldfastClient({ url })
    await client.addStock({ ...ADD, qty: 100 })
    const owners = Array.from({ length: 100 }, (_, at) => `cart-${at}`)
    const hold = { ...SOCK, qty: 1, ttlMs: 60_000 }
    await Promise.all(owners.map((owner) => inventory.reserve({ ...hold, owner })))
    const { seq } = await inventory.head()
    // Each of them may write a thousand entries.
    const given = owners.map((owner) => client.releaseAll({ of: { owner } }))
    const released = (await Promise.all(given)).map(({ reservations }) => reservations[0]?.id)
    const recorded: (string | null)[] = []
    for await (const { reservationId } of inventory.audit({ after: seq }))
      recorded.push(reservationId)
    deepEqual(recorded, released)
    await client.close()
  },
)

test('one that is wrong does not take its neighbours with it', async (t) => {
  const { url, inventory } = await running(t)
  const client = new HoldfastClient({ url })
  t.after(() => client.close())
  const outcomes = await Promise.allSettled([
    client.addStock(ADD),
    client.addStock({ ...ADD, qty: 0 }),
    client.addStock({ ...ADD, productId: '\u0000' }),
    client.addStock({ ...ADD, actor: 'me' } as never),
    client.release({ reservationId: '..' }),
    client.addStock(ADD),
  ])
  deepEqual(
    outcomes
      .map((one) =>
        one.status === 'fulfilled' ? 'done' : (one.reason as { code: string; details: object }),
      )
      .map((one) =>
        one === 'done'
          ? one
          : [(one as { code: string }).code, (one as { details: object }).details],
      ),
    [
      'done',
      ['INVALID_QTY', { field: 'qty' }],
      ['INVALID_INPUT', { field: 'productId' }],
      ['INVALID_INPUT', { field: 'actor' }],
      ['RESERVATION_NOT_FOUND', { reservationId: '..' }],
      'done',
    ],
  )
  await rejects(client.release({ reservationId: '..' }), InvalidInputError)
  equal((await inventory.stock(SOCK)).onHand, 2)
})

test('lists are pages to those who wait, and items to those who go through them', async (t) => {
  const { url, inventory } = await running(t)
  const client = new HoldfastClient({ url })
  t.after(() => client.close())
  const commands = Array.from(
    { length: 25 },
    (_, i) => ({ verb: 'addStock', ...ADD, productId: `P${String(i).padStart(2, '0')}` }) as const,
  )
  await inventory.batch({ commands })
  const page = await client.listStock({ limit: 10 })
  deepEqual([page.items.length, page.cursor === null], [10, false])
  const ids: string[] = []
  for await (const { productId } of client.listStock({ limit: 10 })) ids.push(productId)
  deepEqual(
    ids,
    commands.map(({ productId }) => productId),
  )
  const seqs: number[] = []
  for await (const { seq } of client.audit({ after: 20, limit: 5 })) seqs.push(seq)
  deepEqual(seqs, [21, 22, 23, 24, 25])
  const seen: number[] = []
  for await (const { seq } of client.feed({ after: 26, limit: 2 })) seen.push(seq)
  deepEqual(seen, [27, 28])
})

test('what only HTTP refuses is an error of its own kind', async (t) => {
  const { url } = await running(t)
  const wrong = new HoldfastClient({ url, token: 'hf_wrong' })
  await rejects(wrong.stock(SOCK), (error) => {
    ok(error instanceof RequestError)
    deepEqual([error.status, error.code], [401, 'UNAUTHENTICATED'])
    ok(error.requestId !== null)
    return true
  })
  const nowhere = new HoldfastClient({ url: `${url}/nowhere/` })
  await rejects(
    nowhere.addStock(ADD),
    (error) => error instanceof RequestError && error.status === 404,
  )
})

test('a redirect is no answer, and is not followed', async (t) => {
  const { url, inventory } = await running(t)
  for (const status of [301, 302, 303, 307, 308]) {
    const server = createServer((_incoming, outgoing) => {
      outgoing.writeHead(status, { location: `${url}/v1/reservations` }).end()
    }).listen(0, '127.0.0.1')
    t.after(() => server.close().closeAllConnections())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = new HoldfastClient({ url: `http://127.0.0.1:${port}` })
    const calls = [
      () => client.reserve({ ...SOCK, qty: 1, ttlMs: 60_000 }),
      () => client.stock(SOCK),
      () => client.feed({ signal: AbortSignal.timeout(5000) }).next(),
    ]
    for (const call of calls)
      await rejects(call, {
        name: 'RequestError',
        status,
        message: `url redirects to ${url}/v1/reservations, and redirects are not followed`,
      })
    await client.close()
  }
  equal((await inventory.head()).seq, 3)
})

test('a command that was never sent is not called unknown, and what was sent stays so', async (t) => {
  const { url } = await running(t)
  const refused = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
  const lost = new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
  const codeAfter = async (failures: Error[], automaticKeys = true): Promise<string | null> => {
    const fetch: typeof globalThis.fetch = async (...args) => {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      return globalThis.fetch(...args)
    }
    const client = new HoldfastClient({ url, fetch, retries: 1, automaticKeys })
    t.after(() => client.close())
    const answer = client.addStock(ADD)
    return answer.then(
      () => null,
      (error: unknown) => (error as OperationalError).code,
    )
  }
  equal(await codeAfter([refused, refused]), 'STORE_UNAVAILABLE')
  equal(await codeAfter([lost, refused]), 'COMMIT_UNKNOWN')
  equal(await codeAfter([refused, lost]), 'COMMIT_UNKNOWN')
  // Safe to repeat even without a key.
  equal(await codeAfter([refused], false), null)
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  const nobody = new HoldfastClient({ url: `http://127.0.0.1:${port}`, retries: 0 })
  await rejects(nobody.addStock(ADD), {
    code: 'STORE_UNAVAILABLE',
    message: `the service did not answer: fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`,
  })
})

test('a proof may take longer than an attempt of anything else', async (t) => {
  const { url, inventory } = await running(t)
  const verify = inventory.verify.bind(inventory)
  inventory.verify = async (options) => {
    await pause(300)
    return verify(options)
  }
  const client = new HoldfastClient({ url, timeoutMs: 100, retries: 0 })
  equal((await client.verify()).ok, true)
  await rejects(client.verify({ signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' })
})

test('a service that does not answer in time is said with the time', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  t.after(() => silent.close().closeAllConnections())
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const client = new HoldfastClient({
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 100,
    retries: 0,
  })
  const late = 'it took longer than 0.1 seconds'
  await rejects(client.stock(SOCK), { message: `the service did not answer: ${late}` })
  await rejects(client.addStock(ADD), {
    code: 'COMMIT_UNKNOWN',
    message: `no answer, and it may have been executed: ${late}`,
  })
})

test('who no longer waits is told so at once; the others are not disturbed', async (t) => {
  const { url, inventory } = await running(t)
  const client = new HoldfastClient({ url })
  t.after(() => client.close())
  const stop = new AbortController()
  const given = [
    client.addStock(ADD),
    client.addStock(ADD, { signal: stop.signal }),
    client.addStock(ADD),
  ]
  stop.abort(new Error('the shopper left'))
  const outcomes = await Promise.allSettled(given)
  deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  equal((await inventory.stock(SOCK)).onHand, 2)
})

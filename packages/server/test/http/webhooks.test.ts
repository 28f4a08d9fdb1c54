import { createHmac } from 'node:crypto'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import dns from 'node:dns'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { AdjustmentType, memory, openInventory } from 'holdfast'
import { startService } from '../../src/http/service.ts'
import { attempt } from '../../src/http/webhooks/attempt.ts'
import { checkEndpoint } from '../../src/http/webhooks/endpoint.ts'
import { isPublic, publicLookup } from '../../src/http/webhooks/public-address.ts'
import { signature } from '../../src/http/webhooks/signature.ts'
import { Receiver } from './support/receiver.ts'
import { caller, running, WAREHOUSES, type Running } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
const OPTIONS = { allowPrivateWebhooks: true, webhookPauseMs: 20 }

async function hooked(
  t: TestContext,
  body: object = {},
): Promise<Running & { receiver: Receiver; id: string; secret: string }> {
  const receiver = await Receiver.open(t)
  const made = await running(t, OPTIONS)
  const answer = await made.call('POST', '/v1/webhooks', { url: receiver.url, ...body })
  equal(answer.status, 201, answer.text)
  const { id, secret } = answer.body as { id: string; secret: string }
  return { ...made, receiver, id, secret }
}

test('an endpoint is told of every entry, in order, signed as Standard Webhooks says', async (t) => {
  const { inventory, receiver, secret } = await hooked(t)
  await inventory.addStock(ADD)
  await Promise.all(Array.from({ length: 50 }, () => inventory.addStock(ADD)))
  await until('51 deliveries', () => receiver.received.length === 51)
  deepEqual(
    receiver.seqs(),
    Array.from({ length: 51 }, (_, index) => index + 4),
  )
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]]
  const said = JSON.parse(body) as { type: string; timestamp: string; data: { seq: number } }
  deepEqual([said.type, said.data.seq, headers['webhook-id']], ['RECEIVED', 4, 'entry-4'])
  ok(Math.abs(Date.parse(said.timestamp) - Date.now()) < 60_000)
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  ok(key.length >= 24 && key.length <= 64)
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  equal(
    headers['webhook-signature'],
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  )
})

test('the signature is that of the specification’s example', () => {
  equal(
    signature(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    ),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

test('only what was asked for is sent', async (t) => {
  const { inventory, call, receiver } = await hooked(t, {
    types: ['RECEIVED', 'SHIPPED'],
    warehouseId: 'NYC',
  })
  await inventory.addStock(ADD)
  await inventory.addStock({ ...ADD, warehouseId: 'NYC' })
  await inventory.removeStock({ warehouseId: 'NYC', productId: 'SOCK', qty: 1, reason: 'LOST' })
  await inventory.addStock({ ...ADD, warehouseId: 'NYC', productId: 'SHOE' })
  await until('two deliveries', () => receiver.received.length === 2)
  deepEqual(receiver.seqs(), [5, 7])
  const { body } = await call('GET', '/v1/webhooks')
  const [shown] = body['items'] as { position: number; lag: number; failures: number }[]
  await until('it is through', async () => {
    const { items } = (await call('GET', '/v1/webhooks')).body as { items: { lag: number }[] }
    return items[0]!.lag === 0
  })
  equal(shown!.failures, 0)
  equal(JSON.stringify(body).includes('whsec_'), false)
})

test('what fails comes again, and nothing overtakes it', async (t) => {
  const { inventory, call, receiver } = await hooked(t)
  const answers = [500, 302, 404, { status: 503, headers: { 'retry-after': '0' } }]
  let tries = 0
  receiver.answer = () => (tries++ % 5 < 4 ? answers[tries % 4]! : 200)
  await inventory.addStock(ADD)
  await inventory.addStock(ADD)
  await inventory.addStock(ADD)
  await until('three deliveries', () => receiver.received.length === 3, 10_000)
  deepEqual(receiver.seqs(), [4, 5, 6])
  equal(tries, 15)
  receiver.answer = () => 500
  await inventory.addStock(ADD)
  await until('a failure that is told', async () => {
    const { items } = (await call('GET', '/v1/webhooks')).body as {
      items: { failures: number; lastFailure: string }[]
    }
    return items[0]!.failures > 1 && items[0]!.lastFailure === 'it answered 500'
  })
  match((await call('GET', '/metrics')).text, /^holdfast_webhook_failures\{.*\} [2-9]$/m)
  receiver.answer = () => 200
  await until('no failure once it is delivered', async () => {
    const { items } = (await call('GET', '/v1/webhooks')).body as {
      items: { failures: number; lastFailure: string | null }[]
    }
    return items[0]!.failures === 0 && items[0]!.lastFailure === null
  })
  match((await call('GET', '/metrics')).text, /^holdfast_webhook_failures\{.*\} 0$/m)
})

test('an endpoint that is gone is left alone, until it is enabled again', async (t) => {
  const { inventory, call, receiver, id } = await hooked(t)
  receiver.answer = () => 410
  await inventory.addStock(ADD)
  await until(
    'it is disabled',
    async () => (await call('GET', `/v1/webhooks/${id}`)).body['disabledAt'] !== null,
  )
  receiver.answer = () => 204
  await inventory.addStock(ADD)
  const told = async () =>
    (await call('GET', '/metrics')).text.match(/^holdfast_(feed_lag|webhook_failures)\{.*$/gm)
  const ofIt = `{webhook="${id}"}`
  const missed = [`holdfast_feed_lag${ofIt} 2`, `holdfast_webhook_failures${ofIt} 1`]
  deepEqual(await told(), missed, 'alerts see it')
  await call('POST', `/v1/webhooks/${id}/disable`)
  equal(await told(), null, 'nobody misses what was disabled by hand')
  await call('POST', `/v1/webhooks/${id}/enable`)
  await until('what it missed', () => receiver.received.length === 2)
  deepEqual(receiver.seqs(), [4, 5])
})

test('a webhook goes on where it stopped, in another process too', async (t) => {
  const store = memory()
  const receiver = await Receiver.open(t)
  const open = async () => {
    const inventory = await openInventory({ store, warehouses: WAREHOUSES })
    const service = await startService({ inventory, port: 0, ...OPTIONS })
    const close = async (): Promise<void> => {
      await service.close()
      await inventory.close()
    }
    return { inventory, call: caller(service.url), close }
  }
  const first = await open()
  await first.call('POST', '/v1/webhooks', { url: receiver.url })
  await first.inventory.addStock(ADD)
  await until('one delivery', () => receiver.received.length === 1)
  let tries = 0
  receiver.answer = () => {
    tries++
    return 500
  }
  await first.inventory.addStock(ADD)
  await until('it was tried', () => tries > 0)
  await first.close()
  receiver.answer = () => 204
  const second = await open()
  t.after(() => second.close())
  await second.inventory.addStock(ADD)
  await until('the rest', () => new Set(receiver.seqs()).size === 3)
  deepEqual([...new Set(receiver.seqs())], [4, 5, 6])
})

test('a secret is replaced with an overlap; a removed webhook is silent', async (t) => {
  const { inventory, call, receiver, id, secret } = await hooked(t)
  const { body } = await call('POST', `/v1/webhooks/${id}/rotate`)
  ok(body['secret'] !== secret)
  await inventory.addStock(ADD)
  await until('one delivery', () => receiver.received.length === 1)
  match(String(receiver.received[0]!.headers['webhook-signature']), /^v1,\S+ v1,\S+$/)
  equal((await call('DELETE', `/v1/webhooks/${id}`)).status, 200)
  equal((await call('GET', `/v1/webhooks/${id}`)).status, 404)
  await inventory.addStock(ADD)
  await inventory.addStock({ ...ADD, warehouseId: 'NYC' })
  equal(receiver.received.length, 1)
})

test('a secret that was replaced more than once within a day still signs', async (t) => {
  const { inventory, call, receiver, id, secret } = await hooked(t)
  const secrets = [secret]
  for (let times = 0; times < 3; times++)
    secrets.unshift(String((await call('POST', `/v1/webhooks/${id}/rotate`)).body['secret']))
  await inventory.addStock(ADD)
  await until('one delivery', () => receiver.received.length === 1)
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]]
  const at = Number(headers['webhook-timestamp'])
  equal(headers['webhook-signature'], signature(secrets, String(headers['webhook-id']), at, body))
})

test('a day after it was replaced a secret signs no more', async (t) => {
  const { inventory, call, receiver, id, secret: old } = await hooked(t)
  const { body } = await call('POST', `/v1/webhooks/${id}/rotate`)
  const [document] = await inventory.documents('webhook:')
  const stored = JSON.parse(document!.value) as {
    secrets: { secret: string; until: number | null }[]
  }
  const [, replaced] = stored.secrets
  deepEqual(replaced!.secret, old)
  const dayMs = 24 * 3_600_000
  ok(Math.abs(replaced!.until! - Date.now() - dayMs) < 60_000)
  // The day goes by: what is stored is as if it had been replaced a day ago.
  replaced!.until! -= dayMs
  await inventory.setDocuments([{ name: document!.name, value: JSON.stringify(stored) }])
  await pause(1200) // longer than the service takes to look at what others stored
  await inventory.addStock(ADD)
  await until('one delivery', () => receiver.received.length === 1)
  const [{ headers, body: sent }] = receiver.received as [(typeof receiver.received)[0]]
  const id2 = String(headers['webhook-id'])
  const at = Number(headers['webhook-timestamp'])
  equal(headers['webhook-signature'], signature([body['secret'] as string], id2, at, sent))
})

test('an endpoint that says when it can take more is not asked before', async (t) => {
  const { inventory, receiver } = await hooked(t)
  const askedAt: number[] = []
  receiver.answer = () => {
    askedAt.push(performance.now())
    return askedAt.length === 1 ? { status: 429, headers: { 'retry-after': '2' } } : 204
  }
  await inventory.addStock(ADD)
  await until('one delivery', () => receiver.received.length === 1, 10_000)
  const [first, second] = askedAt as [number, number]
  ok(second - first >= 1950, `${second - first} ms`)
})

test('registering twice with one key registers once', async (t) => {
  const { call } = await running(t, OPTIONS)
  const key = { 'idempotency-key': 'hook-1' }
  const url = 'https://example.com/hook'
  const first = await call('POST', '/v1/webhooks', { url, types: ['SOLD'] }, key)
  deepEqual(
    (await call('POST', '/v1/webhooks', { url, types: ['SOLD'] }, key)).body['id'],
    first.body['id'],
  )
  for (const other of [{ types: ['SHIPPED'] }, { types: ['SOLD'], after: 0 }])
    equal((await call('POST', '/v1/webhooks', { url, ...other }, key)).status, 422)
  equal(((await call('GET', '/v1/webhooks')).body['items'] as object[]).length, 1)
  await call('DELETE', `/v1/webhooks/${String(first.body['id'])}`)
  const late = await call('POST', '/v1/webhooks', { url, types: ['SOLD'] }, key)
  deepEqual([late.status, late.body['code']], [404, 'NOT_FOUND'])
})

const PRIVATE = [
  'https://127.0.0.1/', 'https://127.1/', 'https://0x7f000001/', 'https://2130706433/', 'https://017700000001/',
  'https://0/', 'https://10.1.2.3/', 'https://172.16.0.1/', 'https://192.168.1.1/', 'https://169.254.169.254/',
  'https://100.64.0.1/', 'https://[::1]/', 'https://[::]/', 'https://[::ffff:10.0.0.1]/', 'https://[::ffff:a00:1]/',
  'https://[::10.0.0.1]/', 'https://[64:ff9b::a00:1]/', 'https://[2002:a00:1::]/', 'https://[fd00::1]/', 'https://[fe80::1]/',
  'https://[ff02::1]/', 'https://[::ffff:0:127.0.0.1]/', 'https://[3fff::1]/', 'https://[5f00::1]/', 'https://[100:0:0:1::1]/', 'https://[4000::1]/',
  'https://224.0.0.1/', 'https://255.255.255.255/', 'https://localhost/', 'https://api.localhost/',
  'https://LOCALHOST./', 'https://printer.local/', 'https://metadata.google.internal/', 'http://example.com/',
  'https://example.com:22/', 'https://user:pass@example.com/', 'ftp://example.com/', 'file:///etc/passwd', '/hook', 'x', 'https://',
] // prettier-ignore

test('no webhook goes into a private network', async (t) => {
  const { call } = await running(t)
  for (const url of PRIVATE) {
    const { status, body } = await call('POST', '/v1/webhooks', { url })
    deepEqual([status, body['details']], [400, { field: 'url' }], url)
  }
  for (const url of [
    'https://example.com/hook',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]:8443/',
    'https://[::ffff:808:808]/',
  ])
    equal(checkEndpoint(url, false), url)
  equal(((await call('GET', '/v1/webhooks')).body['items'] as object[]).length, 0)
})

test('what was allowed once is looked at again when it is sent', async (t) => {
  const receiver = await Receiver.open(t)
  const store = memory()
  const options = { ...OPTIONS, store }
  const inventory = await openInventory({ store, warehouses: WAREHOUSES })
  const allowing = await startService({ inventory, port: 0, ...options } as never)
  const made = await caller(allowing.url)('POST', '/v1/webhooks', { url: receiver.url })
  equal(made.status, 201)
  await inventory.addStock(ADD)
  await until('one delivery', () => receiver.received.length === 1)
  await allowing.close()

  const service = await startService({ inventory, port: 0, webhookPauseMs: 20 } as never)
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  await inventory.addStock(ADD)
  const path = `/v1/webhooks/${String(made.body['id'])}`
  const shown = async () => (await caller(service.url)('GET', path)).body
  let body: Record<string, unknown> = {}
  for (let tries = 0; tries < 200 && Number(body['failures'] ?? 0) < 2; tries++)
    body = await shown()
  match(String(body['lastFailure']), /must begin with https:/)
  equal(receiver.received.length, 1)
})

test('a name that resolves to a private address is refused when it is connected to', async () => {
  for (const name of ['localhost', 'ip6-localhost', '127.0.0.1'])
    await new Promise<void>((resolve) => {
      publicLookup(name, {}, (error) => {
        ok(error !== null, name)
        resolve()
      })
    })
  for (const address of ['::ffff:127.0.0.1', '0.0.0.0', 'fec0::1', 'x', ''])
    equal(isPublic(address), false, address)
})

test('an endpoint that does not answer, and one that nobody is at, are told of in words', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  t.after(() => {
    silent.closeAllConnections()
    silent.close()
  })
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const message = { id: 'ping-1', type: 'ping', at: 0, data: {} }
  const go = new AbortController().signal
  const late = await attempt(`http://127.0.0.1:${port}/`, message, [], true, go, 500)
  deepEqual(late, {
    outcome: 'failed',
    status: null,
    why: 'it took longer than 0.5 seconds',
    retryAfterMs: null,
  })
  // Each address of a name has its own reason.
  const lookup = dns.lookup
  t.after(() => {
    dns.lookup = lookup
    syncBuiltinESMExports()
  })
  const two = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))
  dns.lookup = ((_name: string, _options: object, done: (...answer: unknown[]) => void) =>
    done(null, two)) as unknown as typeof lookup
  syncBuiltinESMExports()
  const nobody = await attempt('http://hooks.example:1/', message, [], true, go)
  equal(nobody.why, 'connect ECONNREFUSED 127.0.0.1:1; connect ECONNREFUSED 127.0.0.2:1')
})

test('whatever an endpoint answers ends the attempt, and is told', async (t) => {
  const go = new AbortController().signal
  const message = { id: 'ping-1', type: 'ping', at: 0, data: {} }
  let closed = 0
  for (const [answer, status] of [
    ['101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\nhello', 101],
    ['101 Switching Protocols\r\n\r\n', 101],
    ['204 No Content\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n', 204],
    ['103 Early Hints\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /\r\n\r\n', 302],
  ] as const) {
    const odd = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('close', () => closed++)
      socket.once('data', () => socket.write(`HTTP/1.1 ${answer}`))
    }).listen(0, '127.0.0.1')
    t.after(() => odd.close())
    await once(odd, 'listening')
    const { port } = odd.address() as AddressInfo
    const told = await Promise.race([
      attempt(`http://127.0.0.1:${port}/`, message, [], true, go, 2000),
      pause(5000, null, { ref: false }),
    ])
    equal(told?.status, status, answer)
    equal(told.why, status === 204 ? null : `it answered ${status}`)
  }
  await until('all connections are closed', () => closed === 4)
})

test('one entry that is never taken is shown, and can be stepped over', async (t) => {
  const { inventory, call, receiver, id } = await hooked(t, { types: ['RECEIVED'] })
  const shown = async (): Promise<Record<string, unknown>> =>
    (await call('GET', `/v1/webhooks/${id}`)).body
  receiver.answer = ({ body }) => (body.includes('POISON') ? 422 : 204)
  await inventory.addStock(ADD)
  const { seq } = await inventory.addStock({ ...ADD, productId: 'POISON' })
  await inventory.addStock(ADD)
  await until('it is refused', async () => (await shown())['refusedSeq'] !== null)
  const stuck = await shown()
  deepEqual([stuck['refusedSeq'], stuck['lastStatus'], stuck['lag']], [seq, 422, 2])
  const moved = await call('POST', `/v1/webhooks/${id}/position`, { after: seq })
  deepEqual([moved.status, moved.body['position']], [200, seq])
  await until('the next one is delivered', () => receiver.received.length === 2)
  await until('it is through', async () => (await shown())['lag'] === 0)
  deepEqual([(await shown())['refusedSeq'], (await shown())['lastStatus']], [null, null])
  // Back again: what was delivered before is repeated.
  receiver.answer = () => 204
  await call('POST', `/v1/webhooks/${id}/position`, { after: seq - 1 })
  await until('it is repeated', () => receiver.received.length === 4)
  deepEqual(receiver.seqs(), [seq - 1, seq + 1, seq, seq + 1])
  equal((await call('POST', `/v1/webhooks/${id}/position`, {})).status, 400)
  const beyond = { after: seq + 99 }
  const { url } = receiver
  for (const refused of [
    await call('POST', `/v1/webhooks/${id}/position`, beyond),
    await call('POST', '/v1/webhooks', { url, ...beyond }),
  ])
    deepEqual([refused.status, refused.body['code']], [409, 'POSITION_AHEAD'])
  equal((await call('POST', '/v1/webhooks/nobody/position', { after: 0 })).status, 404)
})

test('a disabled webhook waits, can be moved, and goes on from there', async (t) => {
  const { inventory, call, receiver, id } = await hooked(t)
  const off = await call('POST', `/v1/webhooks/${id}/disable`)
  deepEqual([off.status, off.body['disabledBecause']], [200, 'disabled by hand'])
  await inventory.addStock(ADD)
  const { seq } = await inventory.addStock(ADD)
  await call('POST', `/v1/webhooks/${id}/position`, { after: seq - 1 })
  await pause(100)
  deepEqual(receiver.seqs(), [])
  await call('POST', `/v1/webhooks/${id}/enable`)
  await until('the second one', () => receiver.received.length === 1)
  deepEqual(receiver.seqs(), [seq])
})

test('a ping is signed, sent at once beside what waits, and its answer is told', async (t) => {
  const { call, receiver, id, secret } = await hooked(t)
  await call('POST', `/v1/webhooks/${id}/disable`)
  const { status, body } = await call('POST', `/v1/webhooks/${id}/ping`)
  deepEqual([status, body['delivered'], body['status'], body['why']], [200, true, 204, null])
  const [{ headers, body: sent }] = receiver.received as [(typeof receiver.received)[0]]
  equal((JSON.parse(sent) as { type: string }).type, 'ping')
  const ping = String(headers['webhook-id'])
  const at = Number(headers['webhook-timestamp'])
  equal(headers['webhook-signature'], signature([secret], ping, at, sent))
  receiver.answer = () => 503
  const refused = (await call('POST', `/v1/webhooks/${id}/ping`)).body
  deepEqual([refused['delivered'], refused['status']], [false, 503])
  receiver.close()
  const nobody = (await call('POST', `/v1/webhooks/${id}/ping`)).body
  deepEqual([nobody['delivered'], nobody['status']], [false, null])
  match(String(nobody['why']), /ECONN/)
})

test('stock.low is told once for each crossing, to whom names it', async (t) => {
  const { inventory, receiver } = await hooked(t, { types: ['stock.low'], warehouseId: 'NYC' })
  const place = { warehouseId: 'NYC', productId: 'SOCK' }
  await inventory.addStock({ ...place, qty: 9, source: 'S' })
  for (const qty of [5, 1, 1]) await inventory.removeStock({ ...place, qty, reason: 'LOST' })
  await until('it is told', () => receiver.received.length === 1)
  await pause(100)
  deepEqual(
    receiver.received.map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: object }
      return { type, data }
    }),
    [{ type: 'stock.low', data: { ...place, available: 3, seq: 6 } }],
  )
})

test('one webhook can name all types, of entries and of stock that is low', async (t) => {
  const types = [...Object.values(AdjustmentType), 'stock.low']
  const { inventory, receiver } = await hooked(t, { types, warehouseId: 'NYC' })
  const place = { warehouseId: 'NYC', productId: 'SOCK' }
  await inventory.addStock({ ...place, qty: 4, source: 'S' })
  await inventory.removeStock({ ...place, qty: 1, reason: 'LOST' })
  await until('all is told', () => receiver.received.length === 3)
  deepEqual(
    receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort(),
    ['RECEIVED', 'REMOVED', 'stock.low'],
  )
})

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { keptMB } from '../testing/garbage.ts'
import { HoldfastClient } from './client.ts'
import type { OperationalError } from '../model/operational-error.ts'
import type { ClientOptions } from './options.ts'
import type { RequestError } from './remote-error.ts'

/** Else what is never answered would be waited for. */
const LIMITED = { timeout: 20_000 }

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

/** A service that answers nothing until `lift` is called, then everything; records what was sent. */
function stalled(options: Partial<ClientOptions> = {}) {
  const { promise: lifted, resolve: lift } = Promise.withResolvers<void>()
  const sent: number[] = []
  const answer = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const body = JSON.parse(init!.body as string) as { commands?: unknown[] }
    const count = body.commands?.length ?? 1
    sent.push(count)
    await lifted
    const done = { ok: true, available: 1, seq: 1 }
    return Response.json(body.commands ? { answers: body.commands.map(() => done), seq: 1 } : done)
  }
  const fetch = answer as typeof globalThis.fetch
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch, ...options })
  return { client, lift, sent }
}

test('commands aborted while a request is under way leave nothing behind', async () => {
  const { client, lift, sent } = stalled()
  const first = client.addStock(ADD)
  await new Promise((resolve) => setImmediate(resolve))
  const patient = client.addStock(ADD)
  const before = keptMB()
  for (let round = 0; round < 40; round++) {
    const buyers = new AbortController()
    const given = Array.from({ length: 500 }, () =>
      client.addStock(ADD, { signal: buyers.signal }).catch(() => undefined),
    )
    buyers.abort()
    await Promise.all(given)
  }
  const grown = keptMB() - before
  ok(grown < 3, `20,000 aborted commands keep ${grown.toFixed(1)} MB`)
  lift()
  await Promise.all([first, patient])
  deepEqual(sent, [1, 1])
  await client.close()
})

test(
  'when too many wait, further ones are refused, and those that wait are sent',
  LIMITED,
  async () => {
    const { client, lift, sent } = stalled({ queueLimit: 3 })
    const first = client.addStock(ADD)
    await new Promise((resolve) => setImmediate(resolve))
    const leaving = new AbortController()
    const left = client.addStock(ADD, { signal: leaving.signal })
    const waiting = [
      client.addStock(ADD),
      client.batch({ commands: [{ verb: 'addStock', ...ADD }] }),
    ]
    const busy = { code: 'BUSY', details: { waiting: 3, limit: 3 } }
    await rejects(client.addStock(ADD), busy)
    await rejects(client.atomically({ commands: [{ verb: 'addStock', ...ADD }] }), busy)
    leaving.abort()
    await rejects(left)
    waiting.push(client.addStock(ADD))
    lift()
    await Promise.all([first, ...waiting])
    deepEqual(sent, [1, 1, 1, 1])
    waiting.push(client.addStock(ADD))
    await client.close()
  },
)

test('waiting commands take a bounded amount of memory', LIMITED, async () => {
  const { client, lift } = stalled()
  const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at, 'x'.repeat(500)]))
  const outcomes = Array.from({ length: 4000 }, () => client.addStock({ ...ADD, metadata }))
  lift()
  const settled = await Promise.allSettled(outcomes)
  const refused = settled.filter((one) => one.status === 'rejected')
  const codes = refused.map(({ reason }) => (reason as OperationalError).code)
  ok(codes.length > 500 && codes.length < 1000, `${codes.length} of 80 MB`)
  deepEqual(new Set(codes), new Set(['BUSY']))
  await client.close()
})

test('a long-lived signal keeps no command, however the command ended', async () => {
  const { client, lift } = stalled()
  const { signal } = new AbortController()
  const given = Array.from({ length: 50 }, () => client.addStock(ADD, { signal }))
  equal(getEventListeners(signal, 'abort').length, 50)
  lift()
  await Promise.all(given)
  equal(getEventListeners(signal, 'abort').length, 0)
  await client.close()
})

test('what a caller’s onReplay throws is the caller’s alone', async (t) => {
  const thrown: unknown[] = []
  process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error))
  t.after(() => process.setUncaughtExceptionCaptureCallback(null))
  const answer = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const { commands } = JSON.parse(init!.body as string) as { commands?: unknown[] }
    const done = { ok: true, replayed: true, available: 1, seq: 1 }
    const headers = { 'idempotency-replayed': 'true' }
    return Response.json(commands ? { answers: commands.map(() => done), seq: 1 } : done, {
      headers,
    })
  }
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  const mistake = new Error('a mistake of the caller')
  const onReplay = (): never => {
    throw mistake
  }
  for (const together of [3, 1]) {
    const given = Array.from({ length: together }, () => client.addStock(ADD, { onReplay }))
    for (const { available } of await Promise.all(given)) equal(available, 1)
  }
  deepEqual(thrown, [mistake, mistake, mistake, mistake])
  await client.close()
})

test('a call that was aborted is not told that its answer is a replay', async () => {
  const wait = new AbortController()
  const told: string[] = []
  let answered: () => void = () => undefined
  const answer = async (): Promise<Response> => {
    await new Promise<void>((resolve) => (answered = resolve))
    const headers = { 'idempotency-replayed': 'true' }
    return Response.json({ available: 1, seq: 1 }, { headers })
  }
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  const options = { signal: wait.signal, onReplay: () => void told.push('replay') }
  const added = client.addStock(ADD, options).catch(() => told.push('aborted'))
  await new Promise((resolve) => setImmediate(resolve))
  wait.abort()
  await added
  answered()
  await client.close()
  deepEqual(told, ['aborted'])
})

test('commands are sent while fake timers stop `queueMicrotask`, as those of Jest do', async (t) => {
  // Node's own reading of a body needs it; under Jest, that is another one.
  const answer = Object.assign(new Response(), { json: async () => ({ available: 3, seq: 1 }) })
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: async () => answer })
  t.mock.method(globalThis, 'queueMicrotask', () => undefined)
  const { available } = await client.addStock(ADD)
  equal(available, 3)
})

test('a command that may not be done is not told its place among others', async () => {
  const answer = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const { commands } = JSON.parse(init!.body as string) as { commands: unknown[] }
    if (commands.length === 1)
      return Response.json({ answers: [{ ok: true, available: 1, seq: 1 }], seq: 1 })
    const details = { role: 'shop', verb: 'addStock', index: 1 }
    const problem = { code: 'FORBIDDEN', detail: 'may not', details, requestId: 'r-1' }
    return Response.json(problem, { status: 403 })
  }
  const client = new HoldfastClient({ url: 'http://127.0.0.1:1', fetch: answer as typeof fetch })
  const [first, second] = await Promise.allSettled([client.addStock(ADD), client.addStock(ADD)])
  equal(first.status, 'fulfilled')
  const { status, code, message, details, requestId } = (second as { reason: RequestError }).reason
  const told = { status, code, message, details, requestId }
  deepEqual(told, {
    status: 403,
    code: 'FORBIDDEN',
    message: 'may not',
    details: { role: 'shop', verb: 'addStock' },
    requestId: 'r-1',
  })
})

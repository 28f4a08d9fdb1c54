import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory, openInventory, type AuditEntry, type AuditFilter } from 'holdfast'
import { newestFirst } from '../../src/http/routes/newest-first.ts'
import { startService } from '../../src/http/service.ts'
import { caller, running, type Running } from './support/running.ts'
import { until } from './support/until.ts'

const MOST = Number.MAX_SAFE_INTEGER

async function seqs({ call }: Running, query: string): Promise<number[]> {
  const { status, body } = await call('GET', `/v1/audit?${query}`)
  equal(status, 200, query)
  return (body['items'] as { seq: number }[]).map(({ seq }) => seq)
}

/** Entries 4 to 4003; the first of them and each hundredth are of another product. */
async function longTrail(made: Running): Promise<void> {
  for (let from = 0; from < 4000; from += 1000) {
    const commands = Array.from({ length: 1000 }, (_, index) => ({
      verb: 'addStock' as const,
      warehouseId: 'SF',
      productId: (from + index) % 100 === 0 ? 'RARE' : 'SOCK',
      qty: 1,
      source: 'S',
    }))
    await made.inventory.batch({ commands })
  }
}

test('the newest entries below a position come first, page by page, and none twice', async (t) => {
  const made = await running(t)
  await longTrail(made)
  deepEqual(await seqs(made, `before=${MOST}&limit=3`), [4003, 4002, 4001])
  deepEqual(await seqs(made, 'before=3&limit=5'), [2, 1])
  deepEqual(await seqs(made, 'before=1'), [])
  const seen: number[] = []
  for (let before = MOST; ;) {
    const page = await seqs(made, `before=${before}&limit=700`)
    if (page.length === 0) break
    seen.push(...page)
    before = page.at(-1)!
  }
  deepEqual(
    seen,
    Array.from({ length: 4003 }, (_, index) => 4003 - index),
  )
})

test('a page of large entries ends at a megabyte, in both directions, and none is missed', async (t) => {
  const made = await running(t)
  const metadata = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`key ${index}`, '漢'.repeat(500)]),
  )
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S', metadata }
  for (let count = 0; count < 40; count++) await made.inventory.addStock(add)
  const all = Array.from({ length: 43 }, (_, index) => index + 1)
  const pageOf = async (query: string) => {
    const { body } = await made.call('GET', `/v1/audit?limit=1000&${query}`)
    ok(Buffer.byteLength(JSON.stringify(body)) < 1_200_000)
    const items = (body['items'] as { seq: number }[]).map(({ seq }) => seq)
    return { items, cursor: body['cursor'] as string | null }
  }
  const newest: number[] = []
  for (let page = await pageOf(`before=${MOST}`); page.items.length > 0;) {
    newest.push(...page.items)
    page = await pageOf(`before=${newest.at(-1)!}`)
  }
  deepEqual(newest, all.toReversed())
  const oldest: number[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await pageOf(cursor === '' ? 'after=0' : `cursor=${cursor}`)
    oldest.push(...page.items)
    cursor = page.cursor
  }
  deepEqual(oldest, all)
})

test('what is rare is found however far back, and only as far as asked', async (t) => {
  const made = await running(t)
  await longTrail(made)
  const rare = Array.from({ length: 40 }, (_, index) => 3904 - index * 100)
  deepEqual(await seqs(made, `before=${MOST}&productId=RARE&limit=1000`), rare)
  deepEqual(await seqs(made, `before=${MOST}&productId=RARE&limit=7`), rare.slice(0, 7))
  deepEqual(await seqs(made, `before=${rare[6]}&productId=RARE&limit=7`), rare.slice(7, 14))
  deepEqual(await seqs(made, `before=${MOST}&productId=RARE&after=3600`), [3904, 3804, 3704, 3604])
  deepEqual(await seqs(made, `before=${MOST}&productId=NONE`), [])
  const { body } = await made.call('GET', '/v1/audit?before=9&cursor=abc')
  deepEqual(
    [body['code'], (body['details'] as { field: string }).field],
    ['INVALID_INPUT', 'cursor'],
  )
})

test('a proof tells how far it is, then what came of it', async (t) => {
  const made = await running(t)
  await longTrail(made)
  const { text, headers } = await made.call('GET', '/v1/verify', undefined, {
    accept: 'text/event-stream',
  })
  equal(headers.get('content-type'), 'text/event-stream; charset=utf-8')
  equal(headers.get('x-content-type-options'), 'nosniff')
  const events = text
    .trim()
    .split('\n\n')
    .map((event) => /^event: (\w+)\ndata: (.*)$/.exec(event))
  equal(events.at(-1)?.[1], 'verdict')
  const verdict = JSON.parse(events.at(-1)![2]!) as Record<string, unknown>
  deepEqual([verdict['ok'], verdict['entries']], [true, 4003])
  for (const [, name, data] of events.slice(0, -1).map((event) => event!)) {
    equal(name, 'progress')
    deepEqual(Object.keys(JSON.parse(data!) as object), ['seq', 'of'])
  }
})

test('a service that stops ends a proof, and says why', async (t) => {
  const inventory = await openInventory({ store: memory() })
  t.after(() => inventory.close())
  let proving = 0
  // One that never comes to its end.
  inventory.verify = ({ signal } = {}) =>
    new Promise((_, reject) => {
      proving++
      signal!.addEventListener('abort', () => reject(signal!.reason as Error))
    })
  for (const accept of ['text/event-stream', 'application/json']) {
    const service = await startService({ inventory, port: 0 })
    const asked = caller(service.url)('GET', '/v1/verify', undefined, { accept })
    await until('it runs', () => proving > 0)
    proving = 0
    const ended = service.close().then(() => 'ended')
    const late = pause(5000, 'late', { ref: false })
    equal(await Promise.race([ended, late]), 'ended')
    const { status, text } = await asked
    equal(status, accept === 'application/json' ? 503 : 200)
    match(text, /"code":"STORE_CLOSED"/)
  }
})

test('a caller who leaves during a proof ends it, and is no fault of the service', async (t) => {
  const inventory = await openInventory({ store: memory() })
  t.after(() => inventory.close())
  let over: unknown = null
  inventory.verify = ({ signal } = {}) =>
    new Promise((_, reject) => {
      signal!.addEventListener('abort', () => {
        over = signal!.reason
        reject(signal!.reason as Error)
      })
    })
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const service = await startService({ inventory, port: 0, log: { level: 'warn', stream } })
  t.after(() => service.close())
  const signal = AbortSignal.timeout(100)
  await rejects(fetch(`${service.url}/v1/verify`, { signal }), { name: 'TimeoutError' })
  await until('it ended', () => over !== null)
  await fetch(`${service.url}/healthz`)
  deepEqual(lines, [])
})

test('the trail by time and by whom, in either direction, in pages', async (t) => {
  const { call, inventory } = await running(t)
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  for (const actor of ['ann', 'ben', 'ann', 'ben']) {
    await inventory.addStock({ ...add, actor })
    await pause(5)
  }
  const all: AuditEntry[] = []
  for await (const entry of inventory.audit({ type: 'RECEIVED' })) all.push(entry)
  const [first, second, , fourth] = all.map(({ timestamp }) => timestamp)
  const found = async (query: Record<string, string>): Promise<unknown[]> => {
    const { body } = await call('GET', `/v1/audit?${new URLSearchParams(query).toString()}`)
    return (body['items'] as AuditEntry[]).map(({ seq }) => all.findIndex((one) => one.seq === seq))
  }
  const iso = (time: number): string => new Date(time).toISOString()
  deepEqual(await found({ from: String(second), to: String(fourth) }), [1, 2])
  deepEqual(await found({ from: iso(second!), to: iso(fourth!) }), [1, 2])
  deepEqual(await found({ from: iso(second!), to: iso(fourth!), before: '1000' }), [2, 1])
  deepEqual(await found({ from: iso(first!), actor: 'ben' }), [1, 3])
  deepEqual(await found({ actor: 'ann', before: '1000', limit: '1' }), [2])
  const page = await call('GET', `/v1/audit?from=${first}&limit=1&actor=ann`)
  deepEqual(
    await found({ from: iso(first!), actor: 'ann', cursor: String(page.body['cursor']) }),
    [2],
  )
  const wrong = { from: '2026-11-28', to: '2026-11-28T09:00:00' }
  for (const [field, text] of Object.entries(wrong)) {
    const { status, body } = await call('GET', `/v1/audit?${field}=${text}`)
    deepEqual([status, body['details']], [400, { field }])
  }
  equal((await call('GET', '/v1/events?after=0&actor=ann')).status, 200)
  equal((await call('GET', '/v1/events?after=0&from=1')).status, 400)
})

test('what is older than the range that is asked for is not looked through', async (t) => {
  let now = 1_700_000_000_000
  const inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    clock: () => now,
    sweepMs: 0,
  })
  t.after(() => inventory.close())
  const add = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'SUPPLIER' } as const
  const some = Array.from({ length: 1000 }, () => ({ verb: 'addStock', ...add }) as const)
  for (let i = 0; i < 9; i++) await inventory.batch({ commands: some })
  now += 1000
  await inventory.batch({ commands: some })
  const asked: AuditFilter[] = []
  const audit = inventory.audit.bind(inventory)
  inventory.audit = (filter = {}) => {
    asked.push(filter)
    return audit(filter)
  }
  const filter = { actor: 'nobody', from: now }
  deepEqual((await newestFirst(inventory, filter, Infinity)).items, [])
  // The look-up of the time, and two pieces of the thousand entries.
  equal(asked.length, 3)
  deepEqual((await newestFirst(inventory, { from: now + 1 }, Infinity)).items, [])
  equal(asked.length, 4)
})

import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { newSchema, url } from '../../../holdfast/test/postgres/support/place.ts'
import { gatedStore, manualClock } from 'holdfast/testing'
import { startService } from '../../src/http/service.ts'
import { caller, running, WAREHOUSES } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

test('it is ready while the store takes writes, and alive even then when it does not', async (t) => {
  const store = memory()
  const writer = await openInventory({ store, warehouses: WAREHOUSES })
  const reader = await openInventory({ store, readOnly: true })
  const service = await startService({ inventory: reader, port: 0 })
  t.after(async () => {
    await service.close()
    await reader.close()
    await writer.close()
  })
  const call = caller(service.url)
  deepEqual(
    [(await call('GET', '/healthz')).status, (await call('GET', '/readyz')).status],
    [200, 503],
  )
  const { status, body, headers } = await call('POST', '/v1/stock/add', ADD)
  deepEqual([status, body['code'], headers.get('retry-after')], [503, 'STORE_READ_ONLY', '30'])
  equal((await call('GET', '/v1/stock')).status, 200)
  const { call: there } = await running(t)
  deepEqual((await there('GET', '/readyz')).body, { ok: true })
})

test('a clock that is not believed is told of, and keeps nobody from buying', async (t) => {
  const clock = manualClock()
  const inventory = await openInventory({
    store: memory(),
    warehouses: WAREHOUSES,
    clock: clock.now,
    monotonicClock: clock.monotonic,
    sweepMs: 0,
    onWarning: () => undefined,
  })
  const service = await startService({ inventory, port: 0 })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  const call = caller(service.url)
  const told = async (): Promise<unknown[]> => {
    const { status, body } = await call('GET', '/readyz')
    const { text } = await call('GET', '/metrics')
    const figures = text.split('\n').filter((line) => line.startsWith('holdfast_clock'))
    return [status, body, figures]
  }
  const steady = ['holdfast_clock_distrusted 0', 'holdfast_clock_offset_seconds 0']
  deepEqual(await told(), [200, { ok: true }, steady])
  const since = clock.now()
  clock.set(since + 7_200_000)
  const distrusted = { state: 'distrusted', offMs: 7_200_000, since }
  const figures = ['holdfast_clock_distrusted 1', 'holdfast_clock_offset_seconds 7200']
  deepEqual(await told(), [200, { ok: true, clock: distrusted }, figures])
  equal((await call('POST', '/v1/stock/add', ADD)).status, 200)
  equal((await call('GET', '/v1/overview')).body['now'], since)
  clock.advance(300_000)
  deepEqual(await told(), [200, { ok: true }, steady])
  clock.set(since)
  clock.advance(300_000)
  await told()
  clock.advance(300_000)
  const [, { clock: slowed }] = (await told()) as [number, { clock: { state: string } }]
  equal(slowed.state, 'slowed')
})

test('the figures tell what was done, refused, and how far behind the webhooks are', async (t) => {
  const { call, inventory } = await running(t, { allowPrivateWebhooks: true })
  const figures = async (): Promise<Map<string, number>> => {
    const { text, headers } = await call('GET', '/metrics')
    match(headers.get('content-type')!, /^text\/plain; version=0\.0\.4/)
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line) => [
        line.slice(0, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' '))),
      ]),
    )
  }
  await call('POST', '/v1/stock/add', { ...ADD, qty: 10 })
  const hold = { warehouseId: 'SF', productId: 'SOCK', qty: 4, ttlMs: 60_000 }
  await call('POST', '/v1/reservations', hold)
  await call('POST', '/v1/reservations', { ...hold, ttlMs: 1 })
  const commands = [
    { verb: 'reserve', ...hold, qty: 99 },
    { verb: 'addStock', ...ADD },
  ]
  await call('POST', '/v1/batch', { commands })
  await call('POST', '/v1/webhooks', { url: 'http://127.0.0.1:1/', after: 0 })
  await until('the expired hold is written down', async () => (await inventory.head()).seq >= 8)
  const now = await figures()
  equal(now.get('holdfast_commands_total{verb="addStock",outcome="done"}'), 2)
  equal(now.get('holdfast_commands_total{verb="reserve",outcome="done"}'), 2)
  equal(now.get('holdfast_commands_total{verb="reserve",outcome="refused"}'), 1)
  equal(now.get('holdfast_refusals_total{code="INSUFFICIENT_STOCK"}'), 1)
  deepEqual(
    [now.get('holdfast_request_commands_count'), now.get('holdfast_request_commands_sum')],
    [4, 5],
  )
  equal(now.get('holdfast_answer_seconds_count'), 4)
  deepEqual([now.get('holdfast_queue_depth'), now.get('holdfast_read_only')], [0, 0])
  equal(now.get('holdfast_holds_active'), 1)
  const [lag] = [...now].filter(([name]) => name.startsWith('holdfast_feed_lag'))
  equal(lag![1], now.get('holdfast_trail_seq'))
})

test('what was accepted is answered before the service closes', async (t) => {
  const store = gatedStore(memory())
  const inventory = await openInventory({ store, warehouses: WAREHOUSES })
  const service = await startService({ inventory, port: 0 })
  t.after(() => inventory.close())
  const call = caller(service.url)
  store.shut()
  let arrived = 0
  service.app.server.on('request', () => arrived++)
  const given = Array.from({ length: 50 }, () => call('POST', '/v1/stock/add', ADD))
  await until('they wait', () => arrived === 50 && store.waiting() > 0)
  const closing = service.close()
  setTimeout(() => store.lift(), 50)
  const answers = await Promise.all(given)
  ok(answers.every(({ status }) => status === 200))
  const began = performance.now()
  await closing
  ok(performance.now() - began < 2000)
  equal((await inventory.stock({ warehouseId: 'SF', productId: 'SOCK' })).onHand, 50)
})

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-figures-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('the size of the store is told on PostgreSQL too, and is absent where it cannot be told in time', async (t) => {
  const size = /^holdfast_store_bytes [1-9]\d{4,}$/m
  const store = postgres({ connectionString: url, schema: newSchema() })
  match((await (await running(t, { store })).call('GET', '/metrics')).text, size)
  const { call } = await running(t)
  doesNotMatch((await call('GET', '/metrics')).text, /holdfast_store_bytes/)
  for (const storeBytes of [
    () => new Promise(() => undefined),
    () => Promise.reject(new Error('no right')),
  ]) {
    const store = sqlite({ path: join(folderOf(t), 'shop.db'), worker: false })
    const { call, inventory } = await running(t, { store })
    Object.assign(inventory, { storeBytes })
    const { status, text } = await call('GET', '/metrics')
    equal(status, 200)
    doesNotMatch(text, /holdfast_store_bytes/)
  }
})

test('the figures tell of the process, requests, refused tokens, consumers, the disk and the proof', async (t) => {
  const file = join(folderOf(t), 'shop.db')
  const { call, inventory } = await running(t, {
    store: sqlite({ path: file, worker: false }),
    file,
  })
  const consumer = await inventory.consume({ name: 'index' }, () => undefined)
  await call('POST', '/v1/stock/add', ADD)
  await until('the consumer is through', () => consumer.position === 4)
  await consumer.stop()
  await call('POST', '/v1/stock/add', ADD)
  await call('POST', '/v1/stock/add', { ...ADD, qty: 0 })
  equal(
    (await call('GET', '/v1/stock', undefined, { authorization: 'Bearer hf_wrong' })).status,
    401,
  )
  await call('GET', '/nowhere/at/all')
  doesNotMatch((await call('GET', '/metrics')).text, /holdfast_verify_last/)
  await call('GET', '/v1/verify')
  doesNotMatch((await call('GET', '/metrics')).text, /holdfast_verify_last_fault/)
  await call('GET', `/v1/verify?expect=999:${'0'.repeat(64)}`)
  const { text } = await call('GET', '/metrics')
  for (const line of [
    'holdfast_http_requests_total{method="POST",route="/v1/stock/add",status="200"} 2',
    'holdfast_http_requests_total{method="POST",route="/v1/stock/add",status="400"} 1',
    'holdfast_http_requests_total{method="any",route="none",status="404"} 1',
    'holdfast_http_auth_failures_total 1',
    'holdfast_consumer_lag{consumer="index"} 1',
  ])
    ok(text.split('\n').includes(line), `${line}\n${text}`)
  for (const name of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_seconds',
    'holdfast_store_bytes',
    'holdfast_disk_free_bytes',
    'holdfast_verify_last_ok_timestamp_seconds',
    'holdfast_verify_last_fault_timestamp_seconds',
  ])
    // prettier-ignore
    match(text, new RegExp(`^${name} [1-9.]|^${name} 0\\.`, 'm'), name)
  // Since the process began, not since somebody asked.
  const { user, system } = process.cpuUsage()
  const seconds = Number(/^process_cpu_seconds_total (\S+)/m.exec(text)![1])
  ok(seconds > (0.5 * (user + system)) / 1e6, `${seconds} of ${(user + system) / 1e6}`)
  match(text, /^holdfast_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m)
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  // null where it is not installed.
  if (status !== null) deepEqual([status, stderr], [0, ''])
})

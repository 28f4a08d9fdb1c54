import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import type { Writer } from '../../src/store/store.ts'
import { LONG } from '../support/long.ts'
import { newSchema, pool, url } from './support/place.ts'
import { until } from './support/until.ts'

const PLACE = { warehouseId: 'SF', productId: 'SOCK' }
const ONE = { ...PLACE, qty: 1, source: 'SUPPLIER' }
/** By one process, in batches of about half as many as there are callers. */
const [CALLS, CALLERS] = LONG ? [20_000, 600] : [8_000, 240]
/** Of each caller who sells what an owner holds, three holds at a time. */
const SALES = LONG ? 60 : 20

async function open(t: TestContext, schema: string): Promise<Inventory> {
  const inventory = await openInventory({
    store: postgres({ connectionString: url, schema }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  t.after(() => inventory.close())
  return inventory
}

test('two processes write in turn, and each sees what the other wrote', async (t) => {
  const schema = newSchema()
  const [one, two] = [await open(t, schema), await open(t, schema)]
  for (let round = 1; round <= 20; round++) {
    equal((await one.addStock(ONE)).available, round * 2 - 1)
    equal((await two.addStock(ONE)).available, round * 2)
    equal((await one.stock(PLACE)).available, round * 2)
  }
  // What one holds, the other sells; what one refuses to do twice, the other refuses too.
  const hold = { ...PLACE, qty: 3, ttlMs: 60_000, idempotencyKey: 'order 1' }
  const { id: reservationId } = await one.reserve(hold)
  equal((await two.reserve(hold)).id, reservationId)
  equal((await two.confirm({ reservationId })).status, 'CONFIRMED')
  equal((await one.ship({ reservationId })).status, 'SHIPPED')
  await two.changeWarehouse({ id: 'SF', name: 'San Francisco', capacity: 38 })
  equal((await one.addStock(ONE)).onHand, 38)
  await Promise.all([one, two].map((inventory) => rejectsFull(inventory)))
})

test('a warehouse is written when it is new or changed, and not again with each delivery', async (t) => {
  const schema = newSchema()
  const inventory = await open(t, schema)
  const version = async (): Promise<unknown> => {
    await inventory.addStock(ONE)
    const { rows } = await pool.query<{ xmin: string }>(`SELECT xmin FROM "${schema}".warehouse`)
    return rows[0]!.xmin
  }
  const first = await version()
  equal(await version(), first)
  await inventory.changeWarehouse({ id: 'SF', name: 'San Francisco', capacity: 38 })
  const second = await version()
  notEqual(second, first)
  equal(await version(), second)
})

test('all holds of an owner are those of every process', async (t) => {
  const schema = newSchema()
  const [one, two] = [await open(t, schema), await open(t, schema)]
  await one.addStock({ ...ONE, qty: 1000 })
  const hold = { ...PLACE, qty: 1, ttlMs: 60_000, owner: 'ann' }
  const ofAnn = { of: { owner: 'ann' } }
  const ids = ({ reservations }: { readonly reservations: readonly { readonly id: string }[] }) =>
    reservations.map(({ id }) => id)
  for (let round = 0; round < 4; round++) {
    const made = [await one.reserve(hold), await two.reserve(hold), await one.reserve(hold)]
    const given = await two.reserve({ ...hold, owner: 'bob' })
    await one.changeOwner({ reservationId: given.id, owner: 'ann' })
    await one.changeOwner({ reservationId: made[1]!.id, owner: 'bob' })
    const all = [made[0]!.id, made[2]!.id, given.id]
    deepEqual(ids(await two.extendAll({ ...ofAnn, ttlMs: 120_000 })), all)
    deepEqual(ids(await one.releaseAll(ofAnn)), all)
    deepEqual(ids(await two.releaseAll(ofAnn)), [])
  }
  // Both at once, many on their way: each hold is sold by one of them, and none is left.
  const sold: string[] = []
  const shop = async (inventory: Inventory): Promise<void> => {
    for (let call = 0; call < SALES; call++) {
      const held = Array.from({ length: 3 }, () => inventory.reserve(hold))
      sold.push(...ids(await inventory.confirmAll(ofAnn)))
      await Promise.all(held)
    }
  }
  await Promise.all([shop(one), shop(two), shop(one), shop(two)])
  sold.push(...ids(await two.confirmAll(ofAnn)))
  const holds = 4 * 3 * SALES
  deepEqual([sold.length, new Set(sold).size], [holds, holds])
  equal((await two.stock(PLACE)).allocated, holds)
  equal((await one.verify()).ok, true)
})

async function rejectsFull(inventory: Inventory): Promise<void> {
  const outcome = await inventory
    .addStock(ONE)
    .catch((error: unknown) => (error as { code: string }).code)
  equal(outcome, 'CAPACITY_EXCEEDED')
}

test('a process that pipelines its commits lets others come between, and loses nothing by it', async (t) => {
  const schema = newSchema()
  const [busy, other] = [await open(t, schema), await open(t, schema)]
  let left = CALLS
  const asking = async (): Promise<void> => {
    while (left-- > 0) await busy.addStock(ONE)
  }
  const done = Promise.all(Array.from({ length: CALLERS }, asking)).then(() => true)
  let [others, batches] = [0, 0]
  while (!(await Promise.race([done, pause(2, false)]))) {
    // After this many in a row it counts on being alone.
    if (busy.stats().batches < batches + 8) continue
    await other.addStock(ONE)
    others++
    batches = busy.stats().batches
  }
  ok(others >= 3, `${others} came between`)
  equal((await other.stock(PLACE)).available, CALLS + others)
  let expected = 0
  for await (const entry of other.audit({ productId: 'SOCK' })) equal(entry.available, ++expected)
  equal(expected, CALLS + others)
  equal((await other.verify()).ok, true)
})

test('a commit wakes listeners in other processes, also after their connection was lost', async (t) => {
  const schema = newSchema()
  const [one, two] = [await open(t, schema), await open(t, schema)]
  const seen: number[] = []
  const stop = new AbortController()
  const following = (async () => {
    for await (const { seq } of two.feed({ signal: stop.signal })) seen.push(seq)
  })()
  const listeners = async (): Promise<number[]> => {
    const { rows } = await pool.query(
      `SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN "holdfast ${schema}"'`,
    )
    return (rows as { pid: number }[]).map(({ pid }) => pid)
  }
  await until(async () => (await listeners()).length === 2)
  const delays: number[] = []
  const tell = async (): Promise<void> => {
    const { seq } = await one.addStock(ONE)
    delays.push(await until(() => seen.at(-1) === seq))
    await pause(20)
  }
  for (let i = 0; i < 9; i++) await tell()
  // With polling alone it would take an eighth of a second on average.
  ok(delays.sort((a, b) => a - b)[4]! < 60, `delays of ${delays.map(Math.round).join(', ')} ms`)
  const before = await listeners()
  await pool.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [before])
  await until(async () => (await listeners()).some((pid) => !before.includes(pid)))
  await tell()
  stop.abort()
  await following
  deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  )
})

test('a consumer runs in one process at a time, and is taken over from one that is gone', async (t) => {
  const schema = newSchema()
  const [one, two] = [await open(t, schema), await open(t, schema)]
  const handled: string[] = []
  const consume = (inventory: Inventory, name: string) =>
    inventory.consume({ name: 'orders' }, ({ seq }) => void handled.push(`${name} ${seq}`))
  await consume(one, 'one')
  await until(() => handled.length === 1)
  await consume(two, 'two')
  for (let i = 0; i < 5; i++) await two.addStock(ONE)
  await until(() => handled.length === 6)
  deepEqual(
    handled,
    [1, 2, 3, 4, 5, 6].map((seq) => `one ${seq}`),
  )
  await one.close()
  await two.addStock(ONE)
  await until(() => handled.length === 7)
  equal(handled[6], 'two 7')
})

test('a consumer is not forgotten while another process runs it', async (t) => {
  const schema = newSchema()
  const [one, two] = await Promise.all([0, 1].map(() => open(t, schema)))
  const consumer = await one!.consume({ name: 'c' }, () => undefined)
  await until(() => consumer.position > 0)
  await rejects(two!.forgetConsumer('c'), { code: 'INVALID_INPUT' })
  await one!.close()
  equal(await two!.forgetConsumer('c'), true)
})

test('a consumer that was stopped goes on in another process within seconds, or is forgotten at once', async (t) => {
  const schema = newSchema()
  const [one, two] = [await open(t, schema), await open(t, schema)]
  const first = await one.consume({ name: 'c' }, () => undefined)
  await until(() => first.position > 0)
  const second = await two.consume({ name: 'c' }, () => undefined)
  await first.stop()
  const { seq } = await one.addStock(ONE)
  await until(() => second.position === seq, 4000)
  await second.stop()
  equal(await one.forgetConsumer('c'), true)
  equal(await two.forgetConsumer('c'), false)
  const third = await one.consume({ name: 'c' }, () => undefined)
  await until(() => third.position === seq, 4000)
})

test('a consumer goes on nowhere else while a handler is at work that nobody waits for', async (t) => {
  const schema = newSchema()
  const [one, two] = [await open(t, schema), await open(t, schema)]
  const isAtWork = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const late = await one.consume({ name: 'c', stopWithinMs: 0 }, async () => {
    isAtWork.resolve()
    await mayEnd.promise
  })
  await isAtWork.promise
  await late.stop()
  await rejects(two.forgetConsumer('c'), { code: 'INVALID_INPUT' })
  // Neither does it by another of this name that came and went here.
  await one.consume({ name: 'c' }, () => undefined).then((again) => again.stop())
  equal(await one.forgetConsumer('c'), true)
  await rejects(two.forgetConsumer('c'), { code: 'INVALID_INPUT' })
  mayEnd.resolve()
  const other = await two.consume({ name: 'c' }, () => undefined)
  await until(() => other.position > 0, 4000)
})

async function writerOf(t: TestContext, schema: string): Promise<Writer> {
  const opened = await postgres({ pool, schema }).open({ readOnly: false })
  t.after(() => opened.close())
  return opened.writer!
}

test('a lease that is given back while it is renewed is given back', async (t) => {
  const schema = newSchema()
  const [one, two] = [await writerOf(t, schema), await writerOf(t, schema)]
  for (let round = 0; round < 4; round++) {
    const name = `c ${round}`
    // In order, though on different connections.
    await Promise.all([one.lead(name), one.resign(name)])
    equal(await two.lead(name), true)
    await Promise.all([two.resign(name), two.lead(name)])
    equal(await one.lead(name), false)
  }
})

test('a lease that ran out is given to who asks first', async (t) => {
  const schema = newSchema()
  const [one, two] = [await writerOf(t, schema), await writerOf(t, schema)]
  equal(await one.lead('a'), true)
  equal(await two.lead('a'), false)
  equal(await two.lead('b'), true)
  // Like a process that is stopped for longer than its lease.
  await pool.query(`UPDATE ${schema}.lease SET expires_at = clock_timestamp() - interval '1 ms'`)
  equal(await two.lead('a'), true)
  await until(async () => !(await one.lead('a')))
  equal(await two.lead('a'), true)
})

import { equal, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { begun, busyWith, changing, heldUp } from './support/beside.ts'
import { newSchema, pool, server, url } from './support/place.ts'
import { until } from './support/until.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'SUPPLIER' }
const SHOE = { ...SOCK, productId: 'SHOE' }

/** PostgreSQL must not resolve a deadlock by itself; only a superuser can set that. */
const PATIENT = server === null ? url : `${url}?options=-c%20deadlock_timeout%3D60s`
/** A lock wait without a deadlock ends far sooner. */
const LONG_MS = 3_000

async function open(t: TestContext, schema: string): Promise<Inventory> {
  const inventory = await openInventory({
    store: postgres({ connectionString: PATIENT, schema }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  t.after(() => inventory.close())
  return inventory
}

/** Writes alone until the engine counts on being alone, and knows all levels. */
async function alone(inventory: Inventory): Promise<Inventory> {
  for (let turn = 0; turn < 4; turn++) {
    const commands = [SOCK, SHOE].map((command) => ({ verb: 'addStock' as const, ...command }))
    await inventory.batch({ commands })
  }
  return inventory
}

/** A commit that cannot end before the caller does, and a pipelined one behind it. */
async function twoUnderWay(t: TestContext, shop: Inventory, schema: string) {
  const { held, letGo } = await heldUp(t, schema, () => shop.addStock(SOCK), PATIENT)
  const second = shop.addStock(SHOE)
  await until(async () => (await busyWith('%advisory_xact_lock($1%')).length === 1)
  return { answers: Promise.all([held, second]), letGo }
}

test('a commit is sent while the one before it is in flight', async (t) => {
  const schema = newSchema()
  const shop = await alone(await open(t, schema))
  const { answers, letGo } = await twoUnderWay(t, shop, schema)
  await letGo()
  const [sock, shoe] = await answers
  equal(sock.available, 5)
  equal(shoe.available, 5)
  equal(shoe.seq, sock.seq + 1)
  equal((await shop.verify()).ok, true)
})

test('a pipelined commit gives way to another process that has the lock', async (t) => {
  const schema = newSchema()
  const shop = await alone(await open(t, schema))
  let gaveWay = 0
  for (let round = 1; round <= 10 && gaveWay === 0; round++) {
    const { answers, letGo } = await twoUnderWay(t, shop, schema)
    const other = await begun(t, PATIENT)
    const turn = other.query(`SELECT FROM "${schema}".head_lock FOR UPDATE`)
    await until(async () => (await busyWith(`%"${schema}".head_lock FOR%`)).length === 1)
    await letGo()
    await turn
    const next = `INSERT INTO "${schema}".commits SELECT number + 1, last_seq + 1, last_seq, at,
      level_keys, gen_random_uuid(), hash, body FROM "${schema}".commits ORDER BY number DESC LIMIT 1 RETURNING last_seq`
    const began = performance.now()
    const { rows } = await other.query<{ last_seq: string }>(next)
    ok(performance.now() - began < LONG_MS, 'it was kept waiting')
    await other.query('ROLLBACK')
    const [sock, shoe] = await answers
    if (Number(rows[0]!.last_seq) === sock.seq) gaveWay++
    equal(shoe.seq, sock.seq + 1)
    equal(shoe.available, 4 + round)
  }
  equal(gaveWay, 1)
  equal((await shop.verify()).ok, true)
})

test('a pipelined commit whose predecessor failed is rolled back', async (t) => {
  const schema = newSchema()
  const shop = await alone(await open(t, schema))
  const { answers, letGo } = await twoUnderWay(t, shop, schema)
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1
      AND pid <> pg_backend_pid()`,
    [changing(schema)],
  )
  await letGo()
  const [sock, shoe] = await answers
  equal(sock.available, 5)
  equal(shoe.available, 5)
  equal((await shop.verify()).ok, true)
})

test('a commit that had to wait for all checks whether another process came between', async (t) => {
  const schema = newSchema()
  const [other, shop] = [await open(t, schema), await alone(await open(t, schema))]
  // PostgreSQL may grant the lock to a newcomer first.
  let cameBetween = 0
  for (let round = 1; round <= 10 && cameBetween === 0; round++) {
    const holder = await begun(t, PATIENT)
    await holder.query(`SELECT FROM "${schema}".warehouse FOR UPDATE`)
    const renamed = shop.changeWarehouse({ id: 'SF', name: 'San Francisco', capacity: 100 + round })
    await until(async () => (await busyWith(`%INTO "${schema}".warehouse AS%`)).length === 1)
    const delivered = shop.addStock(SHOE)
    const between = other.addStock(SHOE)
    // PostgreSQL shows the first 1,024 bytes; that it locks the head comes later.
    await until(async () => (await busyWith(`BEGIN%"${schema}"%`)).length === 1)
    await holder.query('ROLLBACK')
    await renamed
    const [earlier, later] = [(await between).seq, (await delivered).seq]
    equal(Math.abs(later - earlier), 1)
    if (earlier < later) cameBetween++
    await alone(shop)
  }
  equal(cameBetween, 1)
  equal((await shop.verify()).ok, true)
})

test('nothing is pipelined behind a commit that waits for the lock: its holder may need the rows', async (t) => {
  const schema = newSchema()
  const shop = await alone(await open(t, schema))
  let hadTheTurn = 0
  for (let round = 1; round <= 10 && hadTheTurn === 0; round++) {
    const holder = await begun(t, PATIENT)
    await holder.query(`SELECT FROM "${schema}".level FOR UPDATE`)
    const first = shop.addStock(SOCK)
    await until(async () => (await busyWith(changing(schema))).length === 1)
    const renamed = shop.changeWarehouse({ id: 'SF', name: 'San Francisco', capacity: 100 + round })
    const other = await begun(t, PATIENT)
    const turn = other.query(`SELECT FROM "${schema}".head_lock FOR UPDATE`)
    await until(async () => (await busyWith(`%"${schema}".head_lock FOR%`)).length === 1)
    await holder.query('ROLLBACK')
    await turn
    const { seq } = await first
    const held = shop.reserve({ warehouseId: 'SF', productId: 'SHOE', qty: 1, ttlMs: 60_000 })
    await pause(200)
    const { rows } = await other.query<{ seq: string }>(
      `SELECT max(last_seq) AS seq FROM "${schema}".commits`,
    )
    if (Number(rows[0]!.seq) === seq) {
      hadTheTurn++
      const began = performance.now()
      await other.query(`INSERT INTO "${schema}".commits SELECT number + i, last_seq + i, last_seq + i,
        at, level_keys, gen_random_uuid(), hash, body FROM "${schema}".commits, generate_series(1, 2) i
        WHERE last_seq = ${seq}`)
      ok(performance.now() - began < LONG_MS, 'it was kept waiting')
    }
    await other.query('ROLLBACK')
    await renamed
    equal((await held).seq, seq + 2)
  }
  equal(hadTheTurn, 1)
  equal((await shop.verify()).ok, true)
})

test('a commit is not written after one that a failed-over server has lost', async (t) => {
  const schema = newSchema()
  const shop = await alone(await open(t, schema))
  const head = `"${schema}".commits ORDER BY number DESC LIMIT 1`
  const { rows } = await pool.query<{ seq: string }>(`SELECT last_seq AS seq FROM ${head}`)
  const seq = Number(rows[0]!.seq)
  const [holder, slow] = [await begun(t, PATIENT), await begun(t, PATIENT)]
  await holder.query(`SELECT FROM "${schema}".level FOR UPDATE`)
  const first = shop.addStock(SOCK)
  await until(async () => (await busyWith(changing(schema))).length === 1)
  await slow.query(`INSERT INTO "${schema}".commits SELECT number + 2, first_seq, last_seq, at,
    level_keys, gen_random_uuid(), hash, body FROM ${head}`)
  const second = shop.addStock(SHOE)
  await until(async () => (await busyWith(`%INTO "${schema}".commits%`)).length === 2)
  await holder.query('ROLLBACK')
  equal((await first).seq, seq + 1)
  await pool.query(`BEGIN; SET LOCAL session_replication_role = replica;
    DELETE FROM "${schema}".commits WHERE last_seq > ${seq};
    UPDATE "${schema}".level SET available = 4, last_seq = ${seq - 1} WHERE key = 1;
    UPDATE "${schema}".warehouse_stock SET on_hand = 8;
    COMMIT`)
  await slow.query('ROLLBACK')
  equal((await second).seq, seq + 1)
  equal((await shop.verify()).ok, true)
})

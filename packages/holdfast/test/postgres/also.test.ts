import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { before, test, type TestContext } from 'node:test'
import { AlsoFailedError, memory, openInventory, type Inventory } from 'holdfast'
import { postgres, type PostgresOptions } from 'holdfast/postgres'
import { made } from '../../src/model/also.ts'
import { busyWith } from './support/beside.ts'
import { newSchema, pool, url } from './support/place.ts'
import { until } from './support/until.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const HOLD = { ...SOCK, qty: 1, ttlMs: 60_000 }
/** The schema of the shop's own tables. */
const OWN = newSchema()
const TABLES = `
  CREATE SCHEMA ${OWN};
  CREATE TABLE ${OWN}.orders (
    id text PRIMARY KEY,
    reservation text,
    note varchar(5),
    qty integer CHECK (qty > 0));
  CREATE TABLE ${OWN}.customers (id text PRIMARY KEY);
  CREATE TABLE ${OWN}.lines (
    order_id text REFERENCES ${OWN}.orders DEFERRABLE INITIALLY DEFERRED,
    customer text REFERENCES ${OWN}.customers);
  CREATE TABLE ${OWN}.loud (id text);
  CREATE FUNCTION ${OWN}.raise() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''no'' USING ERRCODE = ''P0042''; END';
  CREATE TRIGGER loud BEFORE INSERT ON ${OWN}.loud FOR EACH ROW EXECUTE FUNCTION ${OWN}.raise();
  CREATE TABLE ${OWN}.counters (id integer PRIMARY KEY, n integer);
  INSERT INTO ${OWN}.counters SELECT i, 0 FROM generate_series(1, 10) i`

before(async () => pool.query(TABLES))

async function open(t: TestContext, options: PostgresOptions = {}): Promise<Inventory> {
  const inventory = await openInventory({
    store: postgres({ connectionString: url, schema: newSchema(), ...options }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  t.after(() => inventory.close())
  await inventory.addStock({ ...SOCK, qty: 1000, source: 'S' })
  return inventory
}

const order = (id: string, note = 'x', qty = 1) => ({
  text: `INSERT INTO ${OWN}.orders (id, reservation, note, qty) VALUES ($1, $2, $3, $4)`,
  values: [id, made('reservationId'), note, qty],
})
const plain = (text: string, values: unknown[] = []) => ({ text, values })

async function orders(like: string): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ id: string; reservation: string }>(
    `SELECT id, reservation FROM ${OWN}.orders WHERE id LIKE $1`,
    [like],
  )
  return Object.fromEntries(rows.map(({ id, reservation }) => [id, reservation]))
}

async function sqlState(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
  } catch (error) {
    ok(error instanceof AlsoFailedError, String(error))
    return error.details.sqlState
  }
  throw new Error('nothing failed')
}

test('a row of the shop and a hold are in one commit', async (t) => {
  const shop = await open(t)
  const hold = await shop.reserve(HOLD, { also: [order('one-1')] })
  deepEqual(await orders('one-%'), { 'one-1': hold.id })
  // A refused command runs none.
  await rejects(shop.reserve({ ...HOLD, qty: 5000 }, { also: [order('one-2')] }), {
    code: 'INSUFFICIENT_STOCK',
  })
  // Releasing a released hold writes nothing, but its statements still run.
  await shop.release({ reservationId: hold.id })
  const { seq } = await shop.head()
  await shop.release({ reservationId: hold.id }, { also: [order('one-3')] })
  equal((await shop.head()).seq, seq)
  deepEqual(await orders('one-%'), { 'one-1': hold.id, 'one-3': hold.id })
  equal((await shop.verify()).ok, true)
})

test('what a list, a split order or a transfer makes can be referred to', async (t) => {
  const shop = await open(t)
  const insert = (id: string, value: unknown) =>
    plain(`INSERT INTO ${OWN}.orders (id, reservation) VALUES ($1, $2)`, [id, value])
  const listed = await shop.atomically(
    {
      commands: [
        { verb: 'addStock', ...SOCK, qty: 1, source: 'S' },
        { verb: 'reserve', ...HOLD },
      ],
    },
    {
      also: [
        insert('list-1', made('reservationId', { result: 1 })),
        insert('list-seq', made('seq')),
      ],
    },
  )
  const { reservations } = await shop.fulfillAcrossWarehouses(
    { productId: 'SOCK', qty: 2, ttlMs: 1000 },
    { also: [insert('list-2', made('reservationId', { leg: 0 }))] },
  )
  const both = await shop.batch(
    {
      commands: [
        { verb: 'reserve', ...HOLD },
        { verb: 'reserve', ...HOLD, qty: 9999 },
        { verb: 'reserve', ...HOLD },
      ],
    },
    {
      also: [
        insert('list-3', made('reservationId', { result: 0 })),
        insert('list-at', made('at')),
        insert('list-first', made('seq', { result: 0 })),
        insert('list-last', made('seq', { result: 2 })),
      ],
    },
  )
  const [first, second, third] = both.answers
  ok(first.ok && !second.ok && third.ok)
  deepEqual(await orders('list-%'), {
    'list-1': (listed.answers[1] as { id: string }).id,
    'list-seq': String(listed.seq),
    'list-2': reservations[0]!.id,
    'list-3': first.id,
    'list-at': String(first.createdAt),
    'list-first': String(first.seq),
    'list-last': String(third.seq),
  })
  const { seq } = await shop.head()
  for (const value of [
    made('transferId'),
    made('reservationId', { leg: 0 }),
    made('expiresAt', { result: 0 }),
    made('seq', { result: 0 }),
    made('at', { leg: 0 }),
  ])
    await rejects(shop.reserve(HOLD, { also: [insert('list-4', value)] }), {
      code: 'INVALID_INPUT',
    })
  for (const name of ['seq', 'at'] as const)
    await rejects(
      shop.batch(
        { commands: [{ verb: 'reserve', ...HOLD, qty: 9999 }] },
        { also: [insert('list-5', made(name, { result: 0 }))] },
      ),
      { code: 'INVALID_INPUT' },
    )
  await rejects(
    shop.batch(
      { commands: [{ verb: 'reserve', ...HOLD }] },
      { also: [insert('x', made('transferId', { result: 0 }))] },
    ),
    { code: 'INVALID_INPUT' },
  )
  equal((await shop.head()).seq, seq)
  equal((await shop.verify()).ok, true)
})

test('lists with some statements are refused each on its own; a transfer and a warehouse can have statements too', async (t) => {
  const shop = await open(t)
  await shop.changeWarehouse(
    { id: 'LA', name: 'Los Angeles' },
    { also: [plain(`INSERT INTO ${OWN}.orders (id) VALUES ($1)`, ['lists-LA'])] },
  )
  const moved = plain(`INSERT INTO ${OWN}.orders (id, reservation) VALUES ($1, $2)`, [
    'lists-moved',
    made('transferId'),
  ])
  const way = { fromWarehouseId: 'SF', toWarehouseId: 'LA', productId: 'SOCK', qty: 1 }
  const { id } = await shop.transfer(way, { also: [moved] })
  const commands = [
    { verb: 'reserve', ...HOLD },
    { verb: 'reserve', ...HOLD },
  ] as const
  const first = { result: 0 }
  const line = (name: string) =>
    plain(`INSERT INTO ${OWN}.orders (id, reservation) VALUES ($1, $2)`, [
      name,
      made('reservationId', first),
    ])
  const settled = await Promise.allSettled([
    shop.atomically({ commands }, { also: [line('lists-1'), line('lists-2')] }),
    shop.atomically({ commands }),
    shop.batch({ commands }, { also: [line('lists-1')] }),
    shop.batch({ commands }, { also: [line('lists-3')] }),
    shop.batch({ commands }),
  ])
  deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  const rows = await orders('lists-%')
  deepEqual(Object.keys(rows).toSorted(), [
    'lists-1',
    'lists-2',
    'lists-3',
    'lists-LA',
    'lists-moved',
  ])
  equal(rows['lists-moved'], id)
  equal((await shop.stock(SOCK)).held, 8)
  equal((await shop.verify()).ok, true)
})

const FAILING: Record<string, { text: string; values: unknown[] }[]> = {
  '23505': [order('taken')],
  '23503': [plain(`INSERT INTO ${OWN}.lines (customer) VALUES ('nobody')`)],
  '22001': [order('long', 'much too long')],
  '23514': [order('none', 'x', 0)],
  '22P02': [order('no number', 'x', 'one' as never)],
  '57014': [plain('SELECT pg_sleep(5)')],
  '42P01': [plain(`INSERT INTO ${OWN}.nowhere VALUES (1)`)],
  '42601': [plain('SELECT 1; COMMIT')],
  P0042: [plain(`INSERT INTO ${OWN}.loud VALUES ('x')`)],
  '57P01': [plain('SELECT pg_terminate_backend(pg_backend_pid())')],
}

for (const [state, also] of Object.entries(FAILING)) {
  test(`${state} refuses its own command, and no other`, async (t) => {
    const shop = await open(t)
    await pool.query(`INSERT INTO ${OWN}.orders (id) VALUES ('taken') ON CONFLICT DO NOTHING`)
    const before = await shop.stock(SOCK)
    const all = Array.from({ length: 40 }, (_, i) =>
      i % 20 === 3
        ? shop.reserve(HOLD, { also })
        : shop.reserve(HOLD, i % 2 === 0 ? { also: [order(`${state}-${i}`)] } : {}),
    )
    const settled = await Promise.allSettled(all)
    for (const [i, one] of settled.entries()) {
      if (i % 20 !== 3)
        equal(one.status, 'fulfilled', `${i}: ${String((one as PromiseRejectedResult).reason)}`)
      else equal(await sqlState(all[i]!), state)
    }
    equal(shop.readOnly, false)
    equal((await shop.stock(SOCK)).held, before.held + 38)
    equal(Object.keys(await orders(`${state}-%`)).length, 20)
    equal((await shop.verify()).ok, true)
  })
}

test('a deferred constraint refuses its own command', async (t) => {
  const shop = await open(t)
  const line = (id: string) => plain(`INSERT INTO ${OWN}.lines (order_id) VALUES ($1)`, [id])
  const settled = await Promise.allSettled([
    shop.reserve(HOLD, { also: [line('late-1'), order('late-1')] }),
    shop.reserve(HOLD, { also: [line('never')] }),
    shop.reserve(HOLD, { also: [line('late-2'), order('late-2')] }),
  ])
  deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  equal(((settled[1] as PromiseRejectedResult).reason as AlsoFailedError).details.sqlState, '23503')
  equal((await shop.stock(SOCK)).held, 2)
})

/** Holds the lock of a row until it is released. */
async function locked(t: TestContext, id: number): Promise<() => Promise<unknown>> {
  const client = await pool.connect()
  t.after(() => client.release(true))
  await client.query(`BEGIN; UPDATE ${OWN}.counters SET n = n + 1 WHERE id = ${id}`)
  return () => client.query('ROLLBACK')
}

const counts = (id: number) => plain(`UPDATE ${OWN}.counters SET n = n + 1 WHERE id = $1`, [id])

test('a command that waits for a lock is refused, is committed apart for a minute, and delays nobody', async (t) => {
  const shop = await open(t)
  const unlock = await locked(t, 1)
  let slowest = 0
  const others = async (): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      const began = performance.now()
      await shop.reserve(HOLD, i % 3 === 0 ? { also: [counts(2)] } : {})
      slowest = Math.max(slowest, performance.now() - began)
    }
  }
  const waiting = async (): Promise<void> => {
    for (let i = 0; i < 3; i++)
      equal(await sqlState(shop.reserve(HOLD, { also: [counts(1)] })), '55P03')
  }
  await Promise.all([waiting(), ...Array.from({ length: 8 }, others)])
  ok(slowest < 1000, `one waited for ${slowest} ms`)
  await unlock()
  await shop.reserve(HOLD, { also: [counts(1)] })
  const { rows } = await pool.query(`SELECT id, n FROM ${OWN}.counters WHERE id < 3 ORDER BY id`)
  deepEqual(rows, [
    { id: 1, n: 1 },
    { id: 2, n: 160 },
  ])
  equal((await shop.stock(SOCK)).held, 481)
})

test('a command in a deadlock is refused', async (t) => {
  const connectionString = `${url}?options=-c%20deadlock_timeout%3D500ms`
  const shop = await open(t, { connectionString, alsoLockMs: 2000, alsoStatementMs: 2000 })
  const client = await pool.connect()
  t.after(() => client.release(true))
  await client.query(`SET deadlock_timeout = '60s'; BEGIN`)
  await client.query(`UPDATE ${OWN}.counters SET n = n WHERE id = 4`)
  // It holds its own lock and waits for the engine's.
  const state = sqlState(shop.reserve(HOLD, { also: [counts(3), counts(4)] }))
  await until(async () => (await busyWith(`UPDATE ${OWN}.counters%`)).length === 1)
  const waits = client.query(`UPDATE ${OWN}.counters SET n = n WHERE id = 3`)
  equal(await state, '40P01')
  await waits
  await client.query('ROLLBACK')
  equal((await shop.stock(SOCK)).held, 0)
})

test('statements run as the given role, and their settings are reset', async (t) => {
  const poor = `${OWN}_poor`
  await pool.query(
    `CREATE ROLE ${poor}; GRANT USAGE ON SCHEMA ${OWN} TO ${poor}; GRANT INSERT ON ${OWN}.orders TO ${poor}`,
  )
  t.after(() => pool.query(`DROP OWNED BY ${poor}; DROP ROLE ${poor}`))
  const shop = await open(t, { alsoRole: poor })
  await shop.reserve(HOLD, { also: [order('role-1')] })
  equal(await sqlState(shop.reserve(HOLD, { also: [counts(5)] })), '42501')
  // Waits for the lock: a connection is cleaned after the answer, before anybody else gets it.
  const found = (id: string) =>
    plain(
      `INSERT INTO ${OWN}.orders (id, reservation) SELECT $1, concat_ws(' ', current_user, current_setting('enable_seqscan'),
      current_setting('enable_hashjoin'), current_setting('application_name'), pg_advisory_lock(1) IS NOT NULL)`,
      [id],
    )
  const changed = plain(
    `SELECT set_config('application_name', 'other', false), pg_advisory_lock(1), set_config('role', 'none', false)`,
  )
  // Once for each connection of the pool.
  for (let i = 0; i < 10; i++) await shop.reserve(HOLD, { also: [changed] })
  for (let i = 0; i < 10; i++) await shop.reserve(HOLD, { also: [found(`found-${i}`)] })
  const all = new Set(Object.values(await orders('found-%')))
  deepEqual([...all], [`${poor} on on holdfast t`])
  await rejects(open(t, { alsoRole: 'nobody_of_this_name' }), { code: 'STORE_UNAVAILABLE' })
})

test('nothing acknowledged is less durable because of a statement’s settings', async (t) => {
  const shop = await open(t)
  const off = plain("SELECT set_config('synchronous_commit', 'off', true)")
  let flushed = 0
  for (let i = 0; i < 20; i++) {
    await shop.reserve(HOLD, { also: [off, order(`durable-${i}`)] })
    const sql = 'SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() AS yes'
    const { rows } = await pool.query<{ yes: boolean }>(sql)
    if (rows[0]!.yes) flushed++
  }
  // The server sometimes writes something of its own.
  ok(flushed >= 15, `${flushed} of 20`)
})

test('a key covers the statements, and a refusal because of them is not stored for it', async (t) => {
  const shop = await open(t)
  const keyed = { ...HOLD, idempotencyKey: 'k-1' }
  const also = [order('key-1')]
  const hold = await shop.reserve(keyed, { also })
  deepEqual(await shop.reserve(keyed, { also }), hold)
  for (const other of [[order('key-2')], [order('key-1', 'y')], [...also, ...also], undefined])
    await rejects(shop.reserve(keyed, other === undefined ? {} : { also: other }), {
      code: 'IDEMPOTENCY_CONFLICT',
    })
  deepEqual(await orders('key-%'), { 'key-1': hold.id })
  const second = { ...HOLD, idempotencyKey: 'k-2' }
  equal(await sqlState(shop.reserve(second, { also })), '23505')
  equal(await sqlState(shop.reserve(second, { also })), '23505')
  // Corrected, it may come with the same key and other statements.
  const again = await shop.reserve(second, { also: [order('key-3')] })
  deepEqual(await orders('key-%'), { 'key-1': hold.id, 'key-3': again.id })
  equal((await shop.stock(SOCK)).held, 2)
  equal((await shop.verify()).ok, true)
})

test('statements are bounded, and copied', async (t) => {
  const shop = await open(t)
  const bad: unknown[] = [
    {},
    'x',
    [null],
    [{}],
    [{ text: 5 }],
    Array.from({ length: 21 }, () => plain('SELECT 1')),
    ...[
      '',
      'COMMIT',
      'begin; select 1',
      '-- x\nSELECT 1',
      '/* */ SELECT 1',
      'CALL f()',
      'DO $$ $$',
      'SELECTED',
      'SET x = 1',
      'SELECT \0',
      `SELECT ${'x'.repeat(70_000)}`,
    ].map((text) => [plain(text)]),
    [{ text: 'SELECT 1', values: {} }],
    [
      plain(
        'SELECT 1',
        Array.from({ length: 10_001 }, () => 1),
      ),
    ],
    [plain('SELECT $1', [() => 1])],
    [plain('SELECT $1', [Symbol('x')])],
    [plain('SELECT $1', [new Map()])],
    [plain('SELECT $1', [[[[[[[[1]]]]]]]])],
    [plain('SELECT $1', [[made('seq')]])],
    [plain('SELECT $1', ['x'.repeat(1_100_000)])],
  ]
  for (const [index, also] of bad.entries())
    await rejects(
      shop.reserve(HOLD, { also: also as never }),
      { code: 'INVALID_INPUT' },
      `${index}`,
    )
  const values: unknown[] = ['copy-1', made('reservationId'), 'x', 1]
  const held = shop.reserve(HOLD, { also: [{ ...order('x'), values }] })
  values[0] = 'copy-2'
  const { id } = await held
  deepEqual(await orders('copy-%'), { 'copy-1': id })
  // An object of the same shape is data.
  const like = { name: 'reservationId', result: null, leg: null }
  const text = plain(`INSERT INTO ${OWN}.orders (id, reservation) VALUES ('copy-3', $1)`, [like])
  await shop.reserve(HOLD, { also: [text] })
  deepEqual(await orders('copy-3'), { 'copy-3': JSON.stringify(like) })
})

test('another store refuses statements', async (t) => {
  const shop = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  t.after(() => shop.close())
  await rejects(shop.addStock({ ...SOCK, qty: 1, source: 'S' }, { also: [plain('SELECT 1')] }), {
    code: 'INVALID_INPUT',
    message: /needs a PostgreSQL store/,
  })
})

test('two processes, keys, failures and locks: each order has its hold, and each hold its order', async (t) => {
  const schema = newSchema()
  const shops = [await open(t, { schema }), await open(t, { schema })]
  const buyers = Array.from({ length: 300 }, async (_, i) => {
    const id = `two-${i % 200}`
    const also = i % 17 === 5 ? [order(id), order('taken-2', 'much too long')] : [order(id)]
    const command = { ...HOLD, ...(i % 3 === 0 ? { idempotencyKey: `two-${i}` } : {}) }
    const outcome = shops[i % 2]!.reserve(command, { also })
    await outcome.catch(() => undefined)
    if (i % 3 === 0)
      return Promise.allSettled([outcome, shops[(i + 1) % 2]!.reserve(command, { also })])
    return Promise.allSettled([outcome])
  })
  const answers = (await Promise.all(buyers)).flat()
  const ids = new Set(answers.map((one) => (one.status === 'fulfilled' ? one.value.id : null)))
  ids.delete(null)
  const rows = Object.values(await orders('two-%'))
  deepEqual(new Set(rows), ids)
  equal(rows.length, ids.size)
  equal((await shops[0]!.stock(SOCK)).held, ids.size)
  equal((await shops[0]!.verify()).ok, true)
})

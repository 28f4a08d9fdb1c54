import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { before, test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { AlsoFailedError, openInventory, type Inventory } from 'holdfast'
import { postgres, type PostgresOptions } from 'holdfast/postgres'
import { made, type SqlStatement } from 'holdfast/sql'
import { Pool, type PoolConfig } from 'pg'
import { LONG } from '../support/long.ts'
import { begun, heldUp } from './support/beside.ts'
import { newSchema, pool, url } from './support/place.ts'
import { Pooler } from './support/pooler.ts'
import { Wire, type Moment } from './support/wire.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const HOLD = { ...SOCK, qty: 1, ttlMs: 600_000 }
/** The schema of the shop's own tables. */
const OWN = newSchema()
const TABLES = `
  CREATE SCHEMA ${OWN};
  CREATE TABLE ${OWN}.orders (id text, reservation text);
  CREATE TABLE ${OWN}.counters (id integer PRIMARY KEY, n integer);
  INSERT INTO ${OWN}.counters VALUES (1, 0);
  CREATE TABLE ${OWN}.names (id text PRIMARY KEY);
  CREATE TABLE ${OWN}.nicknames (name text REFERENCES ${OWN}.names DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE ${OWN}.odd (id text);
  CREATE SEQUENCE ${OWN}.times;
  CREATE FUNCTION ${OWN}.every_second() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN IF nextval('${OWN}.times') % 2 = 0 THEN RAISE check_violation; END IF; RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER odd AFTER INSERT ON ${OWN}.odd DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ${OWN}.every_second();
  CREATE FUNCTION ${OWN}.raise(state text) RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = state; END $$`

before(async () => pool.query(TABLES))

const plain = (text: string, values: unknown[] = []): SqlStatement => ({ text, values })
const order = (id: string) =>
  plain(`INSERT INTO ${OWN}.orders VALUES ($1, $2)`, [id, made('reservationId')])
const set = (name: string, value: string) => plain(`SELECT set_config('${name}', '${value}', true)`)

async function open(t: TestContext, options: PostgresOptions = {}): Promise<Inventory> {
  const place = options.pool === undefined ? { connectionString: url } : {}
  const inventory = await openInventory({
    store: postgres({ ...place, schema: newSchema(), listen: false, ...options }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
    onWarning: () => undefined,
  })
  t.after(() => inventory.close())
  await inventory.addStock({ ...SOCK, qty: 10_000, source: 'S' })
  return inventory
}

/** A program's own pool, and how many of its connections were closed. */
function ownPool<P extends Pool>(t: TestContext, own: P): { own: P; closed: () => number } {
  let closed = 0
  own.on('remove', () => closed++)
  own.on('error', () => undefined)
  t.after(() => own.end())
  return { own, closed: () => closed }
}

const pipelined = (config: PoolConfig = {}): Pool =>
  new Pool({ connectionString: url, ...{ pipeline: true }, ...config })

/** SQLSTATE of a refusal for its statements. */
async function stateOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
  } catch (error) {
    ok(error instanceof AlsoFailedError, String(error))
    return error.details.sqlState
  }
  return 'done'
}

const buy = async (shop: Inventory, ...also: SqlStatement[]) =>
  stateOf(shop.reserve(HOLD, { also }))

/** From now on, for a while, commits are made carefully. */
async function careful(shop: Inventory): Promise<void> {
  equal(await buy(shop, plain('SELECT 1 / 0')), '22012')
}

/** Each order like this has its hold, and there are `bare` other holds. Resolves with the number of orders. */
async function agreed(shop: Inventory, like: string, bare = 0): Promise<number> {
  const { rows } = await pool.query<{ hold: string }>(
    `SELECT reservation AS hold FROM ${OWN}.orders WHERE id LIKE $1`,
    [like],
  )
  equal(new Set(rows.map(({ hold }) => hold)).size, rows.length)
  for (const { hold: reservationId } of rows)
    equal((await shop.getReservation({ reservationId })).status, 'PENDING')
  equal((await shop.stock(SOCK)).held, rows.length + bare)
  equal(shop.readOnly, false)
  equal((await shop.verify()).ok, true)
  return rows.length
}

/** A pool that can change its statements. */
class Garbled extends Pool {
  garble = (text: string): string => text

  override connect(...args: unknown[]): Promise<never> {
    const [done] = args as [(error: Error | undefined, client?: GarbledClient) => void]
    super.connect((error, client) => {
      const given = client as unknown as GarbledClient | undefined
      if (given !== undefined && given.query.name !== 'garbled') {
        const query = given.query.bind(given)
        const garble = (text: string): string => this.garble(text)
        given.query = function garbled(asked) {
          return query({ ...asked, text: garble(asked.text) })
        }
      }
      done(error, given)
    })
    return undefined as unknown as Promise<never>
  }
}

interface GarbledClient {
  query(asked: { text: string }): Promise<unknown>
}

/** Other tests cut connections at all of them, with random statements. */
const MOMENTS: readonly Moment[] = LONG ? ['before', 'during', 'after'] : ['during', 'after']

for (const path of ['plain', 'ahead', 'careful'] as const)
  for (const moment of MOMENTS)
    test(`a connection that is cut ${moment} COMMIT leaves an order and its hold, in the path ${path}`, async (t) =>
      cutAt(t, moment, path))

async function cutAt(t: TestContext, moment: Moment, path: 'plain' | 'ahead' | 'careful') {
  const [schema, through] = [newSchema(), new URL(url)]
  const wire = await Wire.to(Number(through.port))
  t.after(() => wire.close())
  through.port = String(wire.port)
  const shop = await open(t, { connectionString: through.href, schema })
  const name = `cut ${moment}, ${path}`
  const some = async () => Promise.all([1, 2].map((n) => buy(shop, order(`${name} ${n}`))))
  if (path === 'careful') await careful(shop)
  if (path !== 'ahead') {
    const cut = wire.cutAtCommit(moment)
    deepEqual(await some(), ['done', 'done'])
    await cut
    equal(await agreed(shop, `${name}%`), 2)
    return
  }
  // Alone until commits are pipelined.
  for (let turn = 0; turn < 4; turn++) await shop.addStock({ ...SOCK, qty: 1, source: 'S' })
  const { held, letGo } = await heldUp(t, schema, () => buy(shop, order(`${name} 0`)))
  const cut = wire.cutAtCommit(moment)
  const ahead = some()
  await cut
  await letGo()
  deepEqual([await held, await ahead], ['done', ['done', 'done']])
  equal(await agreed(shop, `${name}%`), 3)
}

test('a statement that ends its connection before any answer has come refuses its own command, and no other', async (t) => {
  const [schema, through] = [newSchema(), new URL(url)]
  const wire = await Wire.to(Number(through.port))
  t.after(() => wire.close())
  through.port = String(wire.port)
  wire.delayAnswers(20)
  const shop = await open(t, { connectionString: through.href, schema })
  const began = performance.now()
  const buying = Array.from({ length: 100 }, async (_, n) =>
    n === 60
      ? buy(shop, plain('SELECT pg_terminate_backend(pg_backend_pid())'))
      : buy(shop, order(`unheard ${n}`)),
  )
  const refused = (await Promise.all(buying)).filter((state) => state !== 'done')
  equal(refused.length, 1, refused.join())
  t.diagnostic(`${Math.round(performance.now() - began)} ms`)
  equal(await agreed(shop, 'unheard%'), 99)
})

test('outside a transaction their statements are not run either', async (t) => {
  const { own } = ownPool(t, new Garbled({ connectionString: url, ...{ pipeline: true } }))
  const schema = newSchema()
  const shop = await open(t, { pool: own, schema })
  for (let turn = 0; turn < 4; turn++) await shop.addStock({ ...SOCK, qty: 1, source: 'S' })
  const { held, letGo } = await heldUp(t, schema, () => buy(shop, order('begun 1')))
  let times = 0
  // A pipelined transaction begins without checking the head.
  own.garble = (text) =>
    text.startsWith('BEGIN') && !text.includes('head_lock') && times++ === 0 ? 'SELECT 1 / 0' : text
  const ahead = buy(shop, order('begun 2'))
  await pause(100)
  await letGo()
  deepEqual([await held, await ahead, times > 0], ['done', 'done', true])
  equal(await agreed(shop, 'begun%'), 2)
})

test('a connection lost between commands ends none of them, and not the process', async (t) => {
  const { own } = ownPool(t, new Garbled({ connectionString: url, ...{ pipeline: true } }))
  const shop = await open(t, { pool: own })
  await careful(shop)
  let times = 0
  own.garble = (text) =>
    text.startsWith('SAVEPOINT holdfast_carried') && times++ === 0
      ? 'SELECT pg_terminate_backend(pg_backend_pid())'
      : text
  deepEqual(await Promise.all([buy(shop, order('lost 1')), buy(shop, order('lost 2'))]), [
    'done',
    'done',
  ])
  equal(await agreed(shop, 'lost%'), 2)
})

test('the result of a statement is ignored', async (t) => {
  const shop = await open(t)
  const most = plain('SELECT 9223372036854775807::bigint')
  equal(await buy(shop, most), 'done')
  await careful(shop)
  equal(await buy(shop, most), 'done')
})

const WRONG: readonly (readonly [state: string, statement: SqlStatement])[] = [
  // It warns, but does not fail.
  ['done', plain('SELECT pg_advisory_unlock(5)')],
  ['08P01', plain('SELECT $1::int, $2::int', [1])],
  ['08P01', plain('SELECT 1', [1])],
  ['57P01', plain(`SELECT ${OWN}.raise('57P01')`)],
  ['25P03', plain(`SELECT ${OWN}.raise('25P03')`)],
  ['HF001', plain(`SELECT ${OWN}.raise('HF001')`)],
  ['22007', plain('SELECT $1::timestamptz', [new Date(Number.NaN)])],
  ['22003', plain('SELECT $1::bigint', [10n ** 40n])],
  ['22021', plain('SELECT $1::text', ['a\0b'])],
  ['22P05', plain('SELECT $1::jsonb', [{ a: '\0' }])],
  ['42P18', plain('SELECT $60000::int', [1])],
  ['42601', plain('SELECT 1 WHERE')],
  ['22023', plain(`SELECT pg_notify('x', repeat('y', 9000))`)],
  ['57014', plain('SELECT pg_cancel_backend(pg_backend_pid())')],
  ['done', plain('SELECT $1::text', ['\ud800'])],
  ['done', plain('SELECT INTO TEMP one FROM pg_class')],
  ['done', plain('SELECT pg_notify($1, $2)', ['x', 'y'])],
]

for (const path of ['plain', 'careful'] as const)
  test(`a faulty statement affects only its command, and no connection is closed for it, in the path ${path}`, async (t) => {
    const { own, closed } = ownPool(t, pipelined())
    let shop = await open(t, { pool: own })
    if (path === 'careful') await careful(shop)
    const wrong = path === 'careful' || LONG ? WRONG : WRONG.slice(0, 4)
    for (const [state, statement] of wrong) {
      const other = buy(shop, order(`wrong ${path}`))
      equal(await buy(shop, statement), state)
      equal(await other, 'done')
      // A failure has made it careful.
      if (path === 'plain' && state !== 'done') shop = await open(t, { pool: own })
    }
    await pause(50)
    equal(closed(), 0)
  })

test('a command that fails because of an earlier one, itself refused, is not refused', async (t) => {
  const shop = await open(t)
  const name = plain(`INSERT INTO ${OWN}.names VALUES ('ann')`)
  const nobody = plain(`INSERT INTO ${OWN}.nicknames VALUES ('nobody')`)
  deepEqual(await Promise.all([buy(shop, name, nobody), buy(shop, name, order('name'))]), [
    '23503',
    'done',
  ])
  equal(await agreed(shop, 'name'), 1)
})

test('a failure at COMMIT alone refuses its command, and the store still works', async (t) => {
  const shop = await open(t)
  await careful(shop)
  const odd = plain(`INSERT INTO ${OWN}.odd VALUES ('x')`)
  const others = [buy(shop, order('end 1')), stateOf(shop.reserve(HOLD)), buy(shop, order('end 2'))]
  equal(await buy(shop, odd), '23514')
  deepEqual(await Promise.all(others), ['done', 'done', 'done'])
  equal(await agreed(shop, 'end%', 1), 2)
})

test('a role that no longer exists refuses the commands with statements, and the store still works', async (t) => {
  const role = `${OWN}_gone`
  await pool.query(`CREATE ROLE ${role}`)
  const shop = await open(t, { alsoRole: role })
  equal(await buy(shop, plain('SELECT 1')), 'done')
  await pool.query(`DROP ROLE ${role}`)
  for (let times = 0; times < 3; times++) {
    const bare = stateOf(shop.reserve(HOLD))
    equal(await buy(shop, plain('SELECT 1')), '22023')
    equal(await bare, 'done')
  }
  equal(shop.readOnly, false)
})

test('a pool that has set a role keeps it', async (t) => {
  const role = `${OWN}_app`
  await pool.query(`CREATE ROLE ${role} SUPERUSER`)
  t.after(() => pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`))
  const { own } = ownPool(t, pipelined({ max: 1 }))
  own.on('connect', (client) => void client.query(`SET ROLE ${role}`))
  const shop = await open(t, { pool: own })
  const whose = async () => (await own.query('SELECT current_user AS name')).rows[0] as unknown
  equal(await buy(shop, plain('SELECT 1')), 'done')
  deepEqual(await whose(), { name: role })
  await careful(shop)
  equal(await buy(shop, set('role', 'pg_monitor')), 'done')
  deepEqual(await whose(), { name: role })
})

/** What a statement sets, and what it is refused with for that. */
const SETTINGS: readonly (readonly [name: string, value: string, state: string])[] = [
  ['holdfast_tx.is_begun', 'off', 'HF003'],
  ['session_authorization', 'pg_monitor', '42501'],
  ['lock_timeout', '1', 'done'],
  ['bytea_output', 'escape', 'done'],
  ['DateStyle', 'German', 'done'],
  ['client_encoding', 'LATIN1', 'done'],
  ['session_replication_role', 'replica', 'done'],
]

test('settings of a statement do not affect others, and do not outlive its commit', async (t) => {
  const shop = await open(t)
  for (const [index, [name, value, state]] of SETTINGS.entries()) {
    const others = [
      buy(shop, order(`set ${index} ä`)),
      stateOf(shop.reserve({ ...HOLD, owner: 'ä' })),
    ]
    equal(await buy(shop, set(name, value)), state, name)
    deepEqual(await Promise.all(others), ['done', 'done'], name)
  }
  const done = SETTINGS.filter(([, , state]) => state === 'done').length
  equal(await agreed(shop, 'set%', SETTINGS.length + done), SETTINGS.length)
  const late = Array.from({ length: 9 }, async (_, index) => buy(shop, order(`late ${index}`)))
  equal(await buy(shop, set('statement_timeout', '1')), 'done')
  for (const one of late) equal(await one, 'done')
})

test('the engine’s rows are written correctly after statements that set how texts are read', async (t) => {
  const shop = await open(t)
  await careful(shop)
  const also = [set('client_encoding', 'LATIN1')]
  const { id: reservationId } = await shop.reserve({ ...HOLD, owner: 'ä' }, { also })
  equal((await shop.getReservation({ reservationId })).owner, 'ä')
  equal((await shop.verify()).ok, true)
})

test('a broken rule of the engine stops all writing, whatever statements there are', async (t) => {
  for (const path of ['plain', 'careful']) {
    const schema = newSchema()
    const shop = await open(t, { schema })
    if (path === 'careful') await careful(shop)
    await pool.query(`ALTER TABLE "${schema}".level ADD CHECK (available > 9999) NOT VALID`)
    await rejects(shop.reserve(HOLD, { also: [order('rule')] }), { code: 'STORE_READ_ONLY' })
    equal(shop.readOnly, true)
  }
  const { rows } = await pool.query(`SELECT FROM ${OWN}.orders WHERE id = 'rule'`)
  equal(rows.length, 0)
})

for (const [max, pipeline] of [
  [1, false],
  [2, true],
] as const)
  test(`a pool of ${max} is enough; sent ${pipeline ? 'in one go' : 'one after another'}`, async (t) => {
    const { own } = ownPool(t, pipelined({ max, ...{ pipeline } }))
    const shop = await open(t, { pool: own })
    const name = `pool ${max} ${pipeline}`
    const some = async (what: string) =>
      Promise.all(
        Array.from({ length: 60 }, async (_, index) => buy(shop, order(`${name} ${what}${index}`))),
      )
    ok((await some('a')).every((state) => state === 'done'))
    const slow = [plain('SELECT pg_sleep(20)')]
    // Without a limit of its own it is cancelled over the other connection.
    if (max > 1) slow.unshift(set('statement_timeout', '0'))
    const other = stateOf(shop.reserve(HOLD))
    equal(await buy(shop, ...slow), '57014')
    equal(await other, 'done')
    ok((await some('b')).every((state) => state === 'done'))
    equal(await agreed(shop, `${name}%`, 1), 120)
  })

test('behind a pooler in transaction mode too, each order has its hold', async (t) => {
  const pooler = await Pooler.to(Number(new URL(url).port), 4)
  t.after(() => pooler.close())
  const shop = await open(t, { connectionString: pooler.url })
  const states = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      await pause(index)
      return buy(shop, index === 100 ? plain('SELECT 1 / 0') : order(`pooler ${index}`))
    }),
  )
  deepEqual(
    states.filter((state) => state !== 'done'),
    ['22012'],
  )
  // The driver knows another backend than the one behind the pooler.
  equal(await buy(shop, set('statement_timeout', '0'), plain('SELECT pg_sleep(20)')), '57014')
  equal(await agreed(shop, 'pooler%'), 199)
  await shop.close()
})

test('a prepared statement survives a change of its table, and hundreds of texts are as many', async (t) => {
  const shop = await open(t)
  const counts = plain(`UPDATE ${OWN}.counters SET n = n + 1 WHERE id = 1 RETURNING *`)
  for (let times = 0; times < 5; times++) equal(await buy(shop, counts), 'done')
  await pool.query(`ALTER TABLE ${OWN}.counters ADD COLUMN more integer`)
  for (let times = 0; times < 5; times++) equal(await buy(shop, counts), 'done')
  const { rows } = await pool.query(`SELECT n FROM ${OWN}.counters`)
  deepEqual(rows, [{ n: 10 }])
  const texts = Array.from({ length: 440 }, async (_, index) =>
    buy(shop, order(`text ${index}`), plain(`SELECT ${index % 220}`)),
  )
  ok((await Promise.all(texts)).every((state) => state === 'done'))
  equal(await agreed(shop, 'text%', 10), 440)
})

test('while a table is altered, commands that need it are refused, and the others succeed', async (t) => {
  const shop = await open(t)
  const deployment = await begun(t)
  await deployment.query(`ALTER TABLE ${OWN}.orders ADD COLUMN more integer`)
  let slowest = 0
  const others = Array.from({ length: 8 }, async () => {
    for (let times = 0; times < 10; times++) {
      const began = performance.now()
      await shop.reserve(HOLD)
      slowest = Math.max(slowest, performance.now() - began)
    }
  })
  const states = Array.from({ length: 20 }, async (_, index) => buy(shop, order(`alter ${index}`)))
  for (const state of states) equal(await state, '55P03')
  await Promise.all(others)
  ok(slowest < 2000, `one waited for ${slowest} ms`)
  await deployment.query('COMMIT')
  equal(await buy(shop, order('alter')), 'done')
  equal(await agreed(shop, 'alter%', 80), 1)
})

test('statements that take too long only together are all run', async (t) => {
  const shop = await open(t, { alsoStatementMs: 500 })
  const sleeps = plain('SELECT pg_sleep(0.38)')
  const states = [1, 2].map(async () =>
    stateOf(shop.reserve(HOLD, { also: [sleeps, sleeps, order('long')], timeoutMs: 10_000 })),
  )
  deepEqual(await Promise.all(states), ['done', 'done'])
  equal(await agreed(shop, 'long'), 2)
})

test('a command that waits for its own commit can be aborted, and times out', async (t) => {
  const shop = await open(t, { alsoStatementMs: 100 })
  const slow = [plain('SELECT pg_sleep(20)')]
  // First it becomes known as slow; then it gets its own commit, after which the next one must wait.
  for (let times = 0; times < 2; times++)
    equal(await stateOf(shop.reserve(HOLD, { also: slow })), '57014')
  const going = new AbortController()
  const gone = rejects(shop.reserve(HOLD, { also: slow, signal: going.signal }), /gone away/)
  const late = rejects(shop.reserve(HOLD, { also: slow, timeoutMs: 200 }), { code: 'TIMEOUT' })
  await shop.reserve(HOLD)
  going.abort(new Error('gone away'))
  await gone
  await late
  const last = stateOf(shop.reserve(HOLD, { also: slow }))
  await shop.close()
  equal(await last, '57014')
})

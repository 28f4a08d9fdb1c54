import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, type Inventory, type InventoryOptions } from 'holdfast'
import {
  migrate,
  migrationSql,
  migrationState,
  postgres,
  type PostgresOptions,
} from 'holdfast/postgres'
import { failure } from 'holdfast/testing'
import { Pool } from 'pg'
import { HastyServer } from './support/hasty-server.ts'
import { newSchema, pool, server, url } from './support/place.ts'

const WAREHOUSES = [{ id: 'SF', name: 'San Francisco' }]
const PLACE = { warehouseId: 'SF', productId: 'SOCK' }
const OWN = { skip: server === null && 'the server that DATABASE_URL names is not ours to change' }

async function open(
  t: TestContext,
  options: PostgresOptions,
  more: Partial<InventoryOptions> = {},
): Promise<Inventory> {
  const store = postgres({ schema: newSchema(), ...options })
  const inventory = await openInventory({ store, warehouses: WAREHOUSES, ...more })
  t.after(() => inventory.close())
  return inventory
}

/** Settings of a role or a database, for everybody who connects. */
function withSettings(settings: Readonly<Record<string, string>>, database?: string): string {
  const changed = new URL(url)
  if (database !== undefined) changed.pathname = `/${database}`
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  changed.searchParams.set('options', options.join(' '))
  return changed.href
}

async function trade(inventory: Inventory): Promise<void> {
  await inventory.addStock({ ...PLACE, qty: 50, source: 'SUPPLIER' })
  await Promise.all(
    Array.from({ length: 40 }, async (_, buyer) => {
      const hold = { ...PLACE, qty: 1, ttlMs: 60_000, idempotencyKey: `${buyer}` }
      const { id: reservationId } = await inventory.reserve(hold)
      await inventory.confirm({ reservationId })
      await inventory.stock(PLACE)
    }),
  )
  equal((await inventory.stock(PLACE)).allocated, 40)
  equal((await inventory.verify()).ok, true)
}

test('a connection that ends as it begins does not end the program', OWN, async (t) => {
  const given = new URL(url)
  const hasty = await HastyServer.before(Number(given.port || 5432), 3)
  t.after(() => hasty.close())
  given.port = String(hasty.port)
  const own = new Pool({ connectionString: given.href })
  t.after(() => own.end())
  const inventory = await open(t, { pool: own })
  equal(hasty.left, 0)
  await trade(inventory)
})

test('a pool of one connection is enough for everything at once', async (t) => {
  const own = new Pool({ connectionString: url, max: 1 })
  const inventory = await open(t, { pool: own }, { sweepMs: 20 })
  t.after(() => own.end())
  const consumer = await inventory.consume({ name: 'all' }, () => undefined)
  await Promise.all([trade(inventory), inventory.verify(), inventory.listStock()])
  const { seq } = await inventory.head()
  while (consumer.position < seq) await pause(10)
})

test('settings of the role do not affect the engine', async (t) => {
  const connectionString = withSettings({
    search_path: 'pg_temp',
    default_transaction_isolation: 'serializable',
    synchronous_commit: 'off',
    idle_session_timeout: '250',
    plan_cache_mode: 'force_custom_plan',
    DateStyle: 'German',
    bytea_output: 'escape',
    extra_float_digits: '0',
  })
  const inventory = await open(t, { connectionString })
  await trade(inventory)
  await pause(600)
  await inventory.removeStock({ ...PLACE, qty: 1, reason: 'LOST' })
})

test('a statement_timeout of the role ends no command while another process has the lock', async (t) => {
  const schema = newSchema()
  const connectionString = withSettings({ statement_timeout: '150' })
  const inventory = await open(t, { connectionString, schema })
  const other = await pool.connect()
  await other.query(`BEGIN; SELECT FROM ${schema}.head_lock FOR UPDATE`)
  const waiting = inventory.addStock({ ...PLACE, qty: 1, source: 'SUPPLIER' })
  await pause(700)
  await other.query('COMMIT')
  other.release()
  equal((await waiting).available, 1)
})

test('a transaction_timeout of the role ends neither a migration nor a snapshot', async (t) => {
  const { rows } = await pool.query<{ is: boolean }>(
    `SELECT current_setting('transaction_timeout', true) IS NOT NULL AS is`,
  )
  if (!rows[0]!.is) return t.skip('this server is older than 17, and has no such setting')
  const schema = newSchema()
  const connectionString = withSettings({ transaction_timeout: '150' })
  const other = await pool.connect()
  await other.query(`BEGIN; SELECT pg_advisory_xact_lock(
    hashtextextended('holdfast migrations: ${schema}', 0))`)
  const migrated = migrate(connectionString, { schema })
  await pause(400)
  await other.query('COMMIT')
  other.release()
  equal((await migrated).version, 0)
  const opened = await postgres({ connectionString, schema }).open({ readOnly: true })
  t.after(async () => opened.close())
  const snapshot = await opened.reader.snapshot()
  await pause(400)
  equal((await snapshot.integrity()).length, 0)
  await snapshot.close()
})

test('no time-out of the role ends what only a proof reads', async (t) => {
  const schema = newSchema()
  await open(t, { connectionString: url, schema })
  const connectionString = withSettings({ statement_timeout: '150', lock_timeout: '100' })
  const opened = await postgres({ connectionString, schema }).open({ readOnly: true })
  t.after(async () => opened.close())
  const other = await pool.connect()
  await other.query(`BEGIN; LOCK TABLE ${schema}.commits, ${schema}.level`)
  const reading = Promise.all([opened.reader.log(0), opened.reader.integrity()])
  await pause(400)
  await other.query('COMMIT')
  other.release()
  const [commits, faults] = await reading
  equal(commits.length, 1)
  deepEqual(faults, [])
})

test('what ended a snapshot is told by every read of it', async (t) => {
  const schema = newSchema()
  const given = new URL(url)
  given.searchParams.set('application_name', schema)
  await open(t, { connectionString: url, schema })
  const store = postgres({ connectionString: given.href, schema })
  const opened = await store.open({ readOnly: true })
  t.after(async () => opened.close())
  const snapshot = await opened.reader.snapshot()
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = $1 AND state = 'idle in transaction'`,
    [schema],
  )
  await pause(100)
  const reads = [() => snapshot.head(), () => snapshot.log(0), () => snapshot.integrity()]
  for (const { message } of await Promise.all(reads.map(failure)))
    match(message, /administrator command/)
  await snapshot.close()
})

test('any name will do for the schema, even if it looks like the engine’s own SQL', async (t) => {
  const names = [`HoldFast ${newSchema()}`, `holdfast.entry's "x" $1 ${newSchema()}`.slice(0, 50)]
  for (const schema of names) {
    const drop = `DROP SCHEMA IF EXISTS "${schema.replaceAll('"', '""')}" CASCADE`
    t.after(() => pool.query(drop))
    equal((await migrate(pool, { schema })).version, 0)
    await pool.query(drop)
    await pool.query(migrationSql(await migrationState(pool, { schema })))
    await trade(await open(t, { pool, schema, migrate: false }))
  }
})

test('databases not in UTF-8 are refused, whatever their other settings', OWN, async () => {
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const database = `in_${encoding.toLowerCase()}`
    await pool.query(
      `CREATE DATABASE ${database} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`,
    )
    const connectionString = withSettings({}, database)
    for (const readOnly of [false, true]) {
      const store = postgres({ connectionString })
      const refused = await failure(() => openInventory({ store, readOnly }))
      equal(refused.code, 'STORE_UNAVAILABLE')
      match(refused.message, new RegExp(`is encoded in ${encoding}; it has to be UTF8`))
    }
    await failure(async () => migrate(connectionString))
  }
})

test('another collation changes neither the identity nor the order of ids', OWN, async (t) => {
  await pool.query(`CREATE DATABASE in_german ENCODING 'UTF8' LOCALE 'C'
    LOCALE_PROVIDER icu ICU_LOCALE 'de-u-ks-level1' TEMPLATE template0`)
  const inventory = await open(t, { connectionString: withSettings({}, 'in_german') })
  const ids = ['Z', 'a', 'A', 'ä', 'a b', '_', 'ﬀ', '😀']
  await Promise.all(
    ids.map((productId) =>
      inventory.addStock({ warehouseId: 'SF', productId, qty: 1, source: 'SUPPLIER' }),
    ),
  )
  const { items } = await inventory.listStock()
  deepEqual(
    items.map(({ productId }) => productId),
    ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  )
  equal((await inventory.listStock({ prefix: 'a' })).items.length, 2)
  await trade(inventory)
})

test('roles without rights are told so, and nothing is retried for ever', OWN, async (t) => {
  const schema = newSchema()
  await migrate(pool, { schema })
  const role = `poor_${schema}`
  await pool.query(`CREATE ROLE ${role} LOGIN`)
  t.after(() => pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`))
  const connectionString = url.replace(/\/\/[^@/]*@/, `//${role}@`)
  const told = async (): Promise<string> => {
    const store = postgres({ connectionString, schema })
    const refused = await failure(() => openInventory({ store, warehouses: WAREHOUSES }))
    equal(refused.code, 'STORE_UNAVAILABLE')
    return refused.message
  }
  match(
    await told(),
    /the role may not do this: permission denied for schema .*; grant it, or use the role that owns the schema/,
  )
  await pool.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`)
  match(await told(), /permission denied for table holdfast_migration/)
  await pool.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`)
  // Enough for reading.
  const store = postgres({ connectionString, schema })
  await using reading = await openInventory({ store, readOnly: true })
  equal((await reading.verify()).ok, true)
  match(await told(), /^the role lacks rights: INSERT on commits, .*, DELETE on lease; grant them/)
})

/** Connections to a database whose clock jumps by the value in the table. */
async function fakeClock(t: TestContext): Promise<Pool> {
  await pool.query(`CREATE SCHEMA fake; CREATE TABLE fake.jump (by interval);
    INSERT INTO fake.jump VALUES ('0');
    CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql
      AS 'SELECT pg_catalog.clock_timestamp() + by FROM fake.jump'`)
  t.after(() => pool.query('DROP SCHEMA fake CASCADE'))
  const own = new Pool({ connectionString: url })
  own.on('error', () => undefined)
  own.on('connect', (client) => {
    const query = client.query.bind(client) as (asked: { text: string }) => unknown
    Object.assign(client, {
      query: (asked: { text: string }) =>
        query({ ...asked, text: asked.text.replaceAll('pg_catalog.clock_', 'fake.clock_') }),
    })
  })
  t.after(() => own.end())
  return own
}

test('a database clock that was set is believed once it has been stable', OWN, async (t) => {
  const own = await fakeClock(t)
  const warnings: string[] = []
  const onWarning = ({ message }: Error): void => void warnings.push(message)
  const options = { onWarning, sweepMs: 0, believeClockAfterMs: 300 }
  const inventory = await open(t, { pool: own }, options)
  await inventory.addStock({ ...PLACE, qty: 5, source: 'SUPPLIER' })
  const { id: reservationId } = await inventory.reserve({ ...PLACE, qty: 5, ttlMs: 600_000 })
  const status = async (): Promise<string> =>
    (await inventory.getReservation({ reservationId })).status
  const began = Date.now()
  await pool.query("UPDATE fake.jump SET by = '1 day'")
  // Read with each commit.
  await inventory.addStock({ ...PLACE, qty: 1, source: 'SUPPLIER' })
  deepEqual([await status(), inventory.stats().clock.state], ['PENDING', 'distrusted'])
  while ((await status()) === 'PENDING' && Date.now() - began < 20_000) await pause(20)
  ok(Date.now() - began >= 300)
  deepEqual([await status(), inventory.stats().clock.state], ['EXPIRED', 'steady'])
  await inventory.reserve({ ...PLACE, qty: 6, ttlMs: 600_000 })
  equal((await inventory.verify()).ok, true)
  deepEqual(warnings.slice(0, 2), [
    "the database's clock jumped by 86400 s and is not followed until it has been stable for 300 ms",
    "the database's clock jumped by 86400 s and is followed now",
  ])
})

test('a database clock that jumps is reported and not followed', OWN, async (t) => {
  const own = await fakeClock(t)
  const warnings: string[] = []
  const onWarning = ({ message }: Error): void => void warnings.push(message)
  const inventory = await open(t, { pool: own }, { onWarning, sweepMs: 20 })
  await inventory.addStock({ ...PLACE, qty: 5, source: 'SUPPLIER' })
  const { id: reservationId } = await inventory.reserve({ ...PLACE, qty: 5, ttlMs: 600_000 })
  const times = [(await inventory.head()).at]
  for (const by of ['1 day', '-1 day', '30 seconds', '0']) {
    await pool.query('UPDATE fake.jump SET by = $1', [by])
    await inventory.extend({ reservationId, ttlMs: 600_000 })
    times.push((await inventory.head()).at)
    await pause(50)
  }
  deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  ok(times.at(-1)! - times[0]! < 60_000, times.join())
  ok(times.at(-1)! - times[0]! >= 30_000, 'a change that may be a correction is followed')
  match(warnings.join(), /^the database's clock jumped by 86400 s and is not followed,?/)
  equal((await inventory.getReservation({ reservationId })).status, 'PENDING')
  equal((await inventory.verify()).ok, true)
})

test('without the package pg a store with a connection string says what is missing', async () => {
  const { execFileSync } = await import('node:child_process')
  const program = `
    import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => {
      if (name === 'pg') throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    } })
    const { openInventory } = await import('holdfast')
    const { postgres } = await import('holdfast/postgres')
    const store = postgres({ connectionString: 'postgres://x@127.0.0.1:1/x' })
    await openInventory({ store }).catch(({ code, message }) => console.log(code, message))`
  const args = ['--conditions=source', '--input-type=module', '--eval', program]
  const told = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })
  match(told, /^STORE_UNAVAILABLE the package pg is not there.*npm install pg$/m)
})

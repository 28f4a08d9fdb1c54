import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, OperationalError, type Inventory, type InventoryOptions } from 'holdfast'
import { migrate, postgres, type PostgresOptions } from 'holdfast/postgres'
import { failure } from 'holdfast/testing'
import { Pool } from 'pg'
import { emptyStore, newSchema, pool, url } from './support/place.ts'

const WAREHOUSES = [{ id: 'SF', name: 'San Francisco' }]
const PLACE = { warehouseId: 'SF', productId: 'SOCK' }

async function open(
  t: TestContext,
  options: PostgresOptions,
  more: Partial<InventoryOptions> = {},
): Promise<Inventory> {
  const store = postgres({ pool, ...options })
  const inventory = await openInventory({ store, sweepMs: 0, ...more })
  t.after(() => inventory.close())
  return inventory
}

test('a schema may have any name; people read its views', async (t) => {
  const schema = `The "shop" of ${newSchema()}`
  const inventory = await open(t, { schema }, { warehouses: WAREHOUSES })
  await inventory.addStock({ ...PLACE, qty: 5, source: 'SUPPLIER' })
  const { id } = await inventory.reserve({ ...PLACE, qty: 2, ttlMs: 60_000, owner: 'ann' })
  const view = async (name: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await pool.query(`SELECT * FROM "${schema.replaceAll('"', '""')}".${name}`)
    return rows as Record<string, unknown>[]
  }
  const [level] = await view('stock')
  deepEqual([level!['available'], level!['held'], level!['on_hand']], ['3', '2', '5'])
  const [hold] = await view('reservations')
  deepEqual([hold!['id'], hold!['status'], hold!['owner']], [id, 'PENDING', 'ann'])
  const trail = await view('trail')
  deepEqual(
    trail.map((entry) => [entry['type'], entry['warehouse_id'], entry['reservation_id']]),
    [
      ['WAREHOUSE_CHANGED', 'SF', null],
      ['RECEIVED', 'SF', null],
      ['RESERVED', 'SF', id],
    ],
  )
  deepEqual(await view('transfers'), [])
  await pool.query(`DROP SCHEMA "${schema.replaceAll('"', '""')}" CASCADE`)
})

test('many processes may open a new schema at once', async (t) => {
  const schema = newSchema()
  const inventories = await Promise.all(
    Array.from({ length: 6 }, () => open(t, { schema }, { warehouses: WAREHOUSES })),
  )
  const heads = await Promise.all(inventories.map((inventory) => inventory.head()))
  deepEqual(new Set(heads.map(({ seq }) => seq)), new Set([1]))
})

test('without its schema a role that may not create it is told what to do', async (t) => {
  const schema = newSchema()
  for (const options of [{ migrate: false }, {}]) {
    const readOnly = options.migrate === undefined
    const refused = await failure(() => open(t, { schema, ...options }, { readOnly }))
    equal(refused.code, 'STORE_UNAVAILABLE')
    match(refused.message, /migrate\(\)/)
  }
})

test('migrate() creates the schema; a role with the rights of the page on PostgreSQL works on it', async (t) => {
  const schema = newSchema()
  await Promise.all([migrate(pool, { schema }), migrate(pool, { schema })])
  await migrate(pool, { schema })
  const role = `role_${schema}`
  await pool.query(`
    CREATE ROLE ${role} LOGIN;
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
    GRANT DELETE ON ${schema}.idempotency, ${schema}.document, ${schema}.position,
      ${schema}.lease TO ${role};
    REVOKE UPDATE ON ${schema}.commits FROM ${role}`)
  t.after(() => pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`))
  const connectionString = url.replace(/\/\/[^@/]*@/, `//${role}@`)
  const inventory = await openInventory({
    store: postgres({ connectionString, schema, migrate: false }),
    warehouses: WAREHOUSES,
  })
  await inventory.addStock({ ...PLACE, qty: 5, source: 'SUPPLIER', idempotencyKey: 'one' })
  const { id: reservationId } = await inventory.reserve({ ...PLACE, qty: 2, ttlMs: 60_000 })
  await inventory.confirm({ reservationId })
  const entries: number[] = []
  const consumer = await inventory.consume({ name: 'c' }, ({ seq }) => void entries.push(seq))
  while (consumer.position < 4) await new Promise((resolve) => setTimeout(resolve, 10))
  await consumer.stop()
  ok(await inventory.forgetConsumer('c'))
  ok((await inventory.verify()).ok)
  await inventory.close()
  const refused = await failure(() =>
    openInventory({ store: postgres({ connectionString, schema: `${schema}_2` }) }),
  )
  equal(refused.code, 'STORE_UNAVAILABLE')
  match(
    refused.message,
    /is not there yet .* this role may not do: run `holdfast migrate` as its owner/,
  )
})

test("another program's schema is left alone", async (t) => {
  const schema = newSchema()
  await pool.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.entry (id int)`)
  const foreign = await failure(() => open(t, { schema }))
  equal(foreign.code, 'STORE_FOREIGN')
  match(foreign.message, /: use another schema$/)
  const empty = newSchema()
  await pool.query(`CREATE SCHEMA ${empty}`)
  await open(t, { schema: empty })
})

test('a schema of a newer version, or with unknown migrations, is not opened', async (t) => {
  const schema = newSchema()
  await migrate(pool, { schema })
  await pool.query(`INSERT INTO ${schema}.holdfast_migration VALUES (2, 'later', 'x')`)
  const newer = await failure(() => open(t, { schema }))
  equal(newer.code, 'STORE_NEWER')
  match(newer.message, /: update the program$/)
  equal((await failure(() => open(t, { schema }, { readOnly: true }))).code, 'STORE_NEWER')
  await pool.query(`DELETE FROM ${schema}.holdfast_migration WHERE number = 2;
    UPDATE ${schema}.holdfast_migration SET name = 'x', checksum = 'x'`)
  equal((await failure(() => open(t, { schema }))).code, 'STORE_FOREIGN')
  equal((await failure(() => migrate(pool, { schema }))).code, 'STORE_FOREIGN')
})

test('a schema from before the first release is refused, with what to do', async (t) => {
  const schema = newSchema()
  await migrate(pool, { schema })
  await pool.query(`UPDATE ${schema}.holdfast_migration
    SET checksum = 'x'`)
  for (const readOnly of [false, true]) {
    const refused = await failure(() => open(t, { schema }, { readOnly }))
    equal(refused.code, 'STORE_OLDER')
    match(refused.message, /before the first release.* name a new schema.*export and an import/)
  }
})

test('a read-only database is opened read-only', async (t) => {
  const schema = newSchema()
  await (await open(t, { schema }, { warehouses: WAREHOUSES })).close()
  const reading = new Pool({
    connectionString: url,
    options: '-c default_transaction_read_only=on',
  })
  t.after(() => reading.end())
  equal((await failure(() => open(t, { schema, pool: reading }))).code, 'STORE_READ_ONLY')
  const inventory = await open(t, { schema, pool: reading }, { readOnly: true })
  equal((await inventory.listWarehouses()).items.length, 1)
  ok((await inventory.verify()).ok)
  await inventory.close()
})

test('the database must hold every string', async (t) => {
  const name = newSchema()
  await pool.query(
    `CREATE DATABASE ${name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
  )
  // Not by force: that would terminate connections that the refused opening is just returning.
  t.after(() => pool.query(`DROP DATABASE ${name}`).catch(() => undefined))
  const connectionString = url.replace(/\/[^/]*$/, `/${name}`)
  const refused = await failure(() => openInventory({ store: postgres({ connectionString }) }))
  equal(refused.code, 'STORE_UNAVAILABLE')
  match(refused.message, /LATIN1/)
})

test('a missing database is reported soon', async () => {
  for (const connectionString of [
    'postgresql://x@127.0.0.1:1/x',
    url.replace(/\/[^/]*$/, '/none'),
  ]) {
    const refused = await failure(() => openInventory({ store: postgres({ connectionString }) }))
    equal(refused.code, 'STORE_UNAVAILABLE')
  }
})

test('a snapshot whose connection is ended says who ended it', async (t) => {
  const schema = newSchema()
  await migrate(pool, { schema })
  const own = new Pool({ connectionString: url, application_name: schema })
  t.after(() => own.end())
  const opened = await postgres({ pool: own, schema }).open({ readOnly: true })
  t.after(async () => opened.close())
  const snapshot = await opened.reader.snapshot()
  await pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [schema],
  )
  await pause(100)
  const { code, message } = await failure(async () => snapshot.integrity())
  equal(code, 'STORE_UNAVAILABLE')
  match(message, /terminating connection due to administrator command$/)
  await snapshot.close()
})

test("the program's own pool still works after the inventory is closed", async (t) => {
  const own = new Pool({ connectionString: url })
  t.after(() => own.end())
  const inventory = await openInventory({
    store: postgres({ pool: own, schema: newSchema() }),
    warehouses: WAREHOUSES,
  })
  await inventory.close()
  equal(own.idleCount, own.totalCount)
  equal((await own.query('SELECT 1 AS one')).rows.length, 1)
})

test('the trail is append-only, and a disabled trigger is noticed', async () => {
  const schema = newSchema()
  const store = emptyStore({ schema })
  const inventory = await openInventory({ store, warehouses: WAREHOUSES })
  await inventory.addStock({ ...PLACE, qty: 5, source: 'SUPPLIER' })
  await inventory.close()
  for (const change of [
    'DELETE FROM commits',
    'TRUNCATE commits',
    "UPDATE commits SET body = '{}'",
  ]) {
    const sql = change.replace('commits', `${schema}.commits`)
    await rejects(pool.query(sql), { code: '23001' })
  }
  const open = await store.open({ readOnly: true })
  const { reader } = open
  deepEqual(await reader.integrity(), [])
  await pool.query(`ALTER TABLE ${schema}.commits DISABLE TRIGGER only_added_to;
    ALTER TABLE ${schema}.level DROP CONSTRAINT level_available_check`)
  const findings = await reader.integrity()
  equal(findings.length, 2)
  match(findings.join(), /level_available_check.*only_added_to on commits/)
  const copying = { onProgress: () => undefined, signal: new AbortController().signal }
  await rejects(reader.backup('x', copying), (error) => {
    ok(error instanceof OperationalError)
    match(error.message, /pg_dump/)
    return true
  })
  await open.close()
})

test('a number that was never written is damage, not another number', async (t) => {
  const schema = newSchema()
  const inventory = await open(t, { schema }, { warehouses: WAREHOUSES })
  await inventory.addStock({ ...PLACE, qty: 5, source: 'SUPPLIER' })
  await pool.query(`UPDATE ${schema}.level SET available = 9007199254740993`)
  equal((await failure(() => inventory.stock(PLACE))).code, 'STORE_DAMAGED')
  const verdict = await inventory.verify()
  equal(verdict.ok, false)
})

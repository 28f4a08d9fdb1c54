import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { openInventory, rebuild } from 'holdfast'
import { migrate, postgres } from 'holdfast/postgres'
import { Pool } from 'pg'
import { Database, quoted } from '../../src/store/postgres/connect/database.ts'
import { inSchema } from '../../src/store/postgres/connect/session.ts'
import { PARSERS } from '../../src/store/postgres/connect/values.ts'
import { describeSchema, integrity } from '../../src/store/postgres/schema/integrity.ts'
import { MADE } from '../../src/store/postgres/schema/made-schema.ts'
import { RESERVATION_ROW } from '../../src/store/reservation-rows.ts'
import { LONG } from '../support/long.ts'
import { newSchema, pool, url } from './support/place.ts'

const MAKE_X = `CREATE FUNCTION x() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN NEW.available = NEW.available + 1; RETURN NEW; END'`
const NOT_AS_MADE = 'is not as it was made:'

/** The schema's name is the first of the search path. */
const FORGERIES: Readonly<Record<string, readonly [sql: string, fault: string | RegExp]>> = {
  'a trigger that changes rows': [
    `${MAKE_X}; CREATE TRIGGER x BEFORE UPDATE ON level FOR EACH ROW EXECUTE FUNCTION x()`,
    'the trigger x on level is none of ours',
  ],
  'a constraint trigger with an unusual name': [
    `${MAKE_X}; CREATE CONSTRAINT TRIGGER "x\u202e y" AFTER UPDATE ON level
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION x()`,
    String.raw`the trigger "x\u202e y" on level is none of ours`,
  ],
  'a trigger on a view of the engine': [
    `${MAKE_X}; CREATE TRIGGER x INSTEAD OF UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION x()`,
    'the trigger x on stock is none of ours',
  ],
  'a missing trigger of the engine': [
    'DROP TRIGGER only_added_to ON commits',
    'the trigger only_added_to on commits is missing',
  ],
  'a disabled trigger of the engine': [
    'ALTER TABLE commits DISABLE TRIGGER only_added_to',
    `the trigger only_added_to on commits ${NOT_AS_MADE} off instead of on`,
  ],
  'a trigger of the engine for replicas only': [
    'ALTER TABLE commits ENABLE REPLICA TRIGGER only_added_to',
    `the trigger only_added_to on commits ${NOT_AS_MADE} on in some sessions instead of on`,
  ],
  'a trigger of the engine that never fires': [
    `CREATE OR REPLACE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON commits
       FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION refuse_change()`,
    `the trigger only_added_to on commits ${NOT_AS_MADE} WHEN instead of nothing`,
  ],
  'a trigger of the engine for fewer events': [
    `CREATE OR REPLACE TRIGGER only_added_to BEFORE DELETE ON commits
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `the trigger only_added_to on commits ${NOT_AS_MADE} type 10 instead of type 58`,
  ],
  'a function of the engine that does nothing': [
    `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    /^the function refuse_change\(\) is not as it was made: source \w{16} instead of source \w{16}$/,
  ],
  'a function of the engine in SQL-standard syntax': [
    `CREATE OR REPLACE FUNCTION instant(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
       RETURN to_timestamp(ms / 1001.0)`,
    /^the function instant\(bigint\) is not as it was made: as \w{16} instead of as \w{16}$/,
  ],
  'a function of the engine with the rights of another': [
    'ALTER FUNCTION must(boolean, text, text) SECURITY DEFINER',
    `the function must(boolean, text, text) ${NOT_AS_MADE} SECURITY DEFINER instead of nothing`,
  ],
  'another function with a name of the engine': [
    `CREATE FUNCTION must(boolean, varchar, text) RETURNS void LANGUAGE sql AS ''`,
    'the function must(boolean, character varying, text) is none of ours',
  ],
  'a missing CHECK': [
    'ALTER TABLE level DROP CONSTRAINT level_available_check',
    'the constraint level_available_check on level is missing',
  ],
  'a CHECK of something else': [
    `ALTER TABLE level DROP CONSTRAINT level_available_check,
       ADD CONSTRAINT level_available_check CHECK (available >= -9)`,
    `the constraint level_available_check on level ${NOT_AS_MADE} CHECK (available >= '-9'::integer) instead of CHECK (available >= 0)`,
  ],
  'a CHECK that never checked the rows': [
    `ALTER TABLE level DROP CONSTRAINT level_available_check,
       ADD CONSTRAINT level_available_check CHECK (available >= 0) NOT VALID`,
    `the constraint level_available_check on level ${NOT_AS_MADE} not in force instead of nothing`,
  ],
  'an additional constraint': [
    'ALTER TABLE level ADD CONSTRAINT x CHECK (held < 1000)',
    'the constraint x on level is none of ours',
  ],
  'an additional foreign key that deletes rows': [
    `CREATE TABLE mine (key bigint PRIMARY KEY);
     ALTER TABLE level ADD CONSTRAINT x FOREIGN KEY (key) REFERENCES mine ON DELETE CASCADE NOT VALID`,
    'the constraint x on level is none of ours',
  ],
  'a missing key': [
    'ALTER TABLE level DROP CONSTRAINT level_pkey',
    'the constraint level_pkey on level is missing',
  ],
  'a key of other columns': [
    `ALTER TABLE level_key DROP CONSTRAINT level_key_product_id_warehouse_id_key,
       ADD CONSTRAINT level_key_product_id_warehouse_id_key UNIQUE (warehouse_id, product_id)`,
    /^the constraint level_key_product_id_warehouse_id_key on level_key is not as it was made: UNIQUE \(warehouse_id/,
  ],
  'a missing index': [
    'DROP INDEX reservation_pending',
    'the index reservation_pending on reservation is missing',
  ],
  'an index of fewer rows': [
    `DROP INDEX reservation_due;
     CREATE INDEX reservation_due ON reservation (expires_at) WHERE status = 0 AND qty > 1`,
    /^the index reservation_due on reservation is not as it was made: /,
  ],
  'an index of an expression': [
    `DROP INDEX commits_last_seq; CREATE INDEX commits_last_seq ON commits ((last_seq + 0))`,
    `the index commits_last_seq on commits ${NOT_AS_MADE} btree (?) instead of btree (last_seq)`,
  ],
  'a unique index that takes fewer columns for the key': [
    `DROP INDEX idempotency_stored;
     CREATE UNIQUE INDEX idempotency_stored ON idempotency (commit_number) INCLUDE (place)`,
    `the index idempotency_stored on idempotency ${NOT_AS_MADE} INCLUDE instead of nothing`,
  ],
  'an index in another order': [
    'DROP INDEX commits_last_seq; CREATE INDEX commits_last_seq ON commits (last_seq DESC)',
    `the index commits_last_seq on commits ${NOT_AS_MADE} another order instead of nothing`,
  ],
  'an index with another operator class': [
    `CREATE FUNCTION back(bigint, bigint) RETURNS int LANGUAGE sql IMMUTABLE STRICT RETURN btint8cmp($2, $1);
     CREATE OPERATOR CLASS back FOR TYPE bigint USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
       OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 back(bigint, bigint);
     DROP INDEX commits_last_seq; CREATE INDEX commits_last_seq ON commits (last_seq back)`,
    `the index commits_last_seq on commits ${NOT_AS_MADE} another operator class instead of nothing`,
  ],
  'an additional unique index': [
    'CREATE UNIQUE INDEX mine ON reservation (owner) WHERE status = 0',
    'the index mine on reservation is UNIQUE, and none of ours',
  ],
  'a unique index of the engine that is no longer unique': [
    `DROP INDEX idempotency_stored;
     CREATE INDEX idempotency_stored ON idempotency (commit_number, place)`,
    /^the index idempotency_stored on idempotency is not as it was made: btree/,
  ],
  'a name without a level': [
    `INSERT INTO level_key VALUES (7, 'P', 'SF')`,
    'there are rows of level_key without one of level: 1',
  ],
  'a level without a name': [
    'INSERT INTO level VALUES (7, 1, 0, 0, 0, 0)',
    'there are rows of level without one of level_key: 1',
  ],
  'a level and a name that do not belong together': [
    `INSERT INTO level VALUES (7, 1, 0, 0, 0, 0); INSERT INTO level_key VALUES (8, 'P', 'SF')`,
    'there are rows of level_key without one of level: 1',
  ],
  'a warehouse without its units': [
    `INSERT INTO warehouse VALUES (7, 'SF', 'SF', NULL, 0, '[]'), (8, 'LA', 'LA', NULL, 0, '[]')`,
    'there are rows of warehouse without one of warehouse_stock: 2',
  ],
  'units without a warehouse': [
    'INSERT INTO warehouse_stock VALUES (7, 1)',
    'there are rows of warehouse_stock without one of warehouse: 1',
  ],
  'a number that no program can tell from another': [
    `INSERT INTO reservation (seq, level_key, qty, created_at, expires_at, random, last_seq, behind, status)
     VALUES (9223372036854775807, 7, 1, 0, 0, 0, 9223372036854775807, 0, 0)`,
    'reservation has a row 9223372036854775807',
  ],
  'a column of another type': [
    'ALTER TABLE document ALTER value TYPE varchar',
    `the table document ${NOT_AS_MADE} value character varying NOT NULL instead of value text NOT NULL`,
  ],
  'a column of another collation': [
    'ALTER TABLE document ALTER name TYPE text COLLATE "default"',
    `the table document ${NOT_AS_MADE} name text NOT NULL instead of name text COLLATE "C" NOT NULL`,
  ],
  'a nullable column': [
    'ALTER TABLE document ALTER value DROP NOT NULL',
    `the table document ${NOT_AS_MADE} value text instead of value text NOT NULL`,
  ],
  'a default': [
    `ALTER TABLE transfer ALTER reason SET DEFAULT 'x'`,
    `the table transfer ${NOT_AS_MADE} reason text DEFAULT 'x'::text instead of reason text`,
  ],
  'a missing default': [
    'ALTER TABLE head_lock ALTER fence DROP DEFAULT',
    /^the table head_lock is not as it was made: fence bigint NOT NULL instead of /,
  ],
  'an additional column': [
    'ALTER TABLE level ADD x bigint GENERATED ALWAYS AS (held + 1) STORED',
    `the table level ${NOT_AS_MADE} x bigint GENERATED DEFAULT (held + 1) instead of nothing`,
  ],
  'a column of the list of migrations': [
    'ALTER TABLE holdfast_migration DROP applied_at',
    /^the table holdfast_migration is not as it was made: nothing instead of applied_at /,
  ],
  'row security': [
    'ALTER TABLE level ENABLE ROW LEVEL SECURITY',
    `the table level ${NOT_AS_MADE} row security instead of nothing`,
  ],
  'a policy': ['CREATE POLICY x ON level USING (key < 9)', 'the policy x on level is none of ours'],
  'a rule': [
    'CREATE RULE x AS ON UPDATE TO level DO INSTEAD NOTHING',
    'the rule x on level is none of ours',
  ],
  'a rule on a view of the engine': [
    'CREATE RULE x AS ON UPDATE TO stock DO INSTEAD NOTHING',
    'the rule x on stock is none of ours',
  ],
  'a table that shows the rows of another': [
    'CREATE TABLE mine () INHERITS (level)',
    `the table level ${NOT_AS_MADE} inheritance instead of nothing`,
  ],
  'a table that a crash empties': [
    'ALTER TABLE position SET UNLOGGED',
    `the table position ${NOT_AS_MADE} unlogged instead of nothing`,
  ],
  'a view in the place of a table': [
    'ALTER TABLE level RENAME TO other; CREATE VIEW level AS SELECT * FROM other',
    /^the constraint level_allocated_check on level is missing$/,
  ],
  'a missing view': ['DROP VIEW trail', 'the view trail is missing'],
  'a view with another query': [
    `CREATE OR REPLACE VIEW stock AS SELECT k.warehouse_id, k.product_id, l.available + 1 AS available,
       l.held, l.allocated, l.unsellable, l.held AS reserved, l.held AS on_hand, l.last_seq
       FROM level l JOIN level_key k ON k.key = l.key`,
    /^the view stock is not as it was made: as \w{16} instead of as \w{16}$/,
  ],
  'a view with another column': [
    'ALTER VIEW stock RENAME available TO x',
    /^the view stock is not as it was made: x bigint, as \w{16} instead of available bigint, as \w{16}$/,
  ],
}

async function changed(sql: string): Promise<string> {
  const schema = newSchema()
  await migrate(pool, { schema })
  await pool.query(`BEGIN; SET LOCAL search_path = ${schema}; ${sql}; COMMIT`)
  return schema
}

/** What `verify` says after that: that it is a fault of the store, and which. */
async function told(schema: string, given: Pool = pool): Promise<string> {
  const store = postgres({ pool: given, schema })
  await using inventory = await openInventory({ store, readOnly: true })
  const verdict = await inventory.verify()
  if (verdict.ok) return 'well'
  equal(verdict.fault.what, 'storage')
  return verdict.fault.message
}

/** The same, asked for within a transaction that is rolled back: one schema is enough for many changes. */
async function toldWithin(schema: string, sql: string): Promise<string> {
  const client = await pool.connect()
  const rows = async (asked: string, values: unknown[] = []): Promise<unknown[][]> => {
    const text = inSchema(asked, schema)
    return (await client.query({ text, values, rowMode: 'array', types: PARSERS })).rows
  }
  try {
    await client.query(`BEGIN; SET LOCAL search_path = ${schema}; ${sql}`)
    const [message] = await integrity({ schema, rows })
    return message ?? 'well'
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

suite('the schema is proved: a fault is', () => {
  const schema = newSchema()
  before(async () => migrate(pool, { schema }))
  for (const [at, [name, [sql, fault]]] of Object.entries(FORGERIES).entries()) {
    test(name, async () => {
      const byVerify = LONG || at % 8 === 0
      const message = await (byVerify ? told(await changed(sql)) : toldWithin(schema, sql))
      ok(typeof fault === 'string' ? message === fault : fault.test(message), message)
    })
  }
})

/** By table: values of a valid row, and values that must be refused. */
const ROWS: Readonly<Record<string, readonly [row: object, refused: readonly object[]]>> = {
  level_key: [{ key: 1, product_id: 'P', warehouse_id: 'SF' }, [{ key: 0 }, { key: -1 }]],
  level: [
    { key: 1, available: 0, held: 0, allocated: 0, last_seq: 1, last_reservation: 0 },
    [{ key: 0 }, { key: -1 }, { last_reservation: -1 }],
  ],
  reservation: [
    {
      ...{ seq: 2, level_key: 1, qty: 1, created_at: 0, expires_at: 0, random: 0 },
      ...{ last_seq: 2, behind: 0, status: 1 },
    },
    [
      { seq: 0, behind: -1 },
      { seq: -1, behind: -2 },
      { behind: -1 },
      { behind: 2 },
      { last_seq: 1 },
    ],
  ],
  transfer: [
    {
      ...{ seq: 2, qty: 1, created_at: 0, random: 0, last_seq: 2, status: 0 },
      ...{ product_id: 'P', from_warehouse_id: 'SF', to_warehouse_id: 'LA' },
    },
    [{ seq: 0 }, { seq: -1 }, { last_seq: 1 }],
  ],
  commits: [
    {
      ...{ number: 1, first_seq: 1, last_seq: 0, at: 0, level_keys: 0, body: '' },
      ...{ batch_id: '0'.repeat(32), hash: Buffer.alloc(32) },
    },
    [{ number: 0 }, { number: -1 }],
  ],
  idempotency: [
    { key: 'k', commit_number: 1, place: 0, at: 0, fingerprint: '', answer: '' },
    [{ commit_number: 0 }, { commit_number: -1 }, { place: -1 }],
  ],
}

function insertInto(table: string, row: object): [sql: string, values: unknown[]] {
  const names = Object.keys(row)
  const places = names.map((_, index) => `$${index + 1}`)
  return [
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  ]
}

test('no row can have a number that the engine never writes', async () => {
  const schema = newSchema()
  await migrate(pool, { schema })
  for (const [table, [row, refused]] of Object.entries(ROWS)) {
    for (const other of refused) {
      const [sql, values] = insertInto(`${schema}.${table}`, { ...row, ...other })
      await rejects(pool.query(sql, values), { code: '23514' }, `${table} ${JSON.stringify(other)}`)
    }
    await pool.query(...insertInto(`${schema}.${table}`, row))
  }
  const second = { ...ROWS['idempotency']![0], key: 'other' }
  await rejects(pool.query(...insertInto(`${schema}.idempotency`, second)), { code: '23505' })
})

test('the proof would see rows with any number, if they were allowed', async () => {
  const schema = newSchema()
  await migrate(pool, { schema })
  const { rows: checks } = await pool.query<{ of: string; name: string }>(
    `SELECT conrelid::regclass AS of, conname AS name FROM pg_constraint
     WHERE connamespace = $1::regnamespace AND contype = 'c'`,
    [schema],
  )
  for (const { of, name } of checks) await pool.query(`ALTER TABLE ${of} DROP CONSTRAINT ${name}`)
  const first = Number.MIN_SAFE_INTEGER
  const numbers = [first + 1, -1, 0]
  for (const [table, column] of Object.entries({
    ...{ level_key: 'key', level: 'key', reservation: 'seq', transfer: 'seq' },
    idempotency: 'commit_number',
  })) {
    for (const number of numbers) {
      const own = table === 'level_key' ? { product_id: `P${number}` } : { key: `k${number}` }
      const more = table === 'level_key' || table === 'idempotency' ? own : {}
      const row = { ...ROWS[table]![0], ...more, [column]: number }
      await pool.query(...insertInto(`${schema}.${table}`, row))
    }
  }
  const open = await postgres({ pool, schema }).open({ readOnly: true })
  const { reader } = open
  const levels = await reader.levelRows(first, 9)
  deepEqual(
    levels.map(({ key }) => key),
    numbers,
  )
  const reservations = await reader.reservationRows(first, Infinity)
  deepEqual(
    numbers.map((_, index) => reservations.numbers[index * RESERVATION_ROW.length]),
    numbers,
  )
  equal((await reader.transferRows(first, 9)).length, 3)
  const keys = await reader.keyRows(null)
  deepEqual(
    keys.map(({ commit, place }) => [commit, place]),
    numbers.map((number) => [number, 0]),
  )
  deepEqual(await reader.keyRows(keys[0]!), keys.slice(1))
  await open.close()
})

const ADDITIONS = {
  'an index': 'CREATE INDEX mine ON transfer (requested_by, (qty + 1)) WHERE status = 0',
  'a table with a key into the engine’s, and a trigger of its own': `
    CREATE TABLE mine (seq bigint PRIMARY KEY REFERENCES reservation ON DELETE CASCADE, available int);
    ${MAKE_X}; CREATE TRIGGER x BEFORE UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION x()`,
  'a view': 'CREATE VIEW mine AS SELECT * FROM level',
  'a function': 'CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1',
  'statistics and settings': `CREATE STATISTICS mine ON level_key, owner FROM reservation;
    ALTER TABLE level SET (fillfactor = 60); COMMENT ON TABLE level IS 'counts'`,
}

suite('the schema is proved: no fault is', () => {
  for (const [name, sql] of Object.entries(ADDITIONS))
    test(name, async () => equal(await told(await changed(sql)), 'well'))
})

test('names that hide PostgreSQL’s own in a search path, and quotation marks everywhere, change nothing', async (t) => {
  const schema = newSchema()
  const evil = newSchema()
  await migrate(pool, { schema })
  await pool.query(`CREATE SCHEMA ${evil}; CREATE DOMAIN ${evil}.text AS pg_catalog.text;
    CREATE FUNCTION ${evil}.length(bytea) RETURNS int LANGUAGE sql RETURN 32;
    CREATE FUNCTION ${evil}.now() RETURNS timestamptz LANGUAGE sql RETURN pg_catalog.now()`)
  const options = `-c search_path=${evil},${schema},pg_catalog -c quote_all_identifiers=on`
  const given = new Pool({ connectionString: url, options })
  given.on('error', () => undefined)
  t.after(() => given.end())
  equal(await told(schema, given), 'well')
  const forgeries = {
    [`ALTER TABLE ${schema}.transfer ALTER reason TYPE ${evil}.text`]: `the table transfer ${NOT_AS_MADE} reason ${evil}.text instead of reason text`,
    [`ALTER TABLE ${schema}.holdfast_migration ALTER applied_at SET DEFAULT ${evil}.now()`]: `DEFAULT ${evil}.now()`,
    [`ALTER TABLE ${schema}.commits DROP CONSTRAINT commits_hash_check,
        ADD CONSTRAINT commits_hash_check CHECK (${evil}.length(hash) = 32)`]: `CHECK (${evil}.length(hash) = 32)`,
  }
  for (const [sql, fault] of Object.entries(forgeries)) {
    await pool.query(`DROP VIEW IF EXISTS ${schema}.transfers; ${sql}`)
    const store = postgres({ pool: given, schema })
    const open = await store.open({ readOnly: true })
    const faults = await open.reader.integrity()
    await open.close()
    ok(
      faults.some((message) => message.includes(fault)),
      faults.join('\n'),
    )
  }
})

test('a sequence that was set back or runs backwards is in the way of no new warehouse', async () => {
  const schema = newSchema()
  await using inventory = await openInventory({
    store: postgres({ pool, schema }),
    warehouses: ['A', 'B'].map((id) => ({ id, name: id })),
  })
  for (const change of ['RESTART WITH 1', 'RESTART WITH 2 INCREMENT BY -1']) {
    await pool.query(`ALTER SEQUENCE ${schema}.warehouse_position_seq ${change}`)
    await inventory.changeWarehouse({ id: `${change.length}`, name: change })
  }
  const ids = (await inventory.listWarehouses()).items.map(({ id }) => id)
  deepEqual(ids, ['A', 'B', '14', '30'])
  await rebuild(postgres({ pool, schema }))
  equal(await told(schema), 'well')
})

test('a schema of any name is proved as made, and all of it is in the code', async () => {
  for (const schema of [newSchema(), 'e', 'transfer', `holdfast.entry's "x" $1 \\`]) {
    await migrate(pool, { schema })
    const all = async (sql: string): Promise<string[]> =>
      (await pool.query<{ name: string }>(sql, [schema])).rows.map(({ name }) => name)
    const names = {
      relations: await all(`SELECT relname AS name FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = $1`),
      functions: await all(`SELECT proname AS name FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname = $1`),
    }
    const database = new Database(pool, { owned: false, schema, prepare: false })
    const lines = await database.using(async (session) => describeSchema(session, names))
    deepEqual(lines, MADE)
    await database.close()
    equal(await told(schema), 'well')
    await pool.query(`DROP SCHEMA ${quoted(schema)} CASCADE`)
  }
})

test('views of a server newer than this program are not compared as text', async () => {
  const schema = await changed('ALTER VIEW stock RENAME available TO x')
  const database = new Database(pool, { owned: false, schema, prepare: false })
  const faults = await database.using(async (session) => {
    const rows = async (sql: string, values: unknown[]): Promise<unknown[][]> =>
      (await session.rows(sql, values)).map(([kind, name, of, parts, printed]) => {
        const text = printed === null ? null : `( ${printed as string} )`
        return [kind, name, of, parts, text, 190_001]
      })
    return integrity({ schema: session.schema, rows })
  })
  await database.close()
  equal(faults.length, 1)
  match(faults[0]!, /^the view stock is not as it was made: x bigint.* instead of available bigint/)
})

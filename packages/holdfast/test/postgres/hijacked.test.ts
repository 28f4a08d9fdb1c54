import { deepEqual, equal, rejects } from 'node:assert/strict'
import { before, test } from 'node:test'
import { openInventory, rebuild } from 'holdfast'
import { migrate, migrationSql, migrationState, postgres } from 'holdfast/postgres'
import { Pool } from 'pg'
import { PostgresStore } from '../../src/store/postgres/open.ts'
import { modelRun } from '../support/model-run.ts'
import { hotDeeds } from './support/hot-statements.ts'
import { newSchema, pool, url } from './support/place.ts'
import { trapsIn } from './support/traps.ts'
import { until } from './support/until.ts'

const STEPS = Array.from({ length: 130 }, (_, index) => index)
const LEVELS = 1000
const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const productId = (number: number): string => `P-${number}`

/** A pool in whose search path somebody's functions and operators are, before PostgreSQL's own. */
function trappedPool(first = 'public'): Pool {
  const own = new Pool({
    connectionString: url,
    options: `-c search_path=${first},${TRAPS},pg_catalog`,
  })
  own.on('error', () => undefined)
  return own
}

const TRAPS = newSchema()
before(async () => pool.query(trapsIn(TRAPS)))

test('no statement of the engine runs functions or operators of somebody else’s', async (t) => {
  const own = trappedPool()
  t.after(() => own.end())
  for (const trapped of ["convert_from('x', 'UTF8')", 'now()', '1::bigint || 1::bigint'])
    await rejects(own.query(`SELECT ${trapped}`), /trapped by/)
  const schema = newSchema()
  await own.query(migrationSql(await migrationState(own, { schema })))
  await pool.query(`DROP SCHEMA ${schema} CASCADE`)
  await migrate(own, { schema })
  const store = postgres({ pool: own, schema })
  await modelRun(STEPS, { store, compareEvery: 10 })
  await rebuild(store)

  const deeds = newSchema()
  const hot = new PostgresStore({ pool: own, schema: deeds }, 1)
  await using inventory = await openInventory({
    store: hot,
    warehouses: ['SF', 'OTHER'].map((id) => ({ id, name: id })),
    sweepMs: 0,
  })
  await Promise.all(
    Array.from({ length: LEVELS }, (_, index) =>
      inventory.addStock({ ...SOCK, productId: productId(index), qty: 100_000, source: 'S' }),
    ),
  )
  for (const { run } of hotDeeds({ store: hot, warehouseId: 'SF', productId, levels: LEVELS }))
    await run()
})

test('statements of the shop’s own keep the search path of their role', async (t) => {
  const [schema, shop] = [newSchema(), newSchema()]
  await pool.query(`CREATE SCHEMA ${shop}; CREATE TABLE ${shop}.orders (id text CHECK (id <> 'no'));
    CREATE FUNCTION ${shop}.named(text) RETURNS text LANGUAGE sql RETURN $1`)
  const own = trappedPool(shop)
  t.after(() => own.end())
  await using inventory = await openInventory({
    store: postgres({ pool: own, schema }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  const insert = (id: string) => ({ text: 'INSERT INTO orders VALUES (named($1))', values: [id] })
  const add = (id: string) =>
    inventory.addStock({ ...SOCK, qty: 1, source: 'S' }, { also: [insert(id)] })
  const answers = await Promise.allSettled(['one', 'no', 'two'].map(add))
  equal(answers.map(({ status }) => status).join(), 'fulfilled,rejected,fulfilled')
  const client = await own.connect()
  await client.query('BEGIN')
  await inventory.inTransaction(client, async (joined) => {
    await joined.addStock({
      ...SOCK,
      qty: 1,
      source: 'S',
      reference: { type: 'order', id: 'four' },
    })
    await client.query(insert('three'))
    deepEqual((await joined.listReservations()).items, [])
  })
  await client.query('COMMIT')
  client.release()
  await inventory.consume({ name: 'c' }, ({ reference }, { also }) => {
    if (reference !== null) also(insert(reference.id))
  })
  const ids = async (): Promise<string> => {
    const { rows } = await pool.query<{ id: string }>(`SELECT id FROM ${shop}.orders ORDER BY id`)
    return rows.map(({ id }) => id).join()
  }
  await until(async () => (await ids()) === 'four,one,three,two')
})

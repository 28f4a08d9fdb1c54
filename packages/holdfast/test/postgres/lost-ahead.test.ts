import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory, type Inventory } from 'holdfast'
import { postgres, type PostgresOptions } from 'holdfast/postgres'
import { Pool } from 'pg'
import { StoreFailure } from '../../src/store/failure.ts'
import { received } from '../../src/testing/contract/sample-commits.ts'
import { begun, busyWith, changing, heldUp } from './support/beside.ts'
import { newSchema, pool, url } from './support/place.ts'
import { until } from './support/until.ts'
import { Wire } from './support/wire.ts'

const WAREHOUSES = [{ id: 'SF', name: 'San Francisco' }]
const SOCK = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'SUPPLIER' }
const SHOE = { ...SOCK, productId: 'SHOE' }

/** A wire to the server, and the connection string of its other end. */
async function wired(t: TestContext): Promise<{ wire: Wire; connectionString: string }> {
  const through = new URL(url)
  const wire = await Wire.to(Number(through.port))
  t.after(() => wire.close())
  through.port = String(wire.port)
  return { wire, connectionString: through.href }
}

/** Writes alone until the engine counts on being alone, and knows both levels: 4 units of each. */
async function shopAlone(
  t: TestContext,
  schema: string,
  options: PostgresOptions,
): Promise<Inventory> {
  const store = postgres({ schema, ...options })
  const told = { onWarning: () => undefined }
  const shop = await openInventory({ store, warehouses: WAREHOUSES, sweepMs: 0, ...told })
  t.after(() => shop.close())
  for (let turn = 0; turn < 4; turn++) {
    const commands = [SOCK, SHOE].map((command) => ({ verb: 'addStock' as const, ...command }))
    await shop.batch({ commands })
  }
  return shop
}

const WAITS = '%advisory_xact_lock($1%'

test('what was sent over a lost connection is not written after the search for it', async (t) => {
  const schema = newSchema()
  const { wire, connectionString } = await wired(t)
  const store = postgres({ connectionString, schema, listen: false })
  await (await openInventory({ store, warehouses: WAREHOUSES })).close()
  const opened = await store.open({ readOnly: false })
  t.after(() => opened.close())
  const { writer } = opened
  const { head, warehouses } = await writer!.recover()
  await writer!.headLock!.acquire()

  const holder = await begun(t)
  await holder.query(`SELECT FROM "${schema}".warehouse_stock FOR UPDATE`)
  const first = received(head, warehouses[0]!, 5)
  const firstDone = writer!.commit(first)
  const next = received(first.head, warehouses[0]!, 6)
  const second = {
    ...{ ...next, batchId: 'decade'.padEnd(32, '0') },
    head: { ...next.head, hash: 'cd'.repeat(32) },
  }
  const slow = await begun(t)
  await slow.query(`INSERT INTO "${schema}".commits SELECT number + 2, first_seq, last_seq, at,
    level_keys, gen_random_uuid(), hash, body FROM "${schema}".commits`)
  const secondDone = writer!.commit(second)
  const lost = rejects(
    secondDone,
    (error) => error instanceof StoreFailure && error.outcome === 'unknown',
  )
  await until(async () => (await busyWith(`%INTO "${schema}".commits%`)).length === 2)
  await holder.query('ROLLBACK')
  await firstDone
  const late = await busyWith(`%INTO "${schema}".commits%`)
  equal(late.length, 1)
  wire.hangUp()
  await lost
  equal(await writer!.wasCommitted(second.batchId), false)
  await slow.query('ROLLBACK')
  // The server has processed everything that was sent.
  const isThere = 'SELECT FROM pg_stat_activity WHERE client_port = $1'
  await until(async () => (await pool.query(isThere, late)).rowCount === 0)
  equal(await writer!.wasCommitted(second.batchId), false)
  deepEqual((await writer!.recover()).head, first.head)
})

test('a commit counts even if the connection of the one before it was lost', async (t) => {
  const schema = newSchema()
  const { wire, connectionString } = await wired(t)
  const shop = await shopAlone(t, schema, { connectionString, listen: false })
  const { held: first, letGo } = await heldUp(t, schema, () => shop.addStock(SOCK))
  const second = shop.addStock(SHOE)
  await until(async () => (await busyWith(WAITS)).length === 1)
  const [port] = await busyWith(changing(schema))
  wire.hangUp(port)
  await letGo()
  const [sock, shoe] = await Promise.all([first, second])
  deepEqual([sock.available, shoe.available], [5, 5])
  equal(shoe.seq, sock.seq + 1)
  equal((await shop.head()).seq, shoe.seq)
  equal((await shop.verify()).ok, true)
})

test('of two commits whose connections were lost, both are searched for', async (t) => {
  const schema = newSchema()
  const { wire, connectionString } = await wired(t)
  const shop = await shopAlone(t, schema, { connectionString, listen: false })
  const both = () => Promise.all([shop.addStock(SOCK), shop.addStock(SHOE)])
  const { held: answers, letGo } = await heldUp(t, schema, both)
  const more = shop.addStock(SHOE)
  await until(async () => (await busyWith(WAITS)).length === 1)
  wire.hangUp()
  await letGo()
  const [sock, shoe] = await answers
  deepEqual([sock.available, shoe.available, (await more).available], [5, 5, 6])
  equal((await shop.verify()).ok, true)
})

/** A pool that can replace BEGIN by another statement. */
class Garbled extends Pool {
  instead: string | null = null

  override connect(...args: unknown[]): Promise<never> {
    const [done] = args as [(error: Error | undefined, client: GarbledClient) => void]
    super.connect((error, client) => {
      const given = client as unknown as GarbledClient | undefined
      if (given !== undefined && given.query.name !== 'garbled') {
        const query = given.query.bind(given)
        given.query = function garbled(asked) {
          return query({ ...asked, text: garble(asked.text) })
        }
      }
      done(error, given!)
    })
    const garble = (text: string): string =>
      this.instead !== null && text.startsWith('BEGIN') ? this.instead : text
    return undefined as unknown as Promise<never>
  }
}

interface GarbledClient {
  query(asked: { text: string }): Promise<unknown>
}

for (const pipeline of [false, true]) {
  const how = pipeline ? 'in one go' : 'one after another'
  test(`without a transaction nothing is written; sent ${how}`, async (t) => {
    const schema = newSchema()
    const own = new Garbled({ connectionString: url, pipeline })
    const shop = await shopAlone(t, schema, { pool: own, listen: url })
    t.after(() => own.end())
    const { held: first, letGo } = await heldUp(t, schema, () => shop.addStock(SOCK))
    own.instead = `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57014'; END $$`
    const second = shop.addStock(SHOE)
    await until(async () => (await busyWith(WAITS)).length === 1)
    const written = async (table: string): Promise<number> => {
      const sql = `SELECT max(last_seq)::int AS seq FROM "${schema}".${table}`
      return (await pool.query<{ seq: number }>(sql)).rows[0]!.seq
    }
    const before = await written('commits')
    await letGo()
    const { seq, available } = await first
    equal(before, seq - 1, 'its rows')
    await pause(200)
    deepEqual([await written('commits'), await written('level')], [seq, seq])
    own.instead = null
    deepEqual([available, (await second).available], [5, 5])
    equal((await shop.verify()).ok, true)
  })
}

test('a statement that the driver and the server gave up is done once', async (t) => {
  const schema = newSchema()
  const own = new Pool({ connectionString: url, query_timeout: 500 })
  const shop = await shopAlone(t, schema, { pool: own, listen: url })
  t.after(() => own.end())
  const { held: added, letGo } = await heldUp(t, schema, () => shop.addStock(SOCK))
  await pause(800)
  await letGo()
  equal((await added).available, 5)
  equal((await shop.stock({ warehouseId: 'SF', productId: 'SOCK' })).available, 5)
  equal((await shop.verify()).ok, true)
})

test('a silent server is abandoned after a while, whatever was sent to it', async (t) => {
  const { wire, connectionString } = await wired(t)
  const shop = await shopAlone(t, newSchema(), { connectionString, listen: false })
  wire.hold()
  wire.unhold()
  const took = await until(async () => (await shop.addStock(SOCK)).available === 5, 20_000)
  ok(took > 1_000, 'it was not held')
})

test('inside another’s transaction nothing is written, and the engine does not end it', async (t) => {
  const schema = newSchema()
  const own = new Pool({ connectionString: url, max: 1 })
  const shop = await shopAlone(t, schema, { pool: own, listen: url })
  t.after(() => own.end())
  await pool.query(`CREATE TABLE "${schema}".theirs (one int)`)
  await own.query(`BEGIN; INSERT INTO "${schema}".theirs VALUES (1)`)
  const { available } = await shop.addStock(SOCK)
  equal(available, 5)
  const { rows } = await pool.query(`SELECT FROM "${schema}".theirs`)
  equal(rows.length, 0)
  equal((await shop.verify()).ok, true)
})

test('a missing row that should be changed ends the batch, and all writing', async (t) => {
  const schema = newSchema()
  const shop = await shopAlone(t, schema, { connectionString: url })
  await pool.query(`DELETE FROM "${schema}".level WHERE key = 2`)
  await rejects(Promise.all([shop.addStock(SOCK), shop.addStock(SHOE)]), (error: Error) => {
    match(error.message, /1 rows were there to be changed instead of 2/)
    return true
  })
  await rejects(shop.addStock(SOCK), /takes no more writes/)
})

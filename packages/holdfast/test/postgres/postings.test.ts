import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory, openInventory, rebuild, type Inventory } from 'holdfast'
import { Pool } from 'pg'
import { PostgresStore } from '../../src/store/postgres/open.ts'
import { LONG } from '../support/long.ts'
import { live, liveEverywhere, withoutIndexer } from '../support/posted-life.ts'
import { foundInParts, opened, postAll } from '../support/posted-in-parts.ts'
import { mustBePosted, SamePages, type Mark, type StoredPosting } from '../support/same-pages.ts'
import { newSchema, pool, url } from './support/place.ts'

const CHILD = join(import.meta.dirname, '../support/posting-child.ts')
const STEPS = LONG ? 400 : 60
const QUESTIONS = LONG ? 40 : 4

for (const seed of LONG ? [1, 2, 3] : [1]) {
  test(`PostgreSQL finds what memory does, however far its postings go (seed ${seed})`, async () => {
    const schema = newSchema()
    const stored = {
      watermark: () => watermarkOf(schema),
      rows: () => rowsOf(schema),
      cutOff: (before: Mark, share: number) => cutOff(schema, before, share),
    }
    const storeOf = (runCommits: number) => new PostgresStore({ pool, schema }, runCommits)
    await foundInParts({ storeOf, stored, seed, steps: STEPS, questions: QUESTIONS })
  })
}

test('killed between the slices of a run, it finds all, and goes on with the run later', async () => {
  const schema = newSchema()
  const plain = memory()
  const now = await live(plain, 5, 30, 2200)
  await live(withoutIndexer(new PostgresStore({ pool, schema })), 5, 30, 2200)
  const { reader } = await plain.open({ readOnly: true })
  const { commit } = await reader.head()
  const store = new PostgresStore({ pool, schema }, commit)
  const pages = new SamePages(reader, now, 5)
  for (let step = 1; ; step += 4) {
    const args = [
      '--conditions=source',
      CHILD,
      'postgres',
      url,
      schema,
      String(commit),
      String(step),
    ]
    const { signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (stdout.includes('done')) {
      ok(step > 3, `it has ${step} steps`)
      break
    }
    equal(signal, 'SIGKILL', stderr)
    equal((await watermarkOf(schema)).commit, 0)
    ok((await rowsOf(schema)).length >= 500)
    await opened(store, async (open) => pages.compare(open.reader, 2, `killed before step ${step}`))
  }
  await opened(store, async (open) => pages.compare(open.reader, 2, 'gone on'))
  await mustBePosted(reader, await rowsOf(schema), await watermarkOf(schema), commit)
})

test('two processes write and post at once, and both find all of it', async (t) => {
  const schema = newSchema()
  const warehouses = [{ id: 'SF', name: 'San Francisco' }]
  const store = new PostgresStore({ pool, schema }, 3)
  const shops: Inventory[] = []
  for (let count = 0; count < 2; count++) {
    const shop = await openInventory({ store, warehouses, sweepMs: 0 })
    t.after(() => shop.close())
    shops.push(shop)
  }
  const at = { warehouseId: 'SF', productId: 'SOCK' }
  await shops[0]!.addStock({ ...at, qty: 100, source: 'SUPPLIER' })
  const made = await Promise.all(
    shops.map(async (shop, index) => {
      const ids: string[] = []
      for (let count = 0; count < 25; count++) {
        const hold = { ...at, qty: 1, ttlMs: 1e6, owner: `cart-${count % 2}` }
        const { id } = await shop.reserve(hold)
        if (count % 2 === 0) ids.push(id)
        const own = await shop.listReservations({ owner: 'cart-0', limit: 1000 })
        const found = new Set(own.items.map((one) => one.id))
        ok(
          ids.every((one) => found.has(one)),
          `shop ${index}, hold ${count}`,
        )
      }
      return ids
    }),
  )
  const expected = made.flat().sort()
  for (const shop of shops) {
    const { items } = await shop.listReservations({ owner: 'cart-0', limit: 1000 })
    deepEqual(items.map((one) => one.id).toReversed(), expected)
    await shop.close()
  }
  const mark = await watermarkOf(schema)
  ok(mark.commit > 30, `${mark.commit} commits are posted`)
  await opened(store, async (open) => {
    await postAll(open)
    await mustBePosted(open.reader, await rowsOf(schema), await watermarkOf(schema), 3)
  })
})

test('among 20,000 pending holds those are found that are not among the first', async () => {
  const schema = newSchema()
  const warehouses = ['SF', 'NYC'].map((id) => ({ id, name: id }))
  await using inventory = await openInventory({
    store: new PostgresStore({ pool, schema }),
    warehouses,
    sweepMs: 0,
  })
  const hold = async (warehouseId: string, ttlMs: number): Promise<string> => {
    const at = { warehouseId, productId: 'SOCK', qty: 1 }
    await inventory.addStock({ ...at, source: 'SUPPLIER' })
    return (await inventory.reserve({ ...at, ttlMs })).id
  }
  const id = await hold('NYC', 2e6)
  await hold('SF', 1e6)
  // The first one goes to the end of the table; it is over last, too.
  await pool.query(`SET session_replication_role = replica;
    CREATE TEMP SEQUENCE numbers START 1000;
    CREATE TEMP TABLE copies AS SELECT r.* FROM ${schema}.reservation r, generate_series(1, 20000)
      WHERE r.seq = (SELECT max(seq) FROM ${schema}.reservation);
    UPDATE copies SET seq = nextval('numbers'), last_seq = currval('numbers');
    INSERT INTO ${schema}.reservation SELECT * FROM copies;
    DROP TABLE copies;
    DROP SEQUENCE numbers;
    UPDATE ${schema}.reservation SET expires_at = expires_at + 1 WHERE seq < 1000 AND expires_at = (
      SELECT max(expires_at) FROM ${schema}.reservation);
    RESET session_replication_role`)
  const inNewYork = await inventory.listReservations({ status: 'PENDING', warehouseId: 'NYC' })
  let found = inNewYork.items
  for (let { cursor } = inNewYork; cursor !== null && found.length === 0;) {
    const page = await inventory.listReservations({ status: 'PENDING', warehouseId: 'NYC', cursor })
    found = page.items
    cursor = page.cursor
  }
  deepEqual(
    found.map((one) => one.id),
    [id],
  )
})

test('holds of a product that is in hundreds of warehouses are its own alone', async () => {
  equal(await liveEverywhere(new PostgresStore({ pool, schema: newSchema() })), 7)
})

async function watermarkOf(schema: string): Promise<Mark> {
  const { rows } = await pool.query<Mark>(
    `SELECT commit_number::float8 AS "commit", seq::float8, salt FROM ${schema}.posting_watermark`,
  )
  return rows[0]!
}

async function rowsOf(schema: string): Promise<StoredPosting[]> {
  const { rows } = await pool.query<StoredPosting>(
    `SELECT kind, list::float8, block::float8, run::float8, seqs FROM ${schema}.posting`,
  )
  return rows
}

/** As if the process had been killed when it had written a share of the run. */
async function cutOff(schema: string, { commit, seq }: Mark, share: number): Promise<void> {
  const rows = (await rowsOf(schema)).filter(({ run }) => run === seq).length
  const mark = `UPDATE ${schema}.posting_watermark SET commit_number = $1, seq = $2`
  await pool.query(mark, [commit, seq])
  await pool.query(
    `DELETE FROM ${schema}.posting WHERE run = $1 AND (kind, list, block) NOT IN (
      SELECT kind, list, block FROM ${schema}.posting WHERE run = $1 ORDER BY kind, list, block LIMIT $2)`,
    [seq, Math.ceil(rows * share)],
  )
}

/** A process of its own, as far as the database can tell, that can be held up before a statement. */
function heldUp(schema: string, runCommits: number) {
  const own = new Pool({ connectionString: url, max: 2 })
  own.on('error', () => undefined)
  const gate = { before: '', reached: () => undefined as void, open: Promise.resolve() }
  own.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    Object.assign(client, {
      query: (...args: unknown[]) => {
        const text = (args[0] as { text?: string }).text ?? String(args[0])
        if (gate.before === '' || !text.includes(gate.before)) return query(...args)
        gate.before = ''
        gate.reached()
        return gate.open.then(() => query(...args))
      },
    })
  })
  return { own, gate, store: new PostgresStore({ pool: own, schema, listen: false }, runCommits) }
}

for (const before of ['INSERT INTO', 'UPDATE'] as const)
  for (const meanwhile of ['goes on', 'rebuilds'] as const) {
    test(`a process held up before ${before} in a run, while another ${meanwhile}, changes nothing`, async (t) => {
      const schema = newSchema()
      const other = new PostgresStore({ pool, schema }, 6)
      await live(withoutIndexer(other), 2, 40)
      const { own, gate, store } = heldUp(schema, 6)
      t.after(() => own.end())
      const slow = await store.open({ readOnly: false })
      t.after(() => slow.close())
      const fast = await other.open({ readOnly: false })
      t.after(() => fast.close())
      const reached = Promise.withResolvers<void>()
      const letGo = Promise.withResolvers<void>()
      Object.assign(gate, {
        before: before === 'UPDATE' ? 'posting_watermark SET' : 'posting (kind',
        reached: reached.resolve,
        open: letGo.promise,
      })
      const late = slow.postings!.extend()
      await reached.promise
      if (meanwhile === 'goes on') {
        await fast.postings!.extend()
        await fast.postings!.extend()
      } else await rebuild(other)
      const rows = await rowsOf(schema)
      const mark = await watermarkOf(schema)
      letGo.resolve()
      await late
      deepEqual([await watermarkOf(schema), await rowsOf(schema)], [mark, rows])
      await mustBePosted(fast.reader, rows, mark, 6)
      await postAll(slow)
      await mustBePosted(fast.reader, await rowsOf(schema), await watermarkOf(schema), 6)
    })
  }

for (const before of ['DELETE FROM', 'UPDATE'] as const) {
  test(`a run that is written while a rebuild is before ${before} leaves nothing behind`, async (t) => {
    const schema = newSchema()
    const other = new PostgresStore({ pool, schema }, 6)
    await live(withoutIndexer(other), 2, 40)
    const fast = await other.open({ readOnly: false })
    t.after(() => fast.close())
    await fast.postings!.extend()
    const { own, gate, store } = heldUp(schema, 6)
    t.after(() => own.end())
    const reached = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    Object.assign(gate, {
      before: before === 'UPDATE' ? 'posting_watermark SET' : `DELETE FROM "${schema}".posting`,
      reached: reached.resolve,
      open: letGo.promise,
    })
    const rebuilding = rebuild(store)
    await reached.promise
    const extending = Promise.allSettled([fast.postings!.extend()])
    await Promise.race([extending, pause(300)])
    letGo.resolve()
    await rebuilding
    await extending
    await postAll(fast)
    await mustBePosted(fast.reader, await rowsOf(schema), await watermarkOf(schema), 6)
  })
}

test('a run of a log that was lost in a failover is not written', async (t) => {
  const schema = newSchema()
  const other = new PostgresStore({ pool, schema }, 6)
  await live(withoutIndexer(other), 2, 40)
  for (const before of ['posting (kind', 'posting_watermark SET']) {
    const { own, gate, store } = heldUp(schema, 6)
    t.after(() => own.end())
    const slow = await store.open({ readOnly: false })
    t.after(() => slow.close())
    const reached = Promise.withResolvers<void>()
    const letGo = Promise.withResolvers<void>()
    Object.assign(gate, { before, reached: reached.resolve, open: letGo.promise })
    const late = slow.postings!.extend()
    await reached.promise
    const [rows, mark] = [await rowsOf(schema), await watermarkOf(schema)]
    // The same number, but another commit.
    await pool.query(`SET session_replication_role = replica;
      UPDATE ${schema}.commits SET hash = sha256(hash) WHERE number = 6;
      RESET session_replication_role`)
    letGo.resolve()
    deepEqual(await late, { commit: 0, seq: 0 })
    deepEqual([await rowsOf(schema), await watermarkOf(schema)], [rows, mark])
  }
})

test('processes that extend at once write one run after the other', async (t) => {
  const schema = newSchema()
  const store = new PostgresStore({ pool, schema }, 3)
  await live(withoutIndexer(store), 4, 60)
  const open = await Promise.all([1, 2, 3].map(() => store.open({ readOnly: false })))
  t.after(() => Promise.all(open.map((one) => one.close())))
  await Promise.all(open.map(postAll))
  const mark = await watermarkOf(schema)
  const { commit } = await open[0]!.reader.head()
  ok(mark.commit > commit - 3)
  await mustBePosted(open[0]!.reader, await rowsOf(schema), mark, 3)
})

import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { before, test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AlsoFailedError,
  memory,
  openInventory,
  orderUpTo,
  type AuditEntry,
  type Consumer,
  type ConsumerOptions,
  type HandlerContext,
  type Inventory,
} from 'holdfast'
import { postgres, type PostgresOptions } from 'holdfast/postgres'
import { made } from 'holdfast/sql'
import { dice } from 'holdfast/testing'
import { begun, busyWith } from './support/beside.ts'
import { LONG } from '../support/long.ts'
import { newSchema, pool, server, url } from './support/place.ts'
import { until } from './support/until.ts'
import { Wire } from './support/wire.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ONE = { ...SOCK, qty: 1, source: 'S' }
const ENTRIES = LONG ? 2000 : 400
/** How often connections are terminated: no page is written meanwhile. */
const TERMINATIONS = LONG ? 40 : 15
const OWN = newSchema()
/** A table with a key refuses a duplicate row; in one without it is visible. */
const KINDS = ['with a key', 'without a key'] as const

before(async () => pool.query(`CREATE SCHEMA ${OWN}`))

let tables = 0

class Table {
  readonly name = `${OWN}.seen_${++tables}`

  static async new(kind: (typeof KINDS)[number] = 'without a key'): Promise<Table> {
    const table = new Table()
    const key = kind === 'with a key' ? 'PRIMARY KEY' : ''
    await pool.query(`CREATE TABLE ${table.name} (seq bigint ${key}, text text)`)
    return table
  }

  row(seq: number, text: unknown = null) {
    return { text: `INSERT INTO ${this.name} (seq, text) VALUES ($1, $2)`, values: [seq, text] }
  }

  async seqs(): Promise<number[]> {
    const { rows } = await pool.query<{ seq: string }>(`SELECT seq FROM ${this.name} ORDER BY seq`)
    return rows.map(({ seq }) => Number(seq))
  }

  async count(): Promise<number> {
    const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${this.name}`)
    return Number(rows[0]!.n)
  }

  /** In how many transactions its rows were written. */
  async transactions(): Promise<number> {
    const sql = `SELECT count(DISTINCT xmin::text) AS n FROM ${this.name}`
    const { rows } = await pool.query<{ n: string }>(sql)
    return Number(rows[0]!.n)
  }
}

interface Scene {
  readonly shop: Inventory
  readonly schema: string
  /** `seq` before the first of the entries that the test adds. */
  readonly began: number
}

async function open(t: TestContext, options: PostgresOptions = {}): Promise<Scene> {
  const schema = options.schema ?? newSchema()
  const shop = await openInventory({
    store: postgres({ connectionString: url, ...options, schema }),
    warehouses: [{ id: 'SF', name: 'San Francisco', reorderThreshold: 5 }],
    sweepMs: 0,
    onWarning: () => undefined,
  })
  t.after(() => shop.close())
  return { shop, schema, began: (await shop.head()).seq }
}

async function add(shop: Inventory, entries: number): Promise<void> {
  await Promise.all(Array.from({ length: entries }, () => shop.addStock(ONE)))
}

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

function named(who: string): string {
  const found = new URL(url)
  found.searchParams.set('application_name', who)
  return found.href
}

/** Resolves with how many there were. */
async function endBackends(who: string, share: number): Promise<number> {
  const { rowCount } = await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = $1 AND random() < $2`,
    [who, share],
  )
  return rowCount ?? 0
}

for (const kind of KINDS)
  test(`two processes that take the lead from each other write each entry’s row once (${kind})`, async (t) => {
    const table = await Table.new(kind)
    const schema = newSchema()
    const names = ['one', 'two'].map((name) => `${schema}_${name}`)
    const shops = []
    for (const name of names) {
      const { shop } = await open(t, { schema, connectionString: named(name) })
      shops.push(shop)
    }
    const handled = [0, 0]
    for (const [index, shop] of shops.entries())
      await shop.consume({ name: 'c' }, async ({ seq }, { also }) => {
        handled[index]!++
        if (seq % 4 === index) await pause(1)
        // Some have nothing to write, and which ones differs between the two.
        if (seq % 50 === index) return
        also(table.row(seq))
      })
    const draw = dice(7)
    const bothHandledTheSame = (last: number): boolean =>
      handled[0]! > 100 && handled[1]! > 100 && handled[0]! + handled[1]! > last
    // Who does not lead looks every two seconds whether it may: there must be entries until then.
    const adding = (async () => {
      const giveUp = performance.now() + 60_000
      for (let last = 0, i = 0; performance.now() < giveUp; i++) {
        if (last >= ENTRIES && bothHandledTheSame(last)) break
        await add(shops[i % 2]!, ENTRIES / 20)
        await pause(50)
        last = (await shops[0]!.head()).seq
      }
    })()
    const done = new AbortController()
    const taking = (async () => {
      for (let turn = 0; !done.signal.aborted; turn++) {
        await pause(20 + draw.below(60))
        // For up to a second it still believes that it leads.
        await pool.query(`DELETE FROM "${schema}".lease`)
        if (turn % 3 === 0) await endBackends(names[draw.below(2)]!, 0.7)
      }
    })()
    await adding
    const { seq: last } = await shops[0]!.head()
    const position = async (): Promise<number> => {
      const sql = `SELECT seq FROM "${schema}".position WHERE name = 'c'`
      return Number((await pool.query<{ seq: string }>(sql)).rows[0]?.seq)
    }
    await until(async () => (await position()) === last, 60_000).finally(() => done.abort())
    await taking
    const seqs = await table.seqs()
    deepEqual(
      seqs.filter((seq, index) => seq === seqs[index + 1]),
      [],
    )
    const missing = new Set(upTo(last))
    for (const seq of seqs) missing.delete(seq)
    deepEqual(
      [...missing].filter((seq) => seq % 50 > 1),
      [],
    )
    t.diagnostic(`handled ${handled.join(' and ')} for ${last} entries`)
    ok(bothHandledTheSame(last), `handled ${handled.join(' and ')} for ${last} entries`)
    equal((await shops[0]!.verify()).ok, true)
  })

for (const kind of KINDS)
  test(`connections terminated at any moment lose no row and duplicate none (${kind})`, async (t) => {
    const table = await Table.new(kind)
    const name = `${newSchema()}_b`
    const { shop } = await open(t, { connectionString: named(name) })
    await add(shop, ENTRIES)
    let handled = 0
    const done = new AbortController()
    const draw = dice(11)
    const ending = (async () => {
      let ended = 0
      for (let tries = 0; !done.signal.aborted && tries < TERMINATIONS; tries++) {
        await pause(30 + draw.below(70))
        ended += await endBackends(name, 1)
      }
      return ended
    })()
    const { seq: last } = await shop.head()
    await shop.consume({ name: 'c' }, async ({ seq }, { also }) => {
      handled++
      if (seq % 10 === 0) await pause(1)
      also(table.row(seq))
      if (seq % 10 === 0) also({ text: 'SELECT pg_sleep(0.005)', values: [] })
    })
    await until(async () => (await table.count()) >= last, 60_000).finally(() => done.abort())
    ok(handled > last, 'none came again')
    const ended = await ending
    deepEqual(await table.seqs(), upTo(last))
    t.diagnostic(`handled ${handled} for ${last} entries, ${ended} connections were ended`)
  })

/** Everything that the server has sent so far has arrived and is read: both ends are in this process. */
async function heard(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A wire to the server, and the connection string of its other end. */
async function wired(t: TestContext): Promise<{ wire: Wire; connectionString: string }> {
  const through = new URL(url)
  const wire = await Wire.to(Number(through.port))
  t.after(() => wire.close())
  through.port = String(wire.port)
  return { wire, connectionString: through.href }
}

for (const moment of ['before', 'during', 'after'] as const)
  test(`a connection that is cut ${moment} COMMIT loses no row and duplicates none`, async (t) => {
    const table = await Table.new()
    const { wire, connectionString } = await wired(t)
    const { shop } = await open(t, { connectionString, listen: false })
    await add(shop, 300)
    const { seq: last } = await shop.head()
    const cut = wire.cutAtCommit(moment)
    let again = 0
    let newest = 0
    const consumer = await shop.consume({ name: 'c' }, async ({ seq }, { also }) => {
      if (seq <= newest) again++
      newest = Math.max(newest, seq)
      also(table.row(seq))
    })
    await cut
    await until(() => consumer.position === last)
    await consumer.stop()
    deepEqual(await table.seqs(), upTo(last))
    ok(again === 200 || (again === 0 && moment !== 'before'), `${again} came again`)
  })

test('what was sent over a lost connection may be written late, and is not written twice', async (t) => {
  const table = await Table.new()
  const { wire, connectionString } = await wired(t)
  const { shop, schema } = await open(t, { connectionString, listen: false })
  await add(shop, 50)
  const { seq: last } = await shop.head()
  await pool.query(`INSERT INTO ${table.name} VALUES (0, 'locked')`)
  const holder = await begun(t)
  await holder.query(`SELECT FROM ${table.name} WHERE seq = 0 FOR UPDATE`)
  const touch = { text: `UPDATE ${table.name} SET text = 'touched' WHERE seq = 0`, values: [] }
  const handled: number[] = []
  const consumer = await shop.consume({ name: 'c' }, ({ seq }, { also }) => {
    handled.push(seq)
    also(table.row(seq))
    if (seq === 10) also(touch)
  })
  await until(async () => (await busyWith(`UPDATE ${table.name} %`)).length === 1)
  await heard()
  wire.hangUp()
  // The entry is delivered again, and waits behind the first delivery.
  await until(async () => (await busyWith(`UPDATE "${schema}".position %`)).length === 1)
  equal((await busyWith(`UPDATE ${table.name} %`)).length, 1)
  await holder.query('ROLLBACK')
  await until(() => consumer.position === last)
  await consumer.stop()
  deepEqual(await table.seqs(), upTo(last, 0))
  // One entry, since those that lost the connection are stored one by one.
  deepEqual(handled, [...upTo(last), 1])
})

interface Told {
  readonly seq: number
  readonly sqlState: string
  readonly statement: number | undefined
}

function teller(told: Told[]) {
  return (error: unknown, { seq }: AuditEntry): void => {
    ok(error instanceof AlsoFailedError, String(error))
    const { sqlState, statement } = error.details
    told.push({ seq, sqlState, statement })
  }
}

interface Failing {
  readonly sqlState: string
  readonly text: string
  /** Answers come so much later. Where the connection has ended by then, they never come. */
  readonly lateMs?: number
}

const ENDS = {
  sqlState: '57P01',
  text: `SELECT pg_terminate_backend(pg_backend_pid()) WHERE NOT EXISTS (SELECT FROM FIXED)`,
}

/** Failing statements beside an entry's row, until the table `fixed` has a row. */
const FAILING: Record<string, Failing> = {
  'a statement': { sqlState: '22012', text: `SELECT 1 / (SELECT count(*) FROM FIXED)` },
  'a deferred constraint': {
    sqlState: '23503',
    text: `INSERT INTO LATE SELECT 1 WHERE NOT EXISTS (SELECT FROM FIXED)`,
  },
  'a statement that ends its connection': ENDS,
  'a statement that ends its connection before any answer has come': { ...ENDS, lateMs: 20 },
}

for (const [what, { sqlState, text, lateMs = 0 }] of Object.entries(FAILING))
  test(`${what} that fails holds back its own entry and those after it`, async (t) => {
    const table = await Table.new()
    const fixed = await Table.new()
    const late = `${OWN}.late_${tables}`
    await pool.query(`CREATE TABLE ${late}_of (id integer PRIMARY KEY);
      CREATE TABLE ${late} (id integer REFERENCES ${late}_of DEFERRABLE INITIALLY DEFERRED)`)
    const { wire, connectionString } = await wired(t)
    wire.delayAnswers(lateMs)
    const { shop, began, schema } = await open(t, { connectionString })
    await add(shop, 400)
    const last = began + 400
    // In the second page.
    const bad = began + 237
    const statement = {
      text: text.replace('FIXED', fixed.name).replace('LATE', late),
      values: [],
    }
    const told: Told[] = []
    const handled: number[] = []
    const consumer = await shop.consume(
      { name: 'c', from: began, onError: teller(told) },
      ({ seq }, { also }) => {
        handled.push(seq)
        also(table.row(seq))
        if (seq === bad) also(statement)
      },
    )
    await until(() => told.length >= 3, 60_000)
    deepEqual(await table.seqs(), upTo(bad - 1, began + 1))
    const sql = `SELECT seq FROM "${schema}".position WHERE name = 'c'`
    equal(Number((await pool.query<{ seq: string }>(sql)).rows[0]!.seq), bad - 1)
    await pool.query(`INSERT INTO ${fixed.name} VALUES (1)`)
    await until(() => consumer.position === last, 60_000)
    await consumer.stop()
    deepEqual(await table.seqs(), upTo(last, began + 1))
    const isLost = sqlState === '57P01'
    for (const one of told) {
      // After a reset the server's last message may be lost.
      if (isLost) ok([sqlState, '08006'].includes(one.sqlState), one.sqlState)
      else equal(one.sqlState, sqlState)
      deepEqual([one.seq, one.statement], [bad, sqlState === '22012' ? 1 : undefined])
    }
    // Those after it are delivered once more, not with each retry.
    const times = (seq: number): number => handled.filter((one) => one === seq).length
    ok(times(bad) >= 4)
    deepEqual([times(bad + 1), times(bad + 50)], [2, 2])
  })

test('if a handler throws, nothing of its entry is written, and everything of those before it', async (t) => {
  const table = await Table.new()
  const { shop, began } = await open(t)
  await add(shop, 300)
  const last = began + 300
  const bad = began + 250
  let isFixed = false
  const told: string[] = []
  const onError = (error: unknown, { seq }: AuditEntry): void =>
    void told.push(`${(error as Error).message} ${seq - began}`)
  const consumer = await shop.consume(
    { name: 'c', from: began, onError },
    async ({ seq }, { also }) => {
      also(table.row(seq))
      if (seq !== bad || isFixed) return
      also(table.row(seq))
      await pause(1)
      throw new Error('pager is down')
    },
  )
  await until(() => told.length >= 2)
  deepEqual(await table.seqs(), upTo(bad - 1, began + 1))
  isFixed = true
  await until(() => consumer.position === last)
  await consumer.stop()
  deepEqual(await table.seqs(), upTo(last, began + 1))
  deepEqual([...new Set(told)], ['pager is down 250'])
})

type Handle = (entry: AuditEntry, context: HandlerContext) => void | Promise<void>

/** A consumer stopped by its handler keeps its name until the handler has ended. */
async function restarted(
  shop: Inventory,
  options: ConsumerOptions,
  handle: Handle,
): Promise<Consumer> {
  for (let tries = 0; ; tries++) {
    try {
      return await shop.consume(options, handle)
    } catch (error) {
      if (tries === 100) throw error
      await pause(5)
    }
  }
}

test('stopped and started repeatedly, by others and by its handler, it writes each row once', async (t) => {
  const table = await Table.new()
  const { shop, schema } = await open(t)
  await add(shop, ENTRIES)
  const { seq: last } = await shop.head()
  const draw = dice(5)
  let opened = shop
  for (let turn = 0; (await table.count()) < last; turn++) {
    ok(turn < 200, 'it does not come to its end')
    let left = draw.below(ENTRIES / 5)
    const consumer: Consumer = await restarted(
      opened,
      { name: 'c', stopWithinMs: turn % 5 === 1 ? 0 : 1000 },
      async ({ seq }, { also, signal }) => {
        also(table.row(seq))
        if (seq % 5 === 0) await pause(1)
        if (--left !== 0) return
        if (turn % 5 === 1) await new Promise((done) => signal.addEventListener('abort', done))
        else if (turn % 2 === 0) await consumer.stop()
        else void consumer.stop()
      },
    )
    await pause(draw.below(120))
    await consumer.stop()
    if (turn % 4 === 3) {
      await opened.close()
      opened = (await open(t, { schema })).shop
    }
  }
  // A handler that was not waited for may still end.
  await pause(50)
  deepEqual((await table.seqs()).slice(0, last), upTo(last))
})

async function handledOne(shop: Inventory, handle: Handle): Promise<void> {
  const done = Promise.withResolvers<void>()
  const consumer = await shop.consume({ name: 'one', from: 'end' }, async (entry, context) => {
    try {
      await handle(entry, context)
      done.resolve()
    } catch (error) {
      done.reject(error as Error)
    }
  })
  await shop.addStock(ONE)
  try {
    await done.promise
  } finally {
    await consumer.stop()
  }
}

test('statements of an entry are bounded and copied, and refused after its handler', async (t) => {
  const table = await Table.new()
  const { shop } = await open(t)
  let kept: HandlerContext | null = null
  let first = 0
  await handledOne(shop, ({ seq }, context) => {
    first = seq
    const { also } = context
    const bad: unknown[] = [
      null,
      {},
      { text: 'COMMIT', values: [] },
      { text: 'SELECT $1', values: [() => 1] },
      table.row(1, made('seq')),
      table.row(1, [made('seq')]),
      table.row(1, 'x'.repeat(1_100_000)),
    ]
    for (const one of bad) throws(() => also(one as never), { code: 'INVALID_INPUT' })
    const values: unknown[] = [seq, 'x'.repeat(500_000)]
    also({ ...table.row(seq), values })
    values[0] = 17
    throws(() => also(table.row(seq, 'x'.repeat(600_000))), { code: 'INVALID_INPUT' })
    for (let i = 1; i < 20; i++) also(table.row(seq + i))
    throws(() => also(table.row(seq)), { code: 'INVALID_INPUT' })
    kept = context
  })
  throws(() => kept!.also(table.row(1)), { code: 'INVALID_INPUT', message: /ended/ })
  deepEqual(await table.seqs(), upTo(first + 19, first))
})

test('another store refuses statements immediately', async () => {
  await using shop = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  await handledOne(shop, (_entry, { also }) => {
    const refusal = { code: 'INVALID_INPUT', message: /also needs a PostgreSQL store/ }
    throws(() => also({ text: 'SELECT 1', values: [] }), refusal)
  })
})

test('a page is one transaction; what is large or slow is stored earlier', async (t) => {
  const { shop, began } = await open(t)
  await add(shop, 200)
  const end = began + 200
  const write = async (
    name: string,
    entries: number,
    text: string,
    ms: number,
  ): Promise<{ table: Table; slowest: number; tookMs: number }> => {
    const table = await Table.new()
    const startedAt = performance.now()
    let slowest = 0
    const consumer = await shop.consume(
      { name, from: end - entries },
      async ({ seq }, { also }) => {
        also(table.row(seq, text))
        if (ms > 0) await pause(ms)
        slowest = Math.max(slowest, seq - end + entries - (await table.count()))
      },
    )
    await until(() => consumer.position === end)
    const tookMs = performance.now() - startedAt
    await consumer.stop()
    deepEqual(await table.seqs(), upTo(end, end - entries + 1))
    return { table, slowest, tookMs }
  }
  const plain = await write('plain', 200, 'x', 0)
  // On a busy machine it may take longer than an entry waits.
  ok((await plain.table.transactions()) <= 1 + Math.floor(plain.tookMs / 1000))
  const large = await write('large', 20, 'x'.repeat(300_000), 0)
  ok(large.slowest <= 4, `${large.slowest} waited`)
  const slow = await write('slow', 100, 'x', 20)
  ok(slow.slowest < 80, `${slow.slowest} waited`)
})

test('statements run as the given role, and their settings are reset', async (t) => {
  const poor = `${OWN}_poor`
  const table = await Table.new()
  await pool.query(
    `CREATE ROLE ${poor}; GRANT USAGE ON SCHEMA ${OWN} TO ${poor}; GRANT INSERT ON ${table.name} TO ${poor}`,
  )
  t.after(() => pool.query(`DROP OWNED BY ${poor}; DROP ROLE ${poor}`))
  const { shop, schema } = await open(t, { alsoRole: poor })
  const found = `INSERT INTO ${table.name} (seq, text) SELECT $1, concat_ws(' ', current_user,
    current_setting('enable_seqscan'), current_setting('application_name'), current_setting('lock_timeout'),
    current_setting('statement_timeout'))`
  const set =
    "SELECT set_config('application_name', 'other', false), set_config('role', 'none', false)"
  for (const seq of [1, 2])
    await handledOne(shop, (_entry, { also }) => {
      also({ text: found, values: [seq] })
      also({ text: set, values: [] })
    })
  const { rows } = await pool.query<{ text: string }>(`SELECT text FROM ${table.name}`)
  deepEqual([...new Set(rows.map(({ text }) => text))], [`${poor} on holdfast 5s 20s`])
  equal(rows.length, 2)
  const told: Told[] = []
  const consumer = await shop.consume(
    { name: 'poor', from: 'end', onError: teller(told) },
    (_entry, { also }) => also({ text: `UPDATE "${schema}".position SET seq = 0`, values: [] }),
  )
  await shop.addStock(ONE)
  await until(() => told.length > 0)
  await consumer.stop()
  equal(told[0]!.sqlState, '42501')
})

test('a purchase order and an alert have their row exactly once', async (t) => {
  const orders = await Table.new()
  const mails = await Table.new()
  const { shop, schema } = await open(t)
  await shop.reorder({ name: 'orders' }, orderUpTo(4), ({ seq, qty }, { also }) =>
    also(orders.row(seq, qty)),
  )
  let failures = 2
  await shop.alerts(
    { name: 'mails' },
    {
      onLowStock: (_warehouse, productId, available, seq, { also }) => {
        also(mails.row(seq, `${available} ${productId}`))
        if (failures-- > 0) throw new Error('no room')
      },
      onShortage: ({ seq, held }, { also }) => also(mails.row(seq, `${held} held`)),
    },
  )
  await shop.addStock({ ...SOCK, qty: 12, source: 'S' })
  await shop.removeStock({ ...SOCK, qty: 8, reason: 'LOST' })
  await until(async () => (await orders.count()) === 1 && (await mails.count()) === 2)
  await shop.close()
  const next = await open(t, { schema })
  await next.shop.reorder({ name: 'orders' }, orderUpTo(4), ({ seq, qty }, { also }) =>
    also(orders.row(seq, qty)),
  )
  await next.shop.removeStock({ ...SOCK, qty: 1, reason: 'LOST' })
  await pause(100)
  const { rows } = await pool.query<{ text: string }>(`SELECT text FROM ${mails.name}`)
  deepEqual(
    rows.map(({ text }) => text),
    ['4 SOCK', '0 held'],
  )
  equal(await orders.count(), 1)
})

test(
  'a server that is stopped and comes back loses no row and duplicates none',
  { skip: server === null && 'the server that DATABASE_URL names is not ours to stop' },
  async (t) => {
    const table = await Table.new()
    const { shop } = await open(t)
    await add(shop, ENTRIES)
    const { seq: last } = await shop.head()
    const consumer = await shop.consume({ name: 'c' }, async ({ seq }, { also }) => {
      if (seq % 5 === 0) await pause(1)
      also(table.row(seq))
    })
    await pause(60)
    await server!.down()
    await pause(200)
    await server!.up()
    await until(() => consumer.position === last, 20_000)
    await consumer.stop()
    deepEqual(await table.seqs(), upTo(last))
  },
)

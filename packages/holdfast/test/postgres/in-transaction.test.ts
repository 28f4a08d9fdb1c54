import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { before, test, type TestContext } from 'node:test'
import {
  memory,
  openInventory,
  OperationalError,
  type Inventory,
  type OwnInventory,
  type TransactionClient,
} from 'holdfast'
import { postgres, type PostgresOptions } from 'holdfast/postgres'
import { Client, Pool, type PoolClient } from 'pg'
import { LONG } from '../support/long.ts'
import { newSchema, pool, url } from './support/place.ts'
import { until } from './support/until.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const HOLD = { ...SOCK, qty: 1, ttlMs: 60_000 }
/** The schema of the shop's own tables. */
const OWN = newSchema()

before(async () =>
  pool.query(`CREATE SCHEMA ${OWN}; CREATE TABLE ${OWN}.orders (id text PRIMARY KEY)`),
)

interface Shop {
  readonly inventory: Inventory
  readonly schema: string
}

async function open(t: TestContext, options: PostgresOptions = {}, qty = 1000): Promise<Shop> {
  const schema = options.schema ?? newSchema()
  const inventory = await openInventory({
    store: postgres({
      ...(options.pool === undefined ? { connectionString: url } : {}),
      ...options,
      schema,
    }),
    warehouses: [
      { id: 'SF', name: 'San Francisco' },
      { id: 'NY', name: 'New York' },
    ],
    sweepMs: 0,
  })
  t.after(() => inventory.close())
  if (qty > 0) await inventory.addStock({ ...SOCK, qty, source: 'S' })
  return { inventory, schema }
}

/** A connection of the caller, from a pool without pipeline mode unless another is given. */
async function connect(t: TestContext, from: Pool = pool): Promise<PoolClient> {
  const client = await from.connect()
  let isReleased = false
  t.after(() => isReleased || client.release(true))
  const release = client.release.bind(client)
  client.release = (destroy) => {
    isReleased = true
    release(destroy)
  }
  return client
}

async function begun(t: TestContext, from?: Pool): Promise<PoolClient> {
  const client = await connect(t, from)
  await client.query('BEGIN')
  return client
}

const insert = (id: string) => ({
  text: `INSERT INTO ${OWN}.orders VALUES ($1)`,
  values: [id],
})

async function orders(like: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM ${OWN}.orders WHERE id LIKE $1 ORDER BY id`,
    [like],
  )
  return rows.map(({ id }) => id)
}

async function isWhole({ inventory }: Shop): Promise<void> {
  const verdict = await inventory.verify()
  ok(verdict.ok, JSON.stringify(verdict))
}

const isBroken = {
  name: 'OperationalError',
  code: 'STORE_UNAVAILABLE',
  message: /roll the transaction back/,
}

test('a row of the caller and a hold are committed by the caller’s COMMIT, and its reads see them before', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const before = await inventory.head()
  const client = await begun(t)
  await client.query(insert('one-1'))
  const hold = await inventory.inTransaction(client, async (own) => {
    const held = await own.reserve(HOLD)
    await client.query(insert('one-2'))
    equal((await own.stock(SOCK)).held, 1)
    deepEqual(
      (await own.listReservations()).items.map(({ id }) => id),
      [held.id],
    )
    equal((await own.getReservation({ reservationId: held.id })).status, 'PENDING')
    const transfer = await own.transfer({
      ...{ fromWarehouseId: 'SF', toWarehouseId: 'NY', productId: 'SOCK', qty: 3 },
    })
    equal((await own.getTransfer({ transferId: transfer.id })).qty, 3)
    equal((await own.listTransfers()).items.length, 1)
    equal((await own.listStock({ warehouseId: 'NY' })).items[0]!.available, 3)
    await own.confirm({ reservationId: held.id }, { documents: [{ name: 'far', value: '1' }] })
    equal(await own.document('far'), '1')
    return held
  })
  await client.query(insert('one-3'))
  // Others do not see it yet.
  equal((await inventory.stock(SOCK)).available, 1000)
  deepEqual(await orders('one-%'), [])
  await client.query('COMMIT')
  deepEqual(await orders('one-%'), ['one-1', 'one-2', 'one-3'])
  equal((await inventory.getReservation({ reservationId: hold.id })).status, 'CONFIRMED')
  equal((await inventory.stock(SOCK)).available, 996)
  equal(await inventory.document('far'), '1')
  const types: string[] = []
  for await (const entry of inventory.audit({ after: before.seq })) types.push(entry.type)
  deepEqual(types, ['RESERVED', 'TRANSFERRED_OUT', 'TRANSFERRED_IN', 'SOLD'])
  await isWhole(shop)
})

test('a ROLLBACK leaves nothing of it', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const before = await inventory.head()
  const client = await begun(t)
  await client.query(insert('none-1'))
  await inventory.inTransaction(client, async (own) => {
    await own.reserve({ ...HOLD, idempotencyKey: 'none' })
    await own.closeWarehouse({ warehouseId: 'NY' })
    equal((await own.stock(SOCK)).held, 1)
  })
  await client.query('ROLLBACK')
  deepEqual(await inventory.head(), before)
  equal((await inventory.stock(SOCK)).held, 0)
  deepEqual(await orders('none-%'), [])
  // The key is free, and so is the number of the commit.
  const hold = await inventory.reserve({ ...HOLD, qty: 2, idempotencyKey: 'none' })
  equal(hold.qty, 2)
  await inventory.addStock({ warehouseId: 'NY', productId: 'SOCK', qty: 1, source: 'S' })
  await isWhole(shop)
})

test('keys are stored with it, and give the same answer within it and after it', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const client = await begun(t)
  const keyed = { ...HOLD, idempotencyKey: 'k' }
  const earlier = await inventory.reserve({ ...keyed, idempotencyKey: 'earlier' })
  const hold = await inventory.inTransaction(client, async (own) => {
    deepEqual(await own.reserve({ ...keyed, idempotencyKey: 'earlier' }), earlier)
    const first = await own.reserve(keyed)
    deepEqual(await own.reserve(keyed), first)
    await rejects(own.reserve({ ...keyed, qty: 3 }), { code: 'IDEMPOTENCY_CONFLICT' })
    return first
  })
  // Another inTransaction in the same transaction knows it too.
  deepEqual(await inventory.inTransaction(client, (own) => own.reserve(keyed)), hold)
  await client.query('COMMIT')
  deepEqual(await inventory.reserve(keyed), hold)
  equal((await inventory.stock(SOCK)).held, 2)
  await isWhole(shop)
})

test('all holds of an owner are those that the transaction sees, and it takes them back to a savepoint', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const mine = { ...HOLD, owner: 'ann' }
  const all = { of: { owner: 'ann' } }
  const { id: before } = await inventory.reserve(mine)
  const ids = async (own: Pick<Inventory, 'extendAll'>): Promise<string[]> =>
    (await own.extendAll({ ...all, ttlMs: 60_000 })).reservations.map(({ id }) => id)
  const client = await begun(t)
  await inventory.inTransaction(client, async (own) => {
    const { id: first } = await own.reserve(mine)
    deepEqual(await ids(own), [before, first])
    await client.query('SAVEPOINT here')
    const { id: second } = await own.reserve(mine)
    deepEqual(await ids(own), [before, first, second])
    equal((await own.releaseAll(all)).reservations.length, 3)
    await client.query('ROLLBACK TO here')
    const { id: third } = await own.reserve(mine)
    deepEqual(await ids(own), [before, first, third])
  })
  await client.query('ROLLBACK')
  deepEqual(await ids(inventory), [before])
  await isWhole(shop)
})

test('lists and batches are decided within it; a refusal leaves it usable', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const client = await begun(t)
  await inventory.inTransaction(client, async (own) => {
    await rejects(own.reserve({ ...HOLD, qty: 5000 }), { code: 'INSUFFICIENT_STOCK' })
    await rejects(own.reserve({ ...HOLD, qty: -1 }), { code: 'INVALID_QTY' })
    await own.atomically({
      commands: [
        { verb: 'addStock', ...SOCK, productId: 'HAT', qty: 5, source: 'S' },
        { verb: 'reserve', ...HOLD, productId: 'HAT', qty: 5 },
      ],
    })
    const { answers } = await own.batch({
      commands: [
        { verb: 'reserve', ...HOLD, productId: 'HAT' },
        { verb: 'reserve', ...HOLD },
      ],
    })
    deepEqual(
      answers.map((answer) => answer.ok),
      [false, true],
    )
    await own.execute({ verb: 'addStock', ...SOCK, qty: 1, source: 'S' })
    // Given together, they share a commit.
    await Promise.all(Array.from({ length: 20 }, () => own.reserve(HOLD)))
  })
  await client.query(insert('list-1'))
  await client.query('COMMIT')
  equal((await inventory.stock(SOCK)).held, 21)
  deepEqual(await orders('list-%'), ['list-1'])
  await isWhole(shop)
})

test('its inventory ends with `work`, whose result or error is the caller’s', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const client = await begun(t)
  let kept: OwnInventory
  let late: Promise<unknown>
  const error = new Error('no')
  await rejects(
    inventory.inTransaction(client, async (own) => {
      kept = own
      late = own.reserve(HOLD)
      throw error
    }),
    error,
  )
  // Commands already given are waited for.
  ok((await late!) !== null)
  for (const call of [
    () => kept.reserve(HOLD),
    () => kept.batch({ commands: [{ verb: 'reserve', ...HOLD }] }),
    () => kept.stock(SOCK),
    () => kept.document('x'),
  ])
    await rejects(call(), { code: 'STORE_CLOSED' })
  equal(await inventory.inTransaction(client, () => 7), 7)
  await client.query('COMMIT')
  equal((await inventory.stock(SOCK)).held, 1)
  await isWhole(shop)
})

test('an unsuitable client is refused, and left as it is', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  let calls = 0
  const refused = async (client: unknown, message: RegExp, options?: object): Promise<void> => {
    const work = (): void => void calls++
    const call = inventory.inTransaction(client as PoolClient, work, options)
    await rejects(call, { code: 'INVALID_INPUT', message })
  }
  await refused(null, /client must be an object/)
  await refused({}, /client must be a client of pg/)
  await refused(pool, /not within a transaction/)
  const client = await connect(t)
  await refused(client, /not within a transaction/)
  for (const level of ['REPEATABLE READ', 'SERIALIZABLE', 'READ UNCOMMITTED']) {
    await client.query(`BEGIN ISOLATION LEVEL ${level}`)
    await refused(client, new RegExp(`READ COMMITTED transaction; this is ${level.toLowerCase()}`))
    await client.query('SELECT 1')
    await client.query('ROLLBACK')
  }
  await client.query('BEGIN READ ONLY')
  await refused(client, /takes reads only/)
  await client.query('ROLLBACK')
  await client.query('BEGIN')
  await rejects(client.query('SELECT 1/0'))
  await refused(client, /has failed: roll it back/)
  await client.query('ROLLBACK; BEGIN')
  for (const idleMs of [0, 10_001, 1.5, '5']) await refused(client, /idleMs must be/, { idleMs })
  await refused(client, /idle is not an option/, { idle: 5 })
  await inventory.inTransaction(client, async (own) => {
    await refused(client, /at work in another inTransaction/)
    await rejects(own.reserve(HOLD, { also: [{ text: 'SELECT 1', values: [] }] }), {
      code: 'INVALID_INPUT',
      message: /run the statement on its client/,
    })
  })
  await client.query('COMMIT')
  equal(calls, 0)
})

test('the database of another inventory is refused', async (t) => {
  const shop = await open(t)
  const name = newSchema()
  await pool.query(`CREATE DATABASE ${name}`)
  const there = url.replace(/\/[^/]*$/, `/${name}`)
  const client = new Client({ connectionString: there })
  await client.connect()
  t.after(async () => {
    await client.end()
    await pool.query(`DROP DATABASE ${name} WITH (FORCE)`)
  })
  const refused = async (message: RegExp): Promise<void> => {
    await client.query('BEGIN')
    await rejects(
      shop.inventory.inTransaction(client, () => undefined),
      { code: 'INVALID_INPUT', message },
    )
    await client.query('SELECT 1')
    await client.query('ROLLBACK')
  }
  await refused(/has no inventory in the schema/)
  const other = await openInventory({
    store: postgres({ connectionString: there, schema: shop.schema }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  await other.close()
  await refused(/database of another inventory/)
})

test('another store, a read-only inventory and a closed one refuse', async (t) => {
  const shop = await open(t)
  const client = await begun(t)
  const nothing = (): void => undefined
  const other = await openInventory({ store: memory() })
  t.after(() => other.close())
  await rejects(other.inTransaction(client, nothing), {
    code: 'INVALID_INPUT',
    message: /needs a PostgreSQL store/,
  })
  const reading = await openInventory({
    store: postgres({ connectionString: url, schema: shop.schema }),
    readOnly: true,
  })
  t.after(() => reading.close())
  await rejects(reading.inTransaction(client, nothing), { code: 'STORE_READ_ONLY' })
  await shop.inventory.close()
  await rejects(shop.inventory.inTransaction(client, nothing), { code: 'STORE_CLOSED' })
})

const SETTINGS = [
  'enable_hashjoin',
  'enable_mergejoin',
  'enable_seqscan',
  'jit',
  'lock_timeout',
  'statement_timeout',
  'idle_in_transaction_session_timeout',
]

async function settings(client: PoolClient): Promise<string[]> {
  const all = SETTINGS.map((name, index) => `current_setting('${name}') AS s${index}`)
  const { rows } = await client.query(`SELECT ${all.join()}`)
  return Object.values(rows[0] as Record<string, string>)
}

test('the caller’s statements are planned as usual, between commands and after them', async (t) => {
  const { inventory } = await open(t)
  const client = await begun(t)
  await client.query('SET LOCAL enable_hashjoin = off; SET LOCAL lock_timeout = 1234')
  const before = await settings(client)
  equal(before.at(-1), '0')
  await inventory.inTransaction(client, async (own) => {
    await own.stock(SOCK)
    deepEqual(await settings(client), before)
    await own.reserve(HOLD)
    deepEqual(await settings(client), [...before.slice(0, -1), '2s'])
    await client.query('SET LOCAL jit = off; SET LOCAL enable_seqscan = off')
    const changed = await settings(client)
    await rejects(own.reserve({ ...HOLD, qty: 5000 }), { code: 'INSUFFICIENT_STOCK' })
    deepEqual(await settings(client), changed)
  })
  await client.query('ROLLBACK')
  deepEqual((await settings(client)).at(-1), '0')
  // A shorter limit of the caller still applies.
  await client.query(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = '750ms'`)
  await inventory.inTransaction(client, (own) => own.reserve(HOLD), { idleMs: 5000 })
  equal((await settings(client)).at(-1), '750ms')
  await client.query(`SET LOCAL idle_in_transaction_session_timeout = '1min'`)
  await inventory.inTransaction(client, (own) => own.reserve(HOLD), { idleMs: 5000 })
  equal((await settings(client)).at(-1), '5s')
  await client.query('COMMIT')
  equal((await inventory.stock(SOCK)).held, 2)
})

test('after an error within it, only ROLLBACK is possible', async (t) => {
  const shop = await open(t)
  const { inventory, schema } = shop
  const client = await begun(t)
  await client.query(insert('bad-1'))
  // `work` hides the error.
  const swallowed = inventory.inTransaction(client, async (own) => {
    await own.reserve(HOLD)
    await rejects(client.query('SELECT 1/0'))
    await rejects(own.reserve(HOLD), isBroken)
    await rejects(own.stock(SOCK), isBroken)
    await rejects(own.reserve(HOLD), isBroken)
  })
  await rejects(swallowed, isBroken)
  equal((await client.query('COMMIT')).command, 'ROLLBACK')
  // One of the inventory's own statements.
  await pool.query(
    `ALTER TABLE "${schema}".idempotency ADD CONSTRAINT no CHECK (key NOT LIKE '%bad')`,
  )
  await client.query('BEGIN')
  await rejects(
    inventory.inTransaction(client, async (own) => {
      await own.reserve(HOLD)
      await own.reserve({ ...HOLD, idempotencyKey: 'bad' })
    }),
    (error) => {
      ok(error instanceof OperationalError)
      match(error.message, /roll the transaction back/)
      equal((error.cause as { code: string }).code, '23514')
      return true
    },
  )
  equal((await client.query('COMMIT')).command, 'ROLLBACK')
  await pool.query(`ALTER TABLE "${schema}".idempotency DROP CONSTRAINT no`)
  // The inventory itself still works.
  equal(inventory.readOnly, false)
  equal((await inventory.reserve(HOLD)).qty, 1)
  equal((await inventory.stock(SOCK)).held, 1)
  deepEqual(await orders('bad-%'), [])
  await isWhole(shop)
})

test('half of a batch cannot be committed, though the server reports no error', async (t) => {
  const shop = await open(t)
  const client = await begun(t)
  // The first statement of the batch is sent, the second is not.
  const failing: TransactionClient = {
    query: async (query) => {
      if (/INSERT INTO "\w+".commits/.test(query.text)) throw new Error('it was not sent')
      return client.query(query)
    },
    on: (event, listener) => client.on(event as 'error', listener),
    removeListener: (event, listener) => client.removeListener(event, listener),
  }
  await rejects(
    shop.inventory.inTransaction(failing, (own) => own.closeWarehouse({ warehouseId: 'NY' })),
    isBroken,
  )
  equal((await client.query('COMMIT')).command, 'ROLLBACK')
  await isWhole(shop)
})

test('closing the inventory waits for `work`', async (t) => {
  const { inventory, schema } = await open(t)
  const client = await begun(t)
  let closed = false
  const begins = Promise.withResolvers<void>()
  const working = inventory.inTransaction(client, async (own) => {
    begins.resolve()
    await own.reserve(HOLD)
    await pause(50)
    equal(closed, false)
  })
  await begins.promise
  const closing = inventory.close().then(() => (closed = true))
  await working
  await closing
  await client.query('COMMIT')
  const again = await open(t, { schema }, 0)
  equal((await again.inventory.stock(SOCK)).held, 1)
})

test('closing the inventory within `work` does not wait for that one, which goes on', async (t) => {
  const { inventory, schema } = await open(t)
  const client = await begun(t)
  await inventory.inTransaction(client, async (own) => {
    await own.reserve(HOLD)
    const closed = inventory.close().then(() => 'closed')
    const late = pause(5000, 'still open', { ref: false })
    equal(await Promise.race([closed, late]), 'closed')
    await own.reserve(HOLD)
    equal((await own.stock(SOCK)).held, 2)
  })
  await client.query('COMMIT')
  const again = await open(t, { schema }, 0)
  equal((await again.inventory.stock(SOCK)).held, 2)
})

test('closing the inventory within a `work` in another one waits for neither', async (t) => {
  const { inventory } = await open(t)
  const clients = [await begun(t), await begun(t)] as const
  await inventory.inTransaction(clients[0], async () =>
    inventory.inTransaction(clients[1], async (own) => {
      const closed = inventory.close().then(() => 'closed')
      const late = pause(5000, 'still open', { ref: false })
      equal(await Promise.race([closed, late]), 'closed')
      await own.reserve(HOLD)
    }),
  )
})

test(
  'closing waits as long for a client that is busy with something else',
  { skip: !LONG },
  async (t) => {
    const { inventory } = await open(t)
    const client = await begun(t)
    const busy = client.query('SELECT pg_sleep(15)')
    const working = inventory.inTransaction(client, async (own) => own.reserve(HOLD))
    const began = performance.now()
    await inventory.close()
    ok(performance.now() - began < 12_000)
    await busy
    await working
  },
)

test('closing waits for `work` for ten seconds, and warns', { skip: !LONG }, async (t) => {
  const warned: string[] = []
  const inventory = await openInventory({
    store: postgres({ connectionString: url, schema: newSchema() }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    onWarning: ({ message }) => void warned.push(message),
  })
  const client = await begun(t)
  const ends = Promise.withResolvers<void>()
  const working = inventory.inTransaction(client, async () => ends.promise)
  await inventory.close()
  deepEqual(warned, ['the inventory is closed while an inTransaction is at work'])
  ends.resolve()
  await working
})

test('a transaction that the caller ends meanwhile accepts no more commands', async (t) => {
  const shop = await open(t)
  const { inventory } = shop
  const client = await begun(t)
  for (const end of ['COMMIT', 'COMMIT; BEGIN', 'ROLLBACK']) {
    await rejects(
      inventory.inTransaction(client, async (own) => {
        await own.reserve(HOLD)
        await client.query(end)
        await own.reserve(HOLD)
      }),
      isBroken,
    )
    await client.query('ROLLBACK; BEGIN')
  }
  await client.query('ROLLBACK')
  equal((await inventory.stock(SOCK)).held, 2)
  await isWhole(shop)
})

test('rolling back to a savepoint undoes the commands after it', async (t) => {
  const shop = await open(t, {}, 10)
  const { inventory } = shop
  const client = await begun(t)
  const hat = { ...SOCK, productId: 'HAT' }
  await client.query('SAVEPOINT a')
  const kept = await inventory.inTransaction(client, async (own) => {
    await own.reserve({ ...HOLD, qty: 10, idempotencyKey: 'back' })
    await own.closeWarehouse({ warehouseId: 'NY' })
    await client.query('ROLLBACK TO a')
    equal((await own.stock(SOCK)).available, 10)
    const again = await own.reserve({ ...HOLD, qty: 4, idempotencyKey: 'back' })
    await client.query('SAVEPOINT b')
    await own.addStock({ ...hat, qty: 1, source: 'S' })
    await own.reserve({ ...HOLD, qty: 6 })
    await client.query('ROLLBACK TO b')
    return again
  })
  await inventory.inTransaction(client, async (own) => {
    await rejects(own.reserve({ ...HOLD, qty: 7 }), { code: 'INSUFFICIENT_STOCK' })
    await own.addStock({ ...hat, warehouseId: 'NY', qty: 2, source: 'S' })
    await own.reserve({ ...HOLD, qty: 6 })
  })
  // A rollback to a savepoint also undoes an error.
  await client.query('SAVEPOINT c')
  await rejects(
    inventory.inTransaction(client, async (own) => {
      await own.release({ reservationId: kept.id })
      await rejects(client.query('SELECT 1/0'))
      await own.stock(SOCK)
    }),
    isBroken,
  )
  await client.query('ROLLBACK TO c; RELEASE c')
  await inventory.inTransaction(client, (own) => own.confirm({ reservationId: kept.id }))
  await client.query('COMMIT')
  const { held, allocated, available } = await inventory.stock(SOCK)
  deepEqual({ held, allocated, available }, { held: 6, allocated: 4, available: 0 })
  equal((await inventory.stock(hat)).onHand, 0)
  equal((await inventory.stock({ ...hat, warehouseId: 'NY' })).onHand, 2)
  await isWhole(shop)
})

test('after a rollback to a savepoint others can write, and their writes are seen', async (t) => {
  const shop = await open(t, {}, 10)
  const { inventory } = shop
  const client = await begun(t)
  await inventory.inTransaction(client, async (own) => {
    await client.query('SAVEPOINT a')
    await own.reserve({ ...HOLD, qty: 2 })
    await client.query('ROLLBACK TO a')
    await inventory.reserve({ ...HOLD, qty: 5 })
    await rejects(own.reserve({ ...HOLD, qty: 6 }), { code: 'INSUFFICIENT_STOCK' })
    await own.reserve({ ...HOLD, qty: 3 })
  })
  await client.query('COMMIT')
  equal((await inventory.stock(SOCK)).available, 2)
  await isWhole(shop)
})

test('the last unit goes to one of two transactions', async (t) => {
  const shop = await open(t, {}, 1)
  const { inventory } = shop
  const [first, second] = [await begun(t), await begun(t)]
  await inventory.inTransaction(first, (own) => own.reserve(HOLD))
  const none = { code: 'INSUFFICIENT_STOCK' }
  const other = rejects(
    inventory.inTransaction(second, (own) => own.reserve(HOLD)),
    none,
  )
  const third = rejects(inventory.reserve(HOLD), none)
  await pause(100)
  await first.query('COMMIT')
  await other
  await second.query('COMMIT')
  await third
  equal((await inventory.stock(SOCK)).held, 1)
  await isWhole(shop)
})

for (const { pipeline, units } of [
  { pipeline: false, units: LONG ? 1000 : 60 },
  { pipeline: true, units: LONG ? 200 : 60 },
]) {
  const how = pipeline ? 'in pipeline mode' : 'without pipeline mode'
  test(`buyers of ${units} units, most of them in transactions, on a pool ${how}`, async (t) => {
    const own = new Pool({ connectionString: url, max: 12, pipeline } as object)
    t.after(() => own.end())
    const shop = await open(t, { pool: own }, units)
    const other = await open(t, { schema: shop.schema }, 0)
    const both = [shop.inventory, other.inventory]
    const outcomes = { joined: 0, plain: 0, refused: 0, back: 0 }
    const join = async (inventory: Inventory, i: number): Promise<void> => {
      const client = await own.connect()
      try {
        await client.query('BEGIN')
        await client.query(insert(`rush-${pipeline}-${i}`))
        await inventory.inTransaction(client, async (within) => {
          await within.reserve(HOLD)
          ok((await within.stock(SOCK)).held > 0)
        })
        const isBack = i % 10 === 9
        await client.query(isBack ? 'ROLLBACK' : 'COMMIT')
        outcomes[isBack ? 'back' : 'joined']++
      } catch (error) {
        await client.query('ROLLBACK')
        equal((error as { code: string }).code, 'INSUFFICIENT_STOCK', String(error))
        outcomes.refused++
      } finally {
        client.release()
      }
    }
    const hold = async (inventory: Inventory): Promise<void> => {
      try {
        await inventory.reserve(HOLD)
        outcomes.plain++
      } catch (error) {
        equal((error as { code: string }).code, 'INSUFFICIENT_STOCK', String(error))
        outcomes.refused++
      }
    }
    // Callers of both kinds, one call after another, so that commits are always in flight.
    const plain = Array.from({ length: 10 }, async (_, caller) => {
      for (let i = 0; i < units / 20; i++) await hold(both[caller % 2]!)
    })
    const joined = Array.from({ length: units * 0.7 }, (_, i) => join(both[i % 2]!, i))
    await Promise.all([...plain, ...joined])
    equal(outcomes.joined + outcomes.plain + outcomes.back + outcomes.refused, units * 1.2)
    // Transactions that were rolled back left their units to others; the rest is sold at the end.
    for (let i = outcomes.joined + outcomes.plain; i < units; i++)
      await shop.inventory.reserve(HOLD)
    await rejects(other.inventory.reserve(HOLD), { code: 'INSUFFICIENT_STOCK' })
    const { held, available } = await shop.inventory.stock(SOCK)
    deepEqual({ held, available }, { held: units, available: 0 })
    equal((await orders(`rush-${pipeline}-%`)).length, outcomes.joined)
    await isWhole(shop)
    t.diagnostic(JSON.stringify(outcomes))
  })
}

test('commits in flight continue after a transaction that comes between', async (t) => {
  const shop = await open(t, {}, 100_000)
  const { inventory } = shop
  const client = await connect(t)
  const over = new AbortController()
  let done = 0
  const callers = Array.from({ length: 300 }, async () => {
    while (!over.signal.aborted) {
      await inventory.reserve(HOLD)
      done++
    }
  })
  for (let i = 0; i < 40; i++) {
    await client.query('BEGIN')
    await inventory.inTransaction(client, (own) => own.reserve(HOLD))
    if (i % 4 === 0) await pause(20)
    await client.query(i % 2 === 0 ? 'COMMIT' : 'ROLLBACK')
    await pause(5)
  }
  over.abort()
  await Promise.all(callers)
  equal((await inventory.stock(SOCK)).held, done + 20)
  await isWhole(shop)
})

test('a caller that sleeps on the head loses its connection, and nobody else loses a command', async (t) => {
  const shop = await open(t)
  const other = await open(t, { schema: shop.schema }, 0)
  const client = await begun(t)
  await client.query(insert('asleep'))
  await shop.inventory.inTransaction(client, (own) => own.reserve({ ...HOLD, qty: 9 }), {
    idleMs: 300,
  })
  const began = performance.now()
  await Promise.all(
    [shop.inventory, other.inventory].flatMap((inventory) =>
      Array.from({ length: 50 }, () => inventory.reserve(HOLD)),
    ),
  )
  const took = performance.now() - began
  ok(took > 150 && took < 3000, `others waited for ${took} ms`)
  await rejects(client.query('COMMIT'))
  deepEqual(await orders('asleep'), [])
  equal((await shop.inventory.stock(SOCK)).held, 100)
  // Within `work` it gets the error; it waits here for the inventory, which waits for it.
  const second = await begun(t)
  await rejects(
    shop.inventory.inTransaction(
      second,
      async (own) => {
        await own.reserve({ ...HOLD, qty: 9 })
        await shop.inventory.reserve(HOLD)
        await own.stock(SOCK)
      },
      { idleMs: 200 },
    ),
    { ...isBroken, message: /roll the transaction back.*due to idle-in-transaction timeout$/ },
  )
  equal((await shop.inventory.stock(SOCK)).held, 101)
  await isWhole(shop)
})

test('while another transaction holds the head, commands can time out and be aborted', async (t) => {
  const shop = await open(t)
  const { inventory: other } = await open(t, { schema: shop.schema }, 0)
  const client = await begun(t)
  await shop.inventory.inTransaction(client, (own) => own.reserve(HOLD))
  const began = performance.now()
  const buyer = new AbortController()
  const calls = [{ timeoutMs: 300 }, { signal: buyer.signal }, {}].map((options) =>
    other.sell({ ...SOCK, qty: 1 }, options),
  )
  setTimeout(() => buyer.abort(new Error('went away')), 100)
  await Promise.all([
    rejects(calls[0]!, { code: 'TIMEOUT' }),
    rejects(calls[1]!, { message: 'went away' }),
  ])
  const took = performance.now() - began
  ok(took < 1500, `they waited for ${took} ms`)
  await client.query('COMMIT')
  await calls[2]
  const { available, held, allocated } = await other.stock(SOCK)
  deepEqual([available, held, allocated], [998, 1, 1])
  equal(other.stats().queued, 0)
  await isWhole(shop)
})

test('a command that timed out while the store did not give the head is not put back', async (t) => {
  const shop = await open(t)
  const { inventory: other } = await open(t, { schema: shop.schema }, 0)
  const client = await begun(t)
  await shop.inventory.inTransaction(client, (own) => own.reserve(HOLD), { idleMs: 10_000 })
  const late = other.sell({ ...SOCK, qty: 1 }, { timeoutMs: 100 })
  const patient = other.sell({ ...SOCK, qty: 1 })
  await rejects(late, { code: 'TIMEOUT' })
  // Longer than a batch waits for the head.
  await pause(5500)
  await client.query('COMMIT')
  await patient
  equal((await other.stock(SOCK)).allocated, 1)
  equal(other.stats().queued, 0)
})

test('a pool of one connection is enough, and feeds see the caller’s COMMIT', async (t) => {
  const one = new Pool({ connectionString: url, max: 1 })
  t.after(() => one.end())
  const shop = await open(t, { pool: one, listen: url })
  const { inventory } = shop
  const seen: number[] = []
  const stop = new AbortController()
  const { seq } = await inventory.head()
  const reading = (async () => {
    for await (const entry of inventory.feed({ after: seq, signal: stop.signal }))
      seen.push(entry.seq)
  })().catch(() => undefined)
  const client = await begun(t, one)
  const hold = await inventory.inTransaction(client, async (own) => {
    const held = await own.reserve(HOLD)
    equal((await own.stock(SOCK)).held, 1)
    return held
  })
  await client.query('COMMIT')
  client.release()
  await until(() => seen.length > 0)
  deepEqual(seen, [hold.seq])
  stop.abort()
  await reading
  await inventory.reserve(HOLD)
  await isWhole(shop)
})

test('the clock is the database’s', async (t) => {
  const { inventory } = await open(t)
  const client = await begun(t)
  const hold = await inventory.inTransaction(client, (own) => own.reserve(HOLD))
  const { rows } = await client.query<{ now: string }>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
  )
  await client.query('COMMIT')
  ok(Math.abs(Number(rows[0]!.now) - hold.createdAt) < 1000)
})

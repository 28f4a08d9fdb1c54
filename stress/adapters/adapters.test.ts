import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { made, type BoundStatement } from 'holdfast/sql'
import pg from 'pg'
import { madeOf } from '../../packages/holdfast/src/model/also.ts'
import { Server } from '../../packages/holdfast/test/postgres/support/server.ts'
import { TABLE, type Library, type Order } from './order.ts'

// Where times are written in local time by one and in UTC by another, it shows.
process.env['TZ'] = 'America/New_York'

const PLACED = new Date('2026-11-28T23:30:00.125Z')
const ORDER: Order = {
  id: 'own',
  hold: 'hold-1',
  qty: 3,
  total: '1234.50',
  note: { gift: true, lines: ['a "quoted" line', '$1 ? :id'] },
  placedAt: PLACED,
  localAt: new Date('2026-11-29T02:00:00.000Z'),
  paid: false,
  coupon: null,
  tags: ['new', 'with "quotes", a comma', ''],
}
const MADE = { hold: made('reservationId', { leg: 1 }), placedAt: made('at') }

const LIBRARIES: Readonly<Record<string, () => Promise<{ open(url: string): unknown }>>> = {
  drizzle: () => import('./drizzle.ts'),
  kysely: () => import('./kysely.ts'),
  knex: () => import('./knex.ts'),
  typeorm: () => import('./typeorm.ts'),
  prisma: () => import('./prisma.ts'),
}

const server = await Server.start()
if (server === null) throw new Error('there is no PostgreSQL for this machine')
const client = new pg.Client({ connectionString: server.url })
await client.connect()
await client.query(TABLE)
after(async () => {
  await client.end()
  await server.stop()
})

/** What the order's columns hold, but for its id. */
async function rowOf(id: string): Promise<unknown> {
  const text = `SELECT to_jsonb(orders) - 'id' AS row FROM orders WHERE id = $1`
  const { rows } = await client.query<{ row: unknown }>(text, [id])
  return rows[0]?.row
}

/** As the engine does when it commits. */
function filled({ text, values }: BoundStatement): { text: string; values: unknown[] } {
  const all = { reservationId: ORDER.hold, at: PLACED } as const
  const value = (one: unknown): unknown => {
    const asked = madeOf(one)
    return asked === null ? one : all[asked.name as keyof typeof all]
  }
  return { text, values: values.map(value) }
}

for (const [name, load] of Object.entries(LIBRARIES)) {
  const loaded = await load().catch((error: unknown) => error as NodeJS.ErrnoException)
  const lost = 'code' in loaded && (loaded.code ?? '').endsWith('MODULE_NOT_FOUND')
  describe(name, { skip: lost && `${name} is not installed` }, () => {
    let library: Library
    before(async () => {
      if (loaded instanceof Error) throw loaded
      await client.query('TRUNCATE orders')
      library = (await loaded.open(server.url)) as Library
      await library.write(ORDER)
    })
    after(() => library.close())

    test('a carried INSERT writes the row that the library writes', async () => {
      const { text, values } = library.insert({ ...ORDER, id: 'carried' })
      await client.query({ text, values: [...values] })
      notEqual(await rowOf('carried'), undefined)
      deepEqual(await rowOf('carried'), await rowOf('own'))
    })

    test('what the command makes arrives among the values', async () => {
      const spellings = Object.entries(library.insertMade)
      for (const [spelling, insert] of spellings) {
        const statement = insert({ ...ORDER, id: spelling }, MADE)
        const found = statement.values.map(madeOf).filter((one) => one !== null)
        deepEqual(found, [madeOf(MADE.hold), madeOf(MADE.placedAt)], spelling)
        await client.query(filled(statement))
        deepEqual(await rowOf(spelling), await rowOf('own'), spelling)
      }
    })

    test('an UPDATE sets what the command makes', async () => {
      await library.write({ ...ORDER, id: 'updated', hold: 'none yet' })
      const statement = library.update('updated', MADE.hold)
      equal(statement.values.filter((one) => madeOf(one) !== null).length, 1)
      await client.query(filled(statement))
      deepEqual(await rowOf('updated'), await rowOf('own'))
    })
  })
}

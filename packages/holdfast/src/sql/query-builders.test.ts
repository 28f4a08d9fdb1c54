import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { madeOf } from '../model/also.ts'
import { fromDrizzle, fromKnex, fromKysely, fromPrisma, fromTypeORM, made } from './index.ts'

const TEXT = 'INSERT INTO orders (id, hold) VALUES ($1, $2)'
const VALUES = ['o-1', made('reservationId')]

/** A query as each library builds it. `npm run stress -- adapters` uses the real libraries. */
const QUERIES = {
  fromDrizzle: (text: unknown, values: unknown) => ({
    toSQL: () => ({ sql: text, params: values }),
  }),
  fromKysely: (text: unknown, values: unknown) => ({
    compile: () => ({ sql: text, parameters: values }),
  }),
  fromKnex: (text: unknown, values: unknown) => ({
    toSQL: () => ({ toNative: () => ({ sql: text, bindings: values }) }),
  }),
  fromTypeORM: (text: unknown, values: unknown) => ({
    getQueryAndParameters: () => [text, values],
  }),
  fromPrisma: (text: unknown, values: unknown) => ({ text, values }),
}
const ADAPTERS = { fromDrizzle, fromKysely, fromKnex, fromTypeORM, fromPrisma }

for (const [name, adapter] of Object.entries(ADAPTERS)) {
  const query = QUERIES[name as keyof typeof QUERIES]
  const from = adapter as (query: unknown) => ReturnType<typeof adapter>

  describe(name, () => {
    test('takes the text and the values', () => {
      deepEqual(from(query(TEXT, VALUES)), { text: TEXT, values: VALUES })
      deepEqual(from(query('DELETE FROM baskets', [])), { text: 'DELETE FROM baskets', values: [] })
    })

    test('leaves a value that the command makes unchanged', () => {
      const asked = { name: 'reservationId', result: null, leg: null }
      deepEqual(madeOf(from(query(TEXT, VALUES)).values[1]), asked)
    })

    test('returns a frozen statement that does not change with the query', () => {
      const values = [...VALUES]
      const statement = from(query(TEXT, values))
      values[0] = 'o-2'
      equal(statement.values[0], 'o-1')
      ok(Object.isFrozen(statement) && Object.isFrozen(statement.values))
    })

    test('refuses a query for another database', () => {
      for (const text of [
        'VALUES (?, ?)',
        'VALUES (@p0, @p1)',
        'VALUES (:1, :2)',
        'VALUES ($1, ?)',
      ])
        throws(() => from(query(text, VALUES)), {
          name: 'TypeError',
          message:
            /: the text has no \$[12] for value [12] of 2; was the query built for a database other/,
        })
      const ten = 'VALUES ($10, $2, $3, $4, $5, $6, $7, $8, $9)'
      throws(() => from(query(ten, Array(10).fill(0))), /the text has no \$1 for value 1 of 10/)
    })

    test('refuses an empty query', () => {
      throws(() => from(query(' ', [])), {
        name: 'TypeError',
        message: `${name}: the query is empty`,
      })
    })

    test('refuses anything that is not a query, and says what it expects', async () => {
      const given: [unknown, string][] = [
        [null, 'null'],
        [undefined, 'undefined'],
        [TEXT, 'a string'],
        [{}, 'an object'],
        [new Map(), 'a Map'],
        [[{ id: 'o-1' }], 'an array; pass the query itself, without running it'],
        [Promise.resolve(), 'a Promise; pass the query itself, without running it'],
      ]
      for (const [value, got] of given)
        throws(
          () => from(value),
          (error: Error) =>
            error instanceof TypeError &&
            error.message.startsWith(`${name}: expected `) &&
            error.message.endsWith(`, got ${got}`),
          got,
        )
    })

    test('refuses a query that gives no text, or no list', () => {
      for (const [text, values] of [
        [undefined, VALUES],
        [TEXT, undefined],
        [TEXT, { 1: 'o-1' }],
      ])
        throws(() => from(query(text, values)), { name: 'TypeError' })
    })
  })
}

test('an already compiled query is accepted', () => {
  deepEqual(fromDrizzle({ sql: TEXT, params: VALUES }), { text: TEXT, values: VALUES })
  deepEqual(fromKysely({ sql: TEXT, parameters: VALUES }), { text: TEXT, values: VALUES })
})

test('a method that does not return an object is reported', () => {
  throws(
    () => fromKnex({ toSQL: () => null } as never),
    /toSQL\(\) must return an object, not null/,
  )
  throws(() => fromKnex({ toSQL: () => [] } as never), /this is a list of statements/)
})

test('Prisma’s times are sent in UTC, and its decimals as digits', () => {
  const at = new Date('2026-11-28T23:30:00.125Z')
  const price = { s: 1, e: 1, d: [12, 5000000], toFixed: () => '12.5' }
  const values = [at, price, [at, price], { s: 1, e: 1 }, null, 7n]
  const text = 'VALUES ($1, $2, $3, $4, $5, $6)'
  const [time, digits, list, ...rest] = fromPrisma({ text, values }).values
  deepEqual([time, digits], ['2026-11-28T23:30:00.125Z', '12.5'])
  deepEqual(list, ['2026-11-28T23:30:00.125Z', '12.5'])
  deepEqual(rest, [{ s: 1, e: 1 }, null, 7n])
})

test('a placeholder of Drizzle without a value is reported by its name', () => {
  const KIND = Symbol.for('drizzle:entityKind')
  class Placeholder {
    static readonly [KIND] = 'Placeholder'
    readonly name = 'order'
  }
  class Param {
    static readonly [KIND] = 'Param'
    readonly value = new Placeholder()
  }
  for (const value of [new Placeholder(), new Param()])
    throws(() => fromDrizzle({ sql: 'VALUES ($1)', params: [value] }), {
      name: 'TypeError',
      message: "fromDrizzle: sql.placeholder('order') has no value in the query",
    })
})

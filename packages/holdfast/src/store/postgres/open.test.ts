import { equal, rejects, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidInputError } from '../../model/errors.ts'
import { migrate, migrationState, postgres, type PgPool } from './index.ts'

/** Nothing here may connect. */
const pool: PgPool = {
  connect: () => {
    throw new Error('it connected')
  },
  on: () => undefined,
  end: async () => undefined,
}
const connectionString = 'postgres://db.internal/shop'

test('each option that postgres() cannot take is invalid input, and named', () => {
  const wrong: [field: string, options: object][] = [
    ['pool', {}],
    ['pool', { pool, connectionString }],
    ['pool', { pool: null }],
    ['pool', { pool: {} }],
    ['connectionString', { connectionString: 5 }],
    ['shcema', { pool, shcema: 'shop' }],
  ]
  for (const schema of ['', 'x'.repeat(51), 'a\0b', null, 5])
    wrong.push(['schema', { pool, schema }])
  for (const field of ['migrate', 'prepare', 'notify'])
    for (const value of [null, 0, 'no']) wrong.push([field, { pool, [field]: value }])
  for (const value of [null, true, 5]) wrong.push(['listen', { pool, listen: value }])
  for (const value of [null, 5, '']) wrong.push(['alsoRole', { pool, alsoRole: value }])
  for (const field of ['alsoLockMs', 'alsoStatementMs'])
    for (const value of [0, 1.5, 2001, NaN, '5', null])
      wrong.push([field, { pool, [field]: value }])
  for (const [field, options] of wrong)
    throws(
      () => postgres(options),
      (error) => {
        equal(error instanceof InvalidInputError && error.details['field'], field)
        return true
      },
    )
})

test('options that are left out or undefined are taken', () => {
  equal(
    postgres({ pool, schema: undefined, listen: undefined, alsoLockMs: undefined }).kind,
    'postgres',
  )
  equal(
    postgres({ connectionString, listen: false, migrate: false, alsoRole: 'shop' }).kind,
    'postgres',
  )
})

test('migrate() and migrationState() refuse what they cannot take', async () => {
  for (const call of [migrate, migrationState])
    for (const [field, target, options] of [
      ['schema', pool, { schema: 'x'.repeat(51) }],
      ['shcema', pool, { shcema: 'shop' }],
      ['options', pool, null],
      ['target', undefined, {}],
      ['target', {}, {}],
    ] as [string, PgPool, object][])
      await rejects(call(target, options), { code: 'INVALID_INPUT', details: { field } })
})

test('a connection string may stand alone; one that is not set is named', async () => {
  equal(postgres('postgres://stock@db/shop').kind, 'postgres')
  throws(() => postgres({ connectionString: undefined }), {
    message: 'connectionString is undefined: is the variable set that it comes from?',
  })
  throws(() => postgres(undefined as never), { message: 'options must be an object' })
})

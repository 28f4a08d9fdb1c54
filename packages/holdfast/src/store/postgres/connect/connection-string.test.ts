import { rejects, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidInputError } from '../../../model/errors.ts'
import { migrate, postgres } from '../index.ts'
import { checkConnectionString } from './connection-string.ts'

test('a password that would be taken for a host is refused, and none of it is shown', async () => {
  for (const text of [
    'postgres://bob:p@ss/w#rd@127.0.0.1:1/shop',
    'postgres://bob:12/s3cr3t@127.0.0.1:1/shop',
    'postgres://bob:p@s3cr3t/x@127.0.0.1:1/shop',
    'postgresql://bob:a#s3cr3t@127.0.0.1:1/shop',
    'postgres://bob:1?s3cr3t@127.0.0.1:1/shop',
    'POSTGRES://bob:@/s3cr3t@127.0.0.1:1/shop',
    'postgres://[',
  ]) {
    const refused =
      (field: string) =>
      (error: Error): boolean =>
        error instanceof InvalidInputError &&
        error.details['field'] === field &&
        error.message.includes('percent-encode what is in the password') &&
        !/s3cr3t|ss\/|w#rd|bob/.test(error.message)
    throws(() => checkConnectionString(text), refused('connectionString'))
    throws(() => postgres({ connectionString: text }), refused('connectionString'))
    const connectionString = 'postgres://127.0.0.1:1/shop'
    throws(() => postgres({ connectionString, listen: text }), refused('listen'))
    await rejects(migrate(text), refused('connectionString'))
  }
})

test('what pg takes as it is meant is taken', () => {
  for (const text of [
    'postgres://bob:p@ss@127.0.0.1/shop',
    'postgres://bob:p%2Fs%23s@127.0.0.1:5432/shop?sslmode=require&schema=a',
    'postgres://bob:pass@/shop?host=/var/run/postgresql',
    'postgres:///shop?host=/var/run/postgresql',
    'postgres://%2Fvar%2Frun/shop',
    'postgres://[::1]:5432/shop',
    '/var/run/postgresql shop',
    'socket:/var/run?db=shop',
  ])
    checkConnectionString(text)
})

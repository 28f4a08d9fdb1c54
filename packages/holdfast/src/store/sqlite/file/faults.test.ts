import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { OperationalError } from '../../../model/operational-error.ts'
import type { StoreFailure } from '../../failure.ts'
import { commitFault, readFault, writeFault } from './faults.ts'

const sqliteError = (errcode: number): Error => Object.assign(new Error('from SQLite'), { errcode })
const told = ({ outcome, fatal }: StoreFailure): string => `${outcome}${fatal ? ', fatal' : ''}`

const [BUSY, READONLY, CORRUPT, FULL, CHECK] = [5, 8, 11, 13, 275]
const [IOERR_WRITE, IOERR_FSYNC, IOERR_SHMMAP] = [778, 1034, 5386]

test('before COMMIT nothing is written: what may pass is no reason to stop, a fault is', () => {
  for (const code of [BUSY, READONLY, FULL, IOERR_WRITE, IOERR_SHMMAP])
    equal(told(writeFault(sqliteError(code))), 'not-committed', String(code))
  for (const code of [CHECK, CORRUPT, IOERR_FSYNC])
    equal(told(writeFault(sqliteError(code))), 'not-committed, fatal', String(code))
  equal(told(writeFault(new TypeError('a bug'))), 'not-committed, fatal')
})

test('Deno’s errors have no code: a busy file is told by its text', () => {
  equal(told(commitFault(new Error('database is locked'))), 'not-committed')
  equal(told(commitFault(new Error('disk I/O error'))), 'unknown, fatal')
})

test('an error of COMMIT itself leaves the outcome open, unless it says that the log is not whole', () => {
  for (const code of [BUSY, FULL, IOERR_WRITE])
    equal(told(commitFault(sqliteError(code))), 'not-committed', String(code))
  for (const code of [IOERR_FSYNC, IOERR_SHMMAP, CORRUPT])
    equal(told(commitFault(sqliteError(code))), 'unknown, fatal', String(code))
})

test('errors of reading say what is the matter with the file', () => {
  const codes = [BUSY, READONLY, CORRUPT, FULL, 26, 14].map((code) => {
    const error = readFault(sqliteError(code), 'shop.db')
    ok(error instanceof OperationalError)
    ok(error.message.startsWith('shop.db '))
    return error.code
  })
  deepEqual(codes, [
    'STORE_UNAVAILABLE',
    'STORE_READ_ONLY',
    'STORE_DAMAGED',
    'STORE_UNAVAILABLE',
    'STORE_DAMAGED',
    'STORE_UNAVAILABLE',
  ])
  match((readFault(sqliteError(14), 'shop.db') as Error).message, /copy the file, with a -wal/)
  const bug = new TypeError('a bug')
  equal(readFault(bug, 'shop.db'), bug)
})

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Store } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { Failure, UsageError } from './failure.ts'

/** Where the stock lies when neither --db nor HOLDFAST_DB says otherwise. */
const DEFAULT_DB = 'stock.db'

/** The --db of a verb: what was given, else the environment's, else ./stock.db. */
export function chosenDb(given: string | undefined): string {
  return given ?? (process.env['HOLDFAST_DB'] || DEFAULT_DB)
}

/** The one place that knows what a --db can name: today the path of an SQLite file. */
export function storeOf(db: string, cacheMiB?: number): Store {
  return sqlite({ path: filePath(db), cacheMiB })
}

/** A mistyped path must not become a new, empty inventory. */
export function mustExist(db: string): void {
  const path = filePath(db)
  if (existsSync(path)) return
  throw new Failure(
    `there is no inventory at ${resolve(path)}`,
    'Name another with --db PATH or HOLDFAST_DB, or make one: holdfast init --db PATH --warehouse SF:"San Francisco"',
  )
}

export function mustBeNew(db: string, hint: string): void {
  const path = filePath(db)
  if (existsSync(path)) throw new Failure(`${resolve(path)} exists already`, hint)
}

/** An address of another kind must not become a file of that name; it may hold a password, so it is not shown. */
function filePath(db: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(db)?.[1]
  if (scheme !== undefined) throw new UsageError(`--db: there is no store for ${scheme}://`)
  if (db === '') throw new UsageError('--db must not be empty')
  return db
}

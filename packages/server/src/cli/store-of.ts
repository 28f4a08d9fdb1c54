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
export function storeOf(db: string): Store {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(db)?.[1]
  if (scheme !== undefined) throw new UsageError(`--db: there is no store for ${scheme}://`)
  if (db === '') throw new UsageError('--db must not be empty')
  return sqlite({ path: db })
}

/** A mistyped path must not become a new, empty inventory. */
export function mustExist(db: string): void {
  if (existsSync(db)) return
  throw new Failure(
    `there is no inventory at ${resolve(db)}`,
    'Name another with --db PATH or HOLDFAST_DB, or make one: holdfast init --db PATH --warehouse SF:"San Francisco"',
  )
}

export function mustBeNew(db: string, hint: string): void {
  if (existsSync(db)) throw new Failure(`${resolve(db)} exists already`, hint)
}

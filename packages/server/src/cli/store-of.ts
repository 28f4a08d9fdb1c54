import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { openInventory, type Store } from 'holdfast'
import { migrationState, postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { Failure, UsageError } from './failure.ts'
import { postgresPlace } from './postgres-place.ts'

/** Where the stock lies when neither --db nor HOLDFAST_DB says otherwise. */
const DEFAULT_DB = 'stock.db'

/** The --db of a verb: what was given, else the environment's, else ./stock.db. */
export function chosenDb(given: string | undefined): string {
  return given ?? (process.env['HOLDFAST_DB'] || DEFAULT_DB)
}

interface StoreOptions {
  readonly make?: boolean
  readonly cacheMiB?: number | undefined
  /** Threads take a tenth of a second to start: longer than most verbs need for all they do. */
  readonly threads?: boolean
}

/** The one place that knows what a --db can name: the path of an SQLite file, or postgres://… */
export function storeOf(db: string, options: StoreOptions): Store {
  const { make = false, cacheMiB, threads = true } = options
  const place = postgresPlace(db)
  if (place === null) return sqlite({ path: filePath(db), cacheMiB, worker: threads })
  const { connectionString, schema } = place
  // A mistyped name must not become a new, empty inventory.
  return postgres({ connectionString, schema, migrate: make })
}

/** For people, who may not see the password. */
export function shownPlace(db: string): string {
  return postgresPlace(db)?.shown ?? resolve(db)
}

/** Whether there is no inventory: no file, or a schema without a trail. */
export async function isNew(db: string): Promise<boolean> {
  const place = postgresPlace(db)
  if (place === null) return !existsSync(filePath(db))
  const { connectionString, schema } = place
  if ((await migrationState(connectionString, { schema })).version === 0) return true
  await using inventory = await openInventory({ store: storeOf(db, {}), readOnly: true })
  return (await inventory.head()).commit === 0
}

/** A mistyped path must not become a new, empty inventory; a schema that is not there is told of anyway. */
export function mustExist(db: string): void {
  if (postgresPlace(db) !== null || existsSync(filePath(db))) return
  throw new Failure(
    `there is no inventory at ${resolve(db)}`,
    'Name another with --db PATH or HOLDFAST_DB, or make one: holdfast init --db PATH --warehouse SF:"San Francisco"',
  )
}

export async function mustBeNew(db: string, hint: string): Promise<void> {
  if (!(await isNew(db))) throw new Failure(`${shownPlace(db)} exists already`, hint)
}

/** An address of another kind must not become a file of that name; it may hold a password, so it is not shown. */
export function filePath(db: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(db)?.[1]
  if (scheme !== undefined) throw new UsageError(`--db: there is no store for ${scheme}://`)
  if (db === '') throw new UsageError('--db must not be empty')
  return db
}

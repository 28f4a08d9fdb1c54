import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { openInventory, type Store } from 'holdfast'
import { migrationState, postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { Failure, UsageError } from './failure.ts'
import { postgresPlace } from './postgres-place.ts'

/** The inventory, if neither --db nor HOLDFAST_DB names one. */
const DEFAULT_DB = 'stock.db'

/** The database of a verb: --db, else HOLDFAST_DB, else ./stock.db. */
export function chosenDb(given: string | undefined): string {
  return given ?? (process.env['HOLDFAST_DB'] || DEFAULT_DB)
}

interface StoreOptions {
  readonly make?: boolean
  readonly cacheMiB?: number | undefined
  /** Default: true. Threads take a tenth of a second to start, longer than most verbs run. */
  readonly threads?: boolean
}

/** The store that --db names: the path of an SQLite file, or postgres://… */
export function storeOf(db: string, options: StoreOptions): Store {
  const { make = false, cacheMiB, threads = true } = options
  const place = postgresPlace(db)
  if (place === null) return sqlite({ path: filePath(db), cacheMiB, worker: threads })
  const { connectionString, schema } = place
  // A mistyped name must not become a new, empty inventory.
  return postgres({ connectionString, schema, migrate: make })
}

/** The database without its password, to be shown. */
export function shownPlace(db: string): string {
  return postgresPlace(db)?.shown ?? resolve(db)
}

/** Whether there is no inventory yet: no file, an empty one, or a schema without a trail. */
export async function isNew(db: string): Promise<boolean> {
  const place = postgresPlace(db)
  if (place === null) return (bytesOf(db) ?? 0) === 0
  const { connectionString, schema } = place
  if ((await migrationState(connectionString, { schema })).version === 0) return true
  await using inventory = await openInventory({ store: storeOf(db, {}), readOnly: true })
  return (await inventory.head()).commit === 0
}

/** A mistyped path, or an empty file, must not become a new inventory. A missing schema is refused anyway. */
export function mustExist(db: string): void {
  if (postgresPlace(db) !== null) return
  const bytes = bytesOf(db)
  if (bytes !== null && bytes > 0) return
  throw new Failure(
    `there is no inventory at ${resolve(db)}${bytes === 0 ? ': the file is empty' : ''}`,
    'Name another with --db PATH or HOLDFAST_DB, or make one:\n  holdfast init --db PATH --warehouse SF:"San Francisco"',
  )
}

/** The size of the file; null if there is none. */
function bytesOf(db: string): number | null {
  return statSync(filePath(db), { throwIfNoEntry: false })?.size ?? null
}

export async function mustBeNew(db: string, hint: string): Promise<void> {
  if (!(await isNew(db))) throw new Failure(`${shownPlace(db)} exists already`, hint)
}

/** The path of a backup, which is a file. It may be a mistyped address with a password, which is not shown. */
export function backupPath(file: string): string {
  if (!SCHEME.test(file) && !isAddress(file)) return file
  throw new UsageError('a backup is a file: the path of one with such a name must begin with ./')
}

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i

/** An address of another kind must not become a file name. It may hold a password, so it is not shown. */
export function filePath(db: string): string {
  const scheme = SCHEME.exec(db)?.[1]
  if (scheme !== undefined) throw new UsageError(`--db: there is no store for ${scheme}://`)
  if (db === '') throw new UsageError('--db must not be empty')
  if (isAddress(db)) {
    const how = 'an address must begin with postgres://, a path like this with ./'
    throw new UsageError(`--db: ${how}`)
  }
  return db
}

/** What cannot be anything but a path: /…, ./…, ../…, ~/…, C:\… */
const PATH = /^(?:\/(?!\/)|\.{1,2}[/\\]|~[/\\]|[a-z]:[/\\])/i

/** Signs of a mistyped address: a second scheme, a name with a password, or PostgreSQL's name with two slashes. */
const ADDRESS = [/:\/\//, /:.*@/s, /\bpassword\s*=/i, /^\W*postgres(?:ql)?\W*[/\\]{2}/i]

function isAddress(db: string): boolean {
  return !PATH.test(db) && ADDRESS.some((sign) => sign.test(db))
}

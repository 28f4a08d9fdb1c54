import { OperationalError } from '../../../model/operational-error.ts'
import { MIGRATION_TABLE, MIGRATIONS } from './schema.ts'
import type { Session } from '../connect/session.ts'

/** Older ones lack functions written in the standard's way, and rows WITH TIES. */
const OLDEST_SERVER = 14

const SERVER = `SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),
  pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'`

/** Whether the schema is there, whether it has our table of migrations, and any table at all. */
const SCHEMA = `SELECT count(n.oid)::int, count(*) FILTER (WHERE c.relname = $2)::int,
    count(c.oid)::int
  FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
  WHERE n.nspname = $1`

const APPLIED = `SELECT number, name, checksum FROM holdfast.${MIGRATION_TABLE} ORDER BY number`

export async function isStandby(session: Session): Promise<boolean> {
  const [row] = await session.rows('SELECT pg_is_in_recovery()')
  return row![0] as boolean
}

export interface Found {
  readonly exists: boolean
  /** How many migrations it has seen. */
  readonly version: number
}

/** @throws OperationalError STORE_UNAVAILABLE, STORE_READ_ONLY */
export async function inspectServer(session: Session, toWrite: boolean): Promise<void> {
  const [row] = await session.rows(SERVER)
  const [version, encoding, readOnly] = row as [number, string, boolean]
  if (version < OLDEST_SERVER * 10_000) {
    const message = `PostgreSQL ${OLDEST_SERVER} or newer is needed, and this is ${Math.floor(version / 10_000)}: update the server`
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
  if (encoding !== 'UTF8') {
    const message = `the database is encoded in ${encoding}; it has to be UTF8: use another database`
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
  if (readOnly && toWrite) {
    const message =
      'the database takes reads only: it is a standby, or set so; open it with readOnly'
    throw new OperationalError('STORE_READ_ONLY', message)
  }
}

/** @throws OperationalError STORE_FOREIGN, STORE_OLDER, STORE_NEWER */
export async function inspectSchema(session: Session, schema: string): Promise<Found> {
  const [row] = await session.rows(SCHEMA, [schema, MIGRATION_TABLE])
  const [exists, ours, tables] = row as [number, number, number]
  if (ours === 0) {
    if (tables === 0) return { exists: exists > 0, version: 0 }
    const message = `the schema ${schema} holds another program's tables: use another schema`
    throw new OperationalError('STORE_FOREIGN', message)
  }
  const applied = await session.rows(APPLIED)
  if (applied.length > MIGRATIONS.length) {
    const message = `the schema ${schema} was made by a newer version of this program: update the program`
    throw new OperationalError('STORE_NEWER', message)
  }
  applied.forEach(([number, name, checksum], index) => {
    const known = MIGRATIONS[index]!
    if (number === known.number && checksum === known.checksum) return
    // Changed since, as long as nothing is released.
    if (number === known.number && name === known.name) {
      const message = `the schema ${schema} was made by another version from before the first release, and cannot be brought up to date: name a new schema, and carry the stock over with that version's export and an import`
      throw new OperationalError('STORE_OLDER', message)
    }
    const message = `the schema ${schema} was made by another program: its step ${String(name)} is not ours; use another schema`
    throw new OperationalError('STORE_FOREIGN', message)
  })
  return { exists: true, version: applied.length }
}

/** @throws OperationalError */
export function mustBeCurrent(found: Found, schema: string): void {
  if (found.version < MIGRATIONS.length) throw notCurrent(found, schema, '')
}

export function mayNotMigrate(found: Found, schema: string, cause: unknown): OperationalError {
  return notCurrent(found, schema, ', which this role may not do', cause)
}

function notCurrent(
  { version }: Found,
  schema: string,
  more: string,
  cause?: unknown,
): OperationalError {
  const what =
    version === 0 ? 'is not there yet and has to be made' : 'has to be brought up to date'
  return new OperationalError(
    'STORE_UNAVAILABLE',
    `the schema ${schema} ${what}${more}: run \`holdfast migrate\` as its owner, or call migrate()`,
    { details: { schema, version, needed: MIGRATIONS.length }, cause },
  )
}

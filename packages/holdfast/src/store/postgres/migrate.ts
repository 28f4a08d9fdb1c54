import { Database } from './database.ts'
import { readFault } from './faults.ts'
import { inspectSchema, inspectServer } from './inspect.ts'
import type { PgPool } from './pool.ts'
import { MAKE_MIGRATION_TABLE, MIGRATION_TABLE, MIGRATIONS } from './schema.ts'
import type { Session } from './session.ts'

/** Until the transaction ends, so that it works behind any pooler. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('holdfast migrations: ' || $1, 0))`

const APPLIED = `INSERT INTO holdfast.${MIGRATION_TABLE} (number, name, checksum) VALUES ($1, $2, $3)`

/**
 * Makes the schema, or brings it up to date; for a deployment whose services run with `migrate: false`
 * under a role that may not. Any number of processes may call it at once.
 *
 * @throws OperationalError STORE_FOREIGN, STORE_NEWER, STORE_READ_ONLY, STORE_UNAVAILABLE
 * @example
 * await migrate(new Pool({ connectionString: process.env.OWNER_URL }), { schema: 'shop' })
 */
export async function migrate(
  pool: PgPool,
  { schema = 'holdfast' }: { readonly schema?: string } = {},
): Promise<void> {
  const database = new Database(pool, { owned: false, schema, prepare: false })
  try {
    await database.using(async (session) => migrateSchema(session, schema))
  } catch (error) {
    throw readFault(error)
  } finally {
    await database.close()
  }
}

/** All steps in one transaction, or none. */
export async function migrateSchema(session: Session, schema: string): Promise<void> {
  await inspectServer(session, true)
  await session.rows('BEGIN')
  // Whoever came first may make a large index.
  await session.rows('SET LOCAL lock_timeout = 0')
  await session.rows('SET LOCAL statement_timeout = 0')
  await session.rows(LOCK, [schema])
  const { exists, version } = await inspectSchema(session, schema)
  // Where it was made by an administrator, this role need not have the right to make it.
  if (!exists) await session.rows(`CREATE SCHEMA ${session.schema}`)
  const due = MIGRATIONS.slice(version)
  if (due.length > 0) await session.rows(MAKE_MIGRATION_TABLE)
  for (const { number, name, sql, checksum } of due) {
    await session.script(sql)
    await session.rows(APPLIED, [number, name, checksum])
  }
  await session.rows('COMMIT')
}

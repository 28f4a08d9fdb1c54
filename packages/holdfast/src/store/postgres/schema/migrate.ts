import { checkOptions } from '../../../model/limits.ts'
import { Database, quoted } from '../connect/database.ts'
import { readFault } from '../connect/faults.ts'
import { inspectSchema, inspectServer, type Found } from './inspect.ts'
import { checkPool, makePool, type PgPool } from '../connect/pool.ts'
import { checkSchemaName, MAKE_MIGRATION_TABLE, MIGRATION_TABLE, MIGRATIONS } from './schema.ts'
import { inSchema, type Session } from '../connect/session.ts'
import { NO_TRANSACTION_LIMIT } from '../connect/time-limits.ts'

/** Until the transaction ends: operators in views, too, are PostgreSQL's own. */
const PATH = 'SET LOCAL search_path = pg_catalog, pg_temp'

/** Until the transaction ends, so that it works behind any pooler. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('holdfast migrations: ' || $1::text, 0))`

const APPLIED = `INSERT INTO holdfast.${MIGRATION_TABLE} (number, name, checksum) VALUES ($1, $2, $3)`

/** How far a schema is. */
export interface MigrationState {
  readonly schema: string
  /** Whether it is there. */
  readonly exists: boolean
  /** The newest step that it has seen; 0 if it is not there. */
  readonly version: number
  /** The newest step that this program knows. */
  readonly newest: number
  /** Names of the steps in between, in order. */
  readonly due: readonly string[]
}

export interface MigrateOptions {
  /** Default: `holdfast`. */
  readonly schema?: string | undefined
}

/**
 * Makes the schema, or brings it up to date; for a deployment whose services run under a role that may
 * not. Any number of processes may call it at once. Returns the state before: what was due is done.
 *
 * @param target the program's pool, which it keeps, or a connection string
 * @throws InvalidInputError; OperationalError STORE_FOREIGN, STORE_NEWER, STORE_READ_ONLY, STORE_UNAVAILABLE
 * @example
 * await migrate(process.env.OWNER_URL, { schema: 'shop' })
 */
export async function migrate(
  target: PgPool | string,
  options: MigrateOptions = {},
): Promise<MigrationState> {
  return withSession(target, options, migrateSchema)
}

/** How far the schema is; changes nothing. @throws OperationalError as `migrate` does */
export async function migrationState(
  target: PgPool | string,
  options: MigrateOptions = {},
): Promise<MigrationState> {
  return withSession(target, options, async (session, schema) => {
    await inspectServer(session, false)
    return stateOf(schema, await inspectSchema(session, schema))
  })
}

/** What `migrate` would run after step `version`, for an administrator to read, and to run with psql. */
export function migrationSql({ schema, exists, version }: MigrationState): string {
  const due = MIGRATIONS.slice(version)
  if (due.length === 0) return '-- the schema is up to date: nothing to do\n'
  const steps = due.flatMap(({ number, name, sql, checksum }) => [
    `-- Step ${number}: ${name}\n\n${sql.trim()}\n`,
    `INSERT INTO holdfast.${MIGRATION_TABLE} (number, name, checksum)\n  VALUES (${number}, '${name}', '${checksum}');`,
  ])
  const text = [
    'BEGIN;',
    `${PATH};`,
    `${LOCK};`,
    // Even IF NOT EXISTS asks for the right to make it, which its owner need not have.
    ...(exists ? [] : ['CREATE SCHEMA holdfast;']),
    `${MAKE_MIGRATION_TABLE.trim()};`,
    ...steps,
    'COMMIT;\n',
  ].join('\n')
  // The name last: what is in it is no part of the text.
  return inSchema(text, quoted(schema)).replace(
    '|| $1::text',
    () => `|| '${schema.replaceAll("'", "''")}'`,
  )
}

const KNOWN: ReadonlySet<string> = new Set<keyof MigrateOptions>(['schema'])

async function withSession<T>(
  target: PgPool | string,
  options: MigrateOptions,
  work: (session: Session, schema: string) => Promise<T>,
): Promise<T> {
  checkOptions(options, KNOWN)
  const { schema = 'holdfast' } = options
  checkSchemaName(schema)
  const owned = typeof target === 'string'
  if (!owned) checkPool(target, 'target')
  const pool = owned ? await makePool(target) : target
  const database = new Database(pool, { owned, schema, prepare: false })
  try {
    return await database.using(async (session) => work(session, schema))
  } catch (error) {
    throw readFault(error)
  } finally {
    await database.close()
  }
}

function stateOf(schema: string, { exists, version }: Found): MigrationState {
  const due = MIGRATIONS.slice(version).map(({ name }) => name)
  return { schema, exists, version, newest: MIGRATIONS.length, due }
}

/** All steps in one transaction, or none. */
export async function migrateSchema(session: Session, schema: string): Promise<MigrationState> {
  await inspectServer(session, true)
  await session.rows('BEGIN')
  await session.rows(PATH)
  // Whoever came first may make a large index.
  await session.rows('SET LOCAL lock_timeout = 0')
  await session.rows('SET LOCAL statement_timeout = 0')
  await session.rows(`SELECT ${NO_TRANSACTION_LIMIT}`)
  await session.rows(LOCK, [schema])
  const found = await inspectSchema(session, schema)
  // If an administrator made it, this role need not have the right to make it.
  if (!found.exists) await session.rows('CREATE SCHEMA holdfast')
  const due = MIGRATIONS.slice(found.version)
  if (due.length > 0) await session.rows(MAKE_MIGRATION_TABLE)
  for (const { number, name, sql, checksum } of due) {
    await session.script(sql)
    await session.rows(APPLIED, [number, name, checksum])
  }
  await session.rows('COMMIT')
  return stateOf(schema, found)
}

import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { Server } from '../../packages/holdfast/test/postgres/support/server.ts'

/** A PostgreSQL server for the measurements, and a schema for each line, named after it. */
export interface Database {
  readonly url: string
  readonly schema: string
  /** Removes everything created. */
  remove(): Promise<void>
}

/**
 * The server that DATABASE_URL names, or a temporary one, durable against a power cut, unlike the tests' servers. Null,
 * after a message, if there is neither.
 */
export async function openDatabase(): Promise<Database | null> {
  const schema = `bench_${randomBytes(4).toString('hex')}`
  const given = process.env['DATABASE_URL'] ?? ''
  if (given !== '') {
    const remove = async (): Promise<void> => {
      const made = await ask(
        given,
        `SELECT nspname FROM pg_namespace WHERE starts_with(nspname, '${schema}')`,
      )
      for (const [name] of made) await ask(given, `DROP SCHEMA ${String(name)} CASCADE`)
    }
    return { url: given, schema, remove }
  }
  const server = await Server.start({ fsync: true })
  if (server === null) {
    process.stderr.write('skipped: no PostgreSQL for this machine, set DATABASE_URL … ')
    return null
  }
  return { url: server.url, schema, remove: () => server.stop() }
}

/** Measures in a database, which is removed; nothing where there is none. */
export async function onDatabase<Result>(
  measure: (database: Database) => Promise<Result[]>,
): Promise<Result[]> {
  const database = await openDatabase()
  if (database === null) return []
  try {
    return await measure(database)
  } finally {
    await database.remove()
  }
}

export async function ask(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' })
    return rows
  } finally {
    await client.end()
  }
}

import { randomBytes } from 'node:crypto'
import { after, type TestContext } from 'node:test'
import type { Store } from 'holdfast'
import { postgres, type PostgresOptions } from 'holdfast/postgres'
import { Pool } from 'pg'
import { Server } from './server.ts'

/** The server of this test file: the one that DATABASE_URL names, or a temporary one. */
async function findServer(): Promise<{ url: string; server: Server | null }> {
  const url = process.env['DATABASE_URL'] ?? ''
  if (url !== '') return { url, server: null }
  const server = await Server.start()
  if (server !== null) return { url: server.url, server }
  const message = 'there is no PostgreSQL for this machine: set DATABASE_URL'
  // In CI a skip would hide that nothing was tested.
  if (process.env['CI'] !== undefined) throw new Error(message)
  process.stdout.write(`# SKIP ${message}\n`)
  process.exit(0)
}

export const { url, server } = await findServer()

/** For changes to the database itself, and for stores that need no pool of their own. */
export const pool = new Pool({ connectionString: url, max: 20 })
pool.on('error', () => undefined)

const schemas: string[] = []
after(async () => {
  // A temporary server is removed as a whole, but not at the end of each test: inventories are closed after the test's
  // own clean-up.
  if (server === null) {
    for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  }
  await pool.end()
  await server?.stop()
})

/** A new schema name for a test. */
export function newSchema(): string {
  const schema = `test_${randomBytes(6).toString('hex')}`
  schemas.push(schema)
  return schema
}

/** A new store, on the pool of the test file. */
export function emptyStore(options: PostgresOptions = {}): Store {
  return postgres({ pool, schema: newSchema(), ...options })
}

/** What is in a schema, but for what its making put there. The trigger that refuses it is off. */
const EMPTY = (schema: string): string => `DO $$ DECLARE command text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR command IN SELECT format(CASE tablename
      WHEN 'head_lock' THEN 'UPDATE %I.%I SET fence = 1'
      WHEN 'posting_watermark' THEN 'UPDATE %I.%I SET commit_number = 0, seq = 0'
      ELSE 'DELETE FROM %I.%I' END, schemaname, tablename)
    FROM pg_tables WHERE schemaname = '${schema}' AND tablename <> 'holdfast_migration'
  LOOP EXECUTE command; END LOOP;
END $$`

const emptied: string[] = []

/** An empty store, where an earlier test had its own if it can be: emptying a schema takes a tenth of making one. */
export function storeOf(t: TestContext): Store {
  const schema = emptied.pop() ?? newSchema()
  // Not on a server that others use: the role there need not have the right to do it.
  if (server !== null)
    t.after(async () => {
      await pool.query(EMPTY(schema))
      emptied.push(schema)
    })
  return postgres({ pool, schema })
}

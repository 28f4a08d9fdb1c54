import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { pool, url } from './place.ts'
import { until } from './until.ts'

/** Somebody else's connection, in a transaction. */
export async function begun(t: TestContext, connectionString = url): Promise<Client> {
  const client = new Client({ connectionString })
  await client.connect()
  t.after(() => client.end())
  await client.query('BEGIN')
  return client
}

/** Of the backends that are doing something: the ports that statements like this one came from. */
export async function busyWith(like: string): Promise<number[]> {
  const { rows } = await pool.query<{ port: number }>(
    `SELECT client_port AS port FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()`,
    [like],
  )
  return rows.map(({ port }) => port)
}

/** Begins what changes levels that are there: it has come as far as those, and no further before `letGo`. */
export async function heldUp<T>(
  t: TestContext,
  schema: string,
  begin: () => Promise<T>,
  connectionString = url,
): Promise<{ readonly held: Promise<T>; readonly letGo: () => Promise<unknown> }> {
  const holder = await begun(t, connectionString)
  await holder.query(`SELECT FROM "${schema}".level FOR UPDATE`)
  const held = begin()
  await until(async () => (await busyWith(changing(schema))).length === 1)
  return { held, letGo: () => holder.query('ROLLBACK') }
}

/** The statement that changes levels. */
export function changing(schema: string): string {
  return `%"${schema}".level t%`
}

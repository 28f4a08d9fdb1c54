import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { pool, url } from './place.ts'
import { until } from './until.ts'

/** Another client's connection, inside a transaction. */
export async function begun(t: TestContext, connectionString = url): Promise<Client> {
  const client = new Client({ connectionString })
  await client.connect()
  t.after(() => client.end())
  await client.query('BEGIN')
  return client
}

/** The client ports of active backends whose statement is like this. */
export async function busyWith(like: string): Promise<number[]> {
  const { rows } = await pool.query<{ port: number }>(
    `SELECT client_port AS port FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()`,
    [like],
  )
  return rows.map(({ port }) => port)
}

/** Starts something that changes existing levels, and stops it at those until `letGo`. */
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

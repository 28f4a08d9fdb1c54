import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { pool, url } from './place.ts'

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

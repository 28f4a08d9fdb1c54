import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { after, test } from 'node:test'
import { openInventory, rebuild } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Pool } from 'pg'
import { makeHistoryIn } from '../support/small-history.ts'
import { newSchema, pool, url } from './support/place.ts'

const TABLES = ['level_key', 'level', 'reservation', 'transfer', 'warehouse', 'warehouse_stock']

/** Without triggers: an attacker disables them. */
const tamperer = new Pool({ connectionString: url, options: '-c session_replication_role=replica' })
tamperer.on('error', () => undefined)
after(() => tamperer.end())

test('what follows from the log is rebuilt, or nothing is changed', async () => {
  const schema = newSchema()
  const store = postgres({ pool, schema })
  await makeHistoryIn(store)
  const rows = async (): Promise<unknown[]> => {
    const found: unknown[] = []
    for (const table of TABLES)
      // A warehouse's position in the list may be another number, as long as the order is the same.
      found.push(
        (
          await pool.query(`SELECT (to_jsonb(t) - 'position') AS row FROM ${schema}.${table} t
          ORDER BY (to_jsonb(t) ->> '${table.startsWith('warehouse') ? 'position' : 'seq'}')::bigint,
            (to_jsonb(t) ->> 'key')::bigint`)
        ).rows,
      )
    return found
  }
  const verdict = async () => {
    await using inventory = await openInventory({ store, readOnly: true })
    return await inventory.verify()
  }
  const before = await rows()
  const damages = [
    `UPDATE ${schema}.level SET available = available + 1, last_reservation = 0`,
    `UPDATE ${schema}.reservation SET status = 1, owner = NULL, created_at = created_at + 1`,
    `DELETE FROM ${schema}.reservation; DELETE FROM ${schema}.transfer`,
    `DELETE FROM ${schema}.level_key; DELETE FROM ${schema}.warehouse; DELETE FROM ${schema}.level`,
  ]
  for (const damage of damages) {
    await tamperer.query(damage)
    equal((await verdict()).ok, false, damage)
    await rebuild(store)
    deepEqual(await rows(), before, damage)
    equal((await verdict()).ok, true, damage)
  }
  await tamperer.query(`UPDATE ${schema}.commits SET at = at + 1 WHERE number = 2`)
  await rejects(rebuild(store), (error: Error) => {
    match(error.message, /nothing was rebuilt/)
    return (error as { code?: string }).code === 'STORE_DAMAGED'
  })
  deepEqual(await rows(), before)
})

test('a foreign key onto a table of the engine is named, and nothing is changed', async () => {
  const [schema, shop] = [newSchema(), newSchema()]
  const store = postgres({ pool, schema })
  await makeHistoryIn(store)
  for (const more of ['', 'ON DELETE CASCADE']) {
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${shop}; DROP TABLE IF EXISTS ${shop}.lines;
      CREATE TABLE ${shop}.lines (key bigint CONSTRAINT mine REFERENCES ${schema}.level ${more});
      INSERT INTO ${shop}.lines SELECT key FROM ${schema}.level`)
    const rows = async (): Promise<unknown> =>
      (await pool.query(`SELECT * FROM ${shop}.lines`)).rows
    const before = await rows()
    await rejects(rebuild(store), {
      code: 'STORE_UNAVAILABLE',
      message: `nothing was changed: the foreign key mine of ${shop}.lines is in the way of a rebuild; drop it first`,
    })
    deepEqual(await rows(), before)
  }
  await pool.query(`ALTER TABLE ${shop}.lines DROP CONSTRAINT mine`)
  await rebuild(store)
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openInventory, type Inventory, type Verdict } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Pool } from 'pg'
import { modelRun } from '../model-run.ts'
import { newSchema, pool, url } from './place.ts'

/** Numbers of steps of the random workload; with these every verb and every type of entry occurs. */
const STEPS = Array.from({ length: 260 }, (_, index) => index)

/** What `verify` does not prove: see tamper-columns.test.ts for the reasons; there it is the same. */
const UNPROVED: ReadonlySet<string> = new Set([
  'commits.batch_id',
  'commits.level_keys',
  'reservation.created_at',
  'reservation.expires_at',
  'reservation.level_key',
  'reservation.qty',
  'reservation.status',
  'transfer.created_at',
  'transfer.decided_at',
  'transfer.decided_by',
  'transfer.product_id',
  'transfer.qty',
  'transfer.reason',
  'transfer.requested_by',
  'transfer.status',
  'warehouse.capacity',
  'warehouse.name',
  'warehouse.reorder_threshold',
  'warehouse_stock.position',
])

/** Not part of what the trail tells. */
const BESIDE = ['holdfast_migration', 'head_lock', 'idempotency', 'mark', 'lease']

const schema = newSchema()
/** Without triggers: who tampers switches them off. */
const tamperer = new Pool({ connectionString: url, options: '-c session_replication_role=replica' })
tamperer.on('error', () => undefined)
let inventory: Inventory
before(async () => {
  await modelRun(STEPS, { store: postgres({ pool, schema }) })
  inventory = await openInventory({ store: postgres({ pool, schema }), readOnly: true })
})
after(async () => {
  await inventory.close()
  await tamperer.end()
})

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly key: string
}

async function columns(): Promise<Column[]> {
  const { rows } = await pool.query(
    `SELECT c.table_name AS table, c.column_name AS column, c.data_type AS type,
       (SELECT k.column_name FROM information_schema.columns k
        WHERE k.table_schema = $1 AND k.table_name = c.table_name AND k.ordinal_position = 1) AS key
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = $1 AND t.table_type = 'BASE TABLE' AND NOT c.table_name = ANY ($2)
     ORDER BY c.table_name, c.ordinal_position`,
    [schema, BESIDE],
  )
  return rows as Column[]
}

const CHANGE: Readonly<Record<string, string>> = {
  bigint: 'coalesce(%, 0) + 1',
  smallint: 'coalesce(%, 0) + 1',
  text: `coalesce(%, '') || 'x'`,
  uuid: 'gen_random_uuid()',
  bytea: `set_byte(%, 7, get_byte(%, 7) # 1)`,
}

test('what stands in a row is proved, whichever column is changed', async () => {
  equal((await inventory.verify()).ok, true)
  const passed = new Set<string>()
  let cases = 0
  for (const { table, column, type, key } of await columns()) {
    const name = `${schema}.${table}`
    // Rows in which the column says something, the first and the last.
    const { rows } = await tamperer.query(
      `SELECT ${key}::text AS key, ${column}::text AS value FROM (
         SELECT *, row_number() OVER (ORDER BY ${key}) AS nth, count(*) OVER () AS rows_with_it
         FROM ${name} WHERE ${column} IS NOT NULL) r
       WHERE nth IN (1, rows_with_it)`,
    )
    for (const row of rows as { key: string; value: string }[]) {
      const change = CHANGE[type]!.replaceAll('%', column)
      try {
        await tamperer.query(`UPDATE ${name} SET ${column} = ${change} WHERE ${key}::text = $1`, [
          row.key,
        ])
      } catch {
        continue // PostgreSQL itself does not let it pass
      }
      cases++
      const verdict = await inventory.verify()
      if (verdict.ok) passed.add(`${table}.${column}`)
      const where =
        column === key ? `${key} = ${change.replaceAll(column, '$1::bigint')}` : `${key}::text = $1`
      const { rowCount } = await tamperer.query(
        `UPDATE ${name} SET ${column} = $2::text::${type} WHERE ${where}`,
        [row.key, row.value],
      )
      equal(rowCount, 1)
    }
  }
  equal((await inventory.verify()).ok, true)
  deepEqual([...passed].filter((name) => !UNPROVED.has(name)).sort(), [])
  ok(cases > 80, `only ${cases} changes were tried`)
})

test('a row that is gone is missed, wherever it was', async () => {
  for (const table of ['entry', 'commits', 'level', 'level_key', 'reservation']) {
    const { rows } = await pool.query(
      `SELECT * FROM ${schema}.${table} ${table === 'reservation' ? 'WHERE status < 2' : ''}
       ORDER BY 1 LIMIT 1 OFFSET 3`,
    )
    const row = rows[0] as Record<string, unknown>
    const [key] = Object.keys(row)
    await tamperer.query(`DELETE FROM ${schema}.${table} WHERE ${key!} = $1`, [row[key!]])
    const verdict: Verdict = await inventory.verify()
    equal(verdict.ok, false, `a row of ${table} is gone`)
    const names = Object.keys(row)
    const places = names.map((_, index) => `$${index + 1}`)
    await tamperer.query(
      `INSERT INTO ${schema}.${table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    )
    equal((await inventory.verify()).ok, true)
  }
})

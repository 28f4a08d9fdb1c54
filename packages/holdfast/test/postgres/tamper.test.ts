import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AdjustmentType,
  openInventory,
  type AuditEntry,
  type Inventory,
  type Verdict,
} from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Pool } from 'pg'
import { LONG } from '../support/long.ts'
import { makeHistoryIn } from '../support/small-history.ts'
import { checkViews } from '../support/views.ts'
import { newSchema, pool, url } from './support/place.ts'

/** What `verify` does not prove: a position may be another number as long as the order is the same. */
const UNPROVED: ReadonlySet<string> = new Set(['idempotency.place'])

/** Not derived from the trail. */
const BESIDE = ['holdfast_migration', 'head_lock', 'position', 'lease']
/** Behind many commits alone: see tamper-postings.test.ts. */
const POSTINGS = ['posting', 'posting_watermark']

const schema = newSchema()
/** Without triggers: an attacker disables them. */
const tamperer = new Pool({ connectionString: url, options: '-c session_replication_role=replica' })
tamperer.on('error', () => undefined)
let inventory: Inventory
before(async () => {
  const store = postgres({ pool, schema })
  await makeHistoryIn(store)
  {
    // A commit of many lines and texts, between marks.
    await using shop = await openInventory({ store, sweepMs: 0 })
    const one = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1 } as const
    const commands = Array.from({ length: 20 }, (_, index) => ({
      ...one,
      source: `SUPPLIER-${index}`,
      metadata: { note: `delivery ${index}` },
    }))
    await shop.batch({ commands })
  }
  inventory = await openInventory({ store, readOnly: true })
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
    `SELECT c.table_name AS table, c.column_name AS column,
       CASE c.data_type WHEN 'ARRAY' THEN 'integer[]' ELSE c.data_type END AS type,
       (SELECT k.column_name FROM information_schema.columns k
        WHERE k.table_schema = $1 AND k.table_name = c.table_name AND k.ordinal_position = 1) AS key
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = $1 AND t.table_type = 'BASE TABLE' AND NOT c.table_name = ANY ($2)
     ORDER BY c.table_name, c.ordinal_position`,
    [schema, [...BESIDE, ...POSTINGS]],
  )
  return rows as Column[]
}

const CHANGE: Readonly<Record<string, string>> = {
  bigint: 'coalesce(%, 0) + 1',
  smallint: 'coalesce(%, 0) + 1',
  text: `coalesce(%, '') || 'x'`,
  uuid: 'gen_random_uuid()',
  boolean: 'NOT %',
  'integer[]': '% || 1',
  bytea: `set_byte(%, 7, get_byte(%, 7) # 1)`,
}

test('the views for people tell what the inventory tells', () =>
  checkViews(inventory, async (view) => {
    const { rows } = await pool.query<Record<string, unknown>>(`SELECT * FROM ${schema}.${view}`)
    return rows
  }))

test('an entry is the same, whether it is read alone or with all of its commit', async () => {
  const bySeq = new Map<number, AuditEntry>()
  for await (const entry of inventory.audit()) bySeq.set(entry.seq, entry)
  const seen = new Set<string>()
  const same = (entry: AuditEntry): void => {
    deepEqual(entry, bySeq.get(entry.seq))
    seen.add(entry.type)
  }
  const { items: places } = await inventory.listStock({ limit: 1000 })
  for (const { warehouseId, productId } of places) {
    const { entries } = await inventory.explain({ warehouseId, productId, limit: 1000 })
    for (const entry of entries) same(entry)
    for await (const entry of inventory.audit({ warehouseId, productId })) same(entry)
  }
  // All but WAREHOUSE_CHANGED, which has no product.
  equal(seen.size, Object.keys(AdjustmentType).length - 1)
})

test('a row is proved, whichever column is changed', async () => {
  equal((await inventory.verify()).ok, true)
  const passed = new Set<string>()
  let cases = 0
  for (const { table, column, type, key } of await columns()) {
    const name = `${schema}.${table}`
    // The last row in which the column has a value; with --long the first one, too.
    const { rows } = await tamperer.query(
      `SELECT ${key}::text AS key, ${column}::text AS value FROM (
         SELECT *, row_number() OVER (ORDER BY ${key}) AS nth, count(*) OVER () AS rows_with_it
         FROM ${name} WHERE ${column} IS NOT NULL) r
       WHERE nth IN (${LONG ? 1 : 'rows_with_it'}, rows_with_it)`,
    )
    for (const row of rows as { key: string; value: string }[]) {
      const change = CHANGE[type]!.replaceAll('%', column)
      try {
        await tamperer.query(`UPDATE ${name} SET ${column} = ${change} WHERE ${key}::text = $1`, [
          row.key,
        ])
      } catch {
        continue // PostgreSQL itself refuses it
      }
      cases++
      const verdict = await inventory.verify()
      if (verdict.ok) passed.add(`${table}.${column}`)
      const where =
        column === key
          ? `${key} = ${change.replaceAll(column, `$1::${type}`)}`
          : `${key}::text = $1`
      const { rowCount } = await tamperer.query(
        `UPDATE ${name} SET ${column} = $2::text::${type} WHERE ${where}`,
        [row.key, row.value],
      )
      equal(rowCount, 1)
    }
  }
  equal((await inventory.verify()).ok, true)
  deepEqual([...passed].filter((name) => !UNPROVED.has(name)).sort(), [])
  ok(cases > (LONG ? 90 : 45), `only ${cases} changes were tried`)
})

test('what an entry says is proved, whichever number of its line is changed', async () => {
  const { rows } = await pool.query<{ number: string; body: string }>(
    `SELECT number, convert_from(body, 'UTF8') AS body FROM ${schema}.commits ORDER BY number`,
  )
  const types = new Set<unknown>()
  for (const { number, body } of rows) {
    const { entries = [] } = JSON.parse(body) as { entries?: unknown[][] }
    const index = entries.findIndex(([type]) => !types.has(type))
    if (index < 0) continue
    types.add(entries[index]![0])
    // By default every third number, from another one in each type of entry.
    const [from, stride] = LONG ? [0, 1] : [types.size % 3, 3]
    for (let place = from; place < entries[index]!.length; place += stride) {
      const line = entries[index]!.map((value, at) => {
        if (at !== place) return value
        return typeof value === 'number'
          ? value + 1
          : value === null
            ? 0
            : { actor: 0, metadata: 0, x: 1 }
      })
      const before = JSON.stringify(entries[index])
      const changed = body.replace(before, () => JSON.stringify(line))
      notEqual(changed, body)
      await setCommit(number, 'body', changed)
      equal((await inventory.verify()).ok, false, `${before} became ${JSON.stringify(line)}`)
      await setCommit(number, 'body', body)
    }
  }
  equal(types.size, Object.keys(AdjustmentType).length)
  equal((await inventory.verify()).ok, true)
})

test('what people wrote is proved: each text, its salt, and that it is there', async () => {
  const { rows } = await pool.query<{ number: string; texts: string }>(
    `SELECT number, convert_from(texts, 'UTF8') AS texts FROM ${schema}.commits
     WHERE texts IS NOT NULL ORDER BY number LIMIT ${LONG ? 20 : 5}`,
  )
  let cases = 0
  for (const { number, texts } of rows) {
    const list = JSON.parse(texts) as string[]
    const others = list.map((_, place) =>
      list.map((text, at) => (at === place ? `${text} ` : text)),
    )
    for (const other of [...others, list.slice(0, -2), [...list, 'salt', 'text'], []]) {
      cases++
      await setCommit(number, 'texts', JSON.stringify(other))
      equal((await inventory.verify()).ok, false, `${texts} became ${JSON.stringify(other)}`)
    }
    await setCommit(number, 'texts', texts)
  }
  ok(cases > (LONG ? 60 : 20), `only ${cases} changes were tried`)
  equal((await inventory.verify()).ok, true)
})

test('marks that are missing are noticed', async () => {
  for (const column of ['lines_at', 'texts_at']) {
    const { rows } = await tamperer.query<{ number: string; was: string }>(
      `SELECT number, ${column}::text AS was FROM ${schema}.commits WHERE ${column} IS NOT NULL LIMIT 1`,
    )
    const [{ number, was }] = rows as [{ number: string; was: string }]
    const sql = `UPDATE ${schema}.commits SET ${column} = $2::text::int[] WHERE number = $1`
    await tamperer.query(sql, [number, null])
    equal((await inventory.verify()).ok, false)
    await tamperer.query(sql, [number, was])
  }
  equal((await inventory.verify()).ok, true)
})

test('where a text was erased, the others are read as before, whatever the marks say', async () => {
  const { rows } = await pool.query<{ number: string; texts: string }>(
    `SELECT number, convert_from(texts, 'UTF8') AS texts FROM ${schema}.commits
     WHERE texts_at IS NOT NULL ORDER BY number`,
  )
  const { items: places } = await inventory.listStock({ limit: 1000 })
  const told = async () =>
    Promise.all(
      places.map(
        async (place) =>
          (await inventory.explain({ warehouseId: place.warehouseId, productId: place.productId }))
            .entries,
      ),
    )
  const before = (await told()).flat()
  let erased = 0
  for (const { number, texts } of rows.filter((row) => row.texts.length > 200)) {
    const list = JSON.parse(texts) as string[]
    await setCommit(number, 'texts', JSON.stringify([null, null, ...list.slice(2)]))
    for (const [index, entry] of (await told()).flat().entries()) {
      const was = before[index]!
      if (JSON.stringify(entry) === JSON.stringify(was)) continue
      erased++
      ok(JSON.stringify(entry).length < JSON.stringify(was).length, JSON.stringify([was, entry]))
    }
    await setCommit(number, 'texts', texts)
  }
  ok(erased > 0)
})

async function setCommit(number: string, column: 'body' | 'texts', value: string): Promise<void> {
  const sql = `UPDATE ${schema}.commits SET ${column} = convert_to($2, 'UTF8') WHERE number = $1`
  equal((await tamperer.query(sql, [number, value])).rowCount, 1)
}

test('a missing row is noticed, wherever it was', async () => {
  for (const table of ['commits', 'level', 'level_key', 'reservation', 'transfer']) {
    const { rows } = await pool.query(
      `SELECT * FROM ${schema}.${table} ${table === 'reservation' ? 'WHERE status < 2' : ''}
       ORDER BY 1 LIMIT 1 OFFSET 1`,
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

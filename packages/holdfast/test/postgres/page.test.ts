import { equal, match, ok, rejects } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openInventory } from 'holdfast'
import { migrate, postgres } from 'holdfast/postgres'
import { failure } from 'holdfast/testing'
import { Pool } from 'pg'
import { PostgresStore } from '../../src/store/postgres/open.ts'
import { pool, server, url } from './support/place.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const OWN = { skip: server === null && 'the server that DATABASE_URL names is not ours to change' }

function pageOf(page: string): string {
  return readFileSync(join(ROOT, 'docs', page), 'utf8')
}

function blocks(language: string): string[] {
  const found = pageOf('postgres.md').matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))
  return [...found].map(([, text]) => text!)
}

const as = (role: string, database = 'page'): string => {
  const changed = new URL(url)
  changed.username = role
  changed.pathname = `/${database}`
  return changed.href
}

test('the roles and grants of the page are enough, and no more', OWN, async (t) => {
  const [roles, grants, views, functions] = blocks('sql')
  await pool.query('CREATE DATABASE page')
  const admin = new Pool({ connectionString: as('postgres') })
  t.after(() => admin.end())
  await admin.query(roles!)
  // As in databases where nothing is allowed by default.
  await admin.query(
    'ALTER DEFAULT PRIVILEGES FOR ROLE stock_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
  )
  const schema = 'stock'
  await migrate(as('stock_owner'), { schema })
  const owner = new Pool({ connectionString: as('stock_owner') })
  t.after(() => owner.end())
  const bare = postgres({ connectionString: as('stock_service'), schema })
  const early = await failure(() => openInventory({ store: bare }))
  match(early.message, /permission denied|may not do this/)
  await owner.query(grants!)
  await owner.query(views!)
  const strict = await failure(() => openInventory({ store: bare }))
  match(strict.message, /lacks rights: EXECUTE on must;/)
  await owner.query(functions!)

  const service = postgres({ connectionString: as('stock_service'), schema })
  const SF = { id: 'SF', name: 'San Francisco' }
  await using inventory = await openInventory({
    store: service,
    warehouses: [SF, { id: 'LA', name: 'Los Angeles' }],
    sweepMs: 20,
    keepKeysMs: 1,
  })
  const place = { warehouseId: 'SF', productId: 'SOCK' }
  await inventory.addStock({ ...place, qty: 5, source: 'SUPPLIER', idempotencyKey: 'one' })
  const { id: reservationId } = await inventory.reserve({ ...place, qty: 2, ttlMs: 60_000 })
  await inventory.confirm({ reservationId })
  await inventory.ship({ reservationId })
  await inventory.reserve({ ...place, qty: 1, ttlMs: 1 })
  const way = { fromWarehouseId: 'SF', toWarehouseId: 'LA', productId: 'SOCK', qty: 1 }
  const { id: transferId } = await inventory.transfer({ ...way, requiresApproval: true })
  await inventory.approveTransfer({ transferId })
  await inventory.changeWarehouse({ ...SF, name: 'San Francisco 2' })
  const consumer = await inventory.consume({ name: 'c' }, () => undefined)
  const { seq } = await inventory.head()
  const keysLeft = async () => (await admin.query('SELECT FROM stock.idempotency')).rows.length
  while (consumer.position < seq || (await keysLeft()) > 0) await new Promise(setImmediate)
  await consumer.stop()
  equal((await inventory.verify()).ok, true)
  equal((await inventory.stock(place)).onHand, 2)

  const asService = new Pool({ connectionString: as('stock_service') })
  t.after(() => asService.end())
  for (const sql of [
    "UPDATE stock.commits SET body = '{}'",
    'DELETE FROM stock.commits',
    'TRUNCATE stock.commits',
    'DELETE FROM stock.reservation',
    'UPDATE stock.level_key SET key = 1',
    'DROP TABLE stock.level',
    'CREATE TABLE stock.mine (one int)',
    'ALTER TABLE stock.commits DISABLE TRIGGER only_added_to',
    'DELETE FROM stock.holdfast_migration',
  ]) {
    await rejects(asService.query(sql), { code: '42501' }, sql)
  }

  const reader = postgres({ connectionString: as('stock_reader'), schema })
  await using reading = await openInventory({ store: reader, readOnly: true })
  ok((await reading.verify()).ok)
  const refused = await failure(() => openInventory({ store: reader, warehouses: [] }))
  match(refused.message, /^the role lacks rights: INSERT on commits, .*; grant them as docs/)
  const asReader = new Pool({ connectionString: as('stock_reader') })
  t.after(() => asReader.end())
  for (const view of ['stock', 'reservations', 'transfers', 'trail'])
    ok((await asReader.query(`SELECT * FROM stock.${view}`)).rows.length > 0, view)

  const asReports = new Pool({ connectionString: as('stock_reports') })
  t.after(() => asReports.end())
  for (const view of ['stock', 'reservations', 'transfers', 'trail'])
    ok((await asReports.query(`SELECT * FROM stock.${view}`)).rows.length > 0, view)
  await rejects(asReports.query('SELECT * FROM stock.document'), { code: '42501' })

  // One right is missing, as after a migration whose grants were forgotten.
  for (const [right, table] of [
    ['INSERT', 'commits'],
    ['UPDATE', 'head_lock'],
    ['SELECT', 'level'],
    ['DELETE', 'idempotency'],
  ]) {
    await owner.query(`REVOKE ${right} ON stock.${table} FROM stock_service`)
    const lacks = new RegExp(`the role lacks rights: ${right} on ${table};`)
    match((await failure(() => inventory.tryWrite())).message, lacks)
    match((await failure(() => openInventory({ store: service }))).message, lacks)
    await owner.query(`GRANT ${right} ON stock.${table} TO stock_service`)
    await inventory.tryWrite()
  }

  await owner.query('REVOKE EXECUTE ON FUNCTION stock.must FROM stock_service')
  match((await failure(() => inventory.tryWrite())).message, /lacks rights: EXECUTE on must;/)
  await owner.query('GRANT EXECUTE ON FUNCTION stock.must TO stock_service')
  await inventory.tryWrite()

  // Behind the proof, which expects runs of the usual length.
  const short = new PostgresStore({ connectionString: as('stock_service'), schema }, 1)
  const opened = await short.open({ readOnly: false })
  t.after(async () => opened.close())
  equal((await opened.postings!.extend())?.commit, 1)
  equal((await opened.postings!.extend())?.commit, 2)
})

/** A program, and its output. */
const EXAMPLE = /```ts\n([^]*?)```\n\s*```text\n([^]*?)```/g

for (const page of ['postgres.md', 'one-commit.md'])
  test(`the examples of ${page} run, and print what it says`, OWN, async () => {
    for (const [, example, output] of pageOf(page).matchAll(EXAMPLE))
      equal(await printed(example!), output)
  })

async function printed(example: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'example.ts'), example)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', 'example.ts'],
      { cwd: folder, timeout: 30_000, env: { ...process.env, DATABASE_URL: url } },
    )
    return stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

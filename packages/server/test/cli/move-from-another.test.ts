import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Pool } from 'pg'
import { pool, server, url } from '../../../holdfast/test/postgres/support/place.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const OWN = { skip: server === null && 'the server that DATABASE_URL names is not ours to change' }
const URL_ON_THE_PAGE = 'postgres://user@host/database'
const BLOCK = /^ *```(?:ts|sh|sql)\n([^]*?)^ *```\n/gm

/** Decimals, a count below 0, a product without stock, and one of which more is reserved than there is. */
const OLD = `
  INSERT INTO old_stock VALUES ('SF', 'Tasse "Größe 2"', 9.000, 4.000), ('SF', 'HAT', -2.000, 0),
    ('NYC', 'HAT', 2.000, 3.000), ('NYC', '0042', 0, 0), ('NYC', 'MUG', 7.000, 1.000),
    ('SF', 'ROPE', 2.500, 0);
  INSERT INTO old_line VALUES
    (1, 'SF', 'Tasse "Größe 2"', 3, 'ann', 'paid', NULL),
    (2, 'SF', 'Tasse "Größe 2"', 1, 'bob', 'cart', now() + interval '1 hour'),
    (3, 'NYC', 'HAT', 2, 'cat', 'paid', NULL), (4, 'NYC', 'HAT', 1, 'dan', 'paid', NULL),
    (5, 'NYC', 'MUG', 1, 'eve', 'cart', now() - interval '1 hour'),
    (6, 'NYC', 'MUG', 5, 'eve', 'shipped', NULL)`

test('a shop moves from its own tables as the page says, and back', OWN, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-moving-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await pool.query('CREATE DATABASE moving')
  const to = new URL(url)
  to.pathname = '/moving'
  const shop = new Pool({ connectionString: to.href })
  t.after(() => shop.end())
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH: path, DATABASE_URL: to.href }
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(program, args, { cwd: folder, env })
  const shell = (script: string) => run('bash', '-euc', script.replaceAll(URL_ON_THE_PAGE, to.href))
  const page = readFileSync(join(ROOT, 'docs/moving.md'), 'utf8')
  const blocks = [...page.matchAll(BLOCK)].map(([, code]) => code!)
  const [tables, onHand, rehearsal, importing, program, compare, verify, back, ...none] = blocks
  equal(none.length, 0)

  await shop.query(tables!)
  await shop.query(OLD)
  const { rows, fields } = await shop.query({ text: onHand!, rowMode: 'array' })
  const cells = [fields.map(({ name }) => name), ...(rows as string[][])]
  const quoted = cells.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
  writeFileSync(join(folder, 'stock.csv'), `${quoted.join('\n')}\n`)
  match((await shell(rehearsal!)).stdout, /^fine: 4 rows, 20 units; 2 rows say 0$/m)
  match((await shell(importing!)).stdout, /^imported: 4 rows, 20 units; 2 rows say 0$/m)
  const again = importing!.trim().split('\n').at(-1)!
  const refused = await shell(again).catch((error: unknown) => error as { stderr: string })
  match(refused.stderr, /^refused: TABLE_KNOWN/m)

  writeFileSync(join(folder, 'move-lines.ts'), program!)
  const move = () => run(process.execPath, '--conditions=source', 'move-lines.ts')
  const both = (await Promise.all([move(), move()])).map(({ stdout }) => stdout).join('')
  match(both, /^4 need 1, have 0 of HAT in NYC$/m)
  equal((await move()).stdout, '4 need 1, have 0 of HAT in NYC\n')
  const stock = 'SELECT product_id, available, held, allocated FROM stock.stock ORDER BY 1'
  deepEqual((await shop.query({ text: stock, rowMode: 'array' })).rows, [
    ['HAT', '0', '0', '2'],
    ['MUG', '7', '0', '0'],
    ['ROPE', '2', '0', '0'],
    ['Tasse "Größe 2"', '5', '1', '3'],
  ])
  const text = `SELECT sku, reserved_now FROM (${compare!}) AS differing ORDER BY 1`
  deepEqual((await shop.query({ text, rowMode: 'array' })).rows, [
    ['HAT', '2'],
    ['MUG', '0'],
    ['ROPE', '0'],
  ])
  match((await shell(verify!)).stdout, /^verified: /)

  {
    const store = postgres({ connectionString: to.href, schema: 'stock' })
    await using inventory = await openInventory({ store })
    const ids = 'SELECT reservation FROM moved ORDER BY line'
    const { rows: moved } = await shop.query<{ reservation: string }>(ids)
    const [first, cart, hats] = moved.map(({ reservation }) => reservation)
    await inventory.ship({ reservationId: first! })
    await inventory.confirm({ reservationId: cart! })
    await inventory.ship({ reservationId: hats!, qty: 1 })
    await inventory.sell({ warehouseId: 'NYC', productId: 'MUG', qty: 2 })
  }
  await shop.query(back!)
  const left = 'SELECT sku, qty, reserved FROM old_stock WHERE qty > 0 ORDER BY 1'
  deepEqual((await shop.query({ text: left, rowMode: 'array' })).rows, [
    ['HAT', '1.000', '1.000'],
    ['MUG', '7.000', '2.000'],
    ['ROPE', '2.000', '0.000'],
    ['Tasse "Größe 2"', '6.000', '1.000'],
  ])
  const lines = { text: 'SELECT state, qty FROM old_line ORDER BY id', rowMode: 'array' as const }
  deepEqual((await shop.query(lines)).rows, [
    ['shipped', 3],
    ['paid', 1],
    ['paid', 1],
    ['paid', 1],
    ['cart', 1],
    ['shipped', 5],
  ])
})

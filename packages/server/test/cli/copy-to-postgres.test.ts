import { equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { contentOf, makeHistory } from '../../../holdfast/test/support/small-history.ts'
import { pool, server, url } from '../../../holdfast/test/postgres/support/place.ts'
import { holdfast, holdfastJson } from './support/holdfast.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const OWN = { skip: server === null && 'the server that DATABASE_URL names is not ours to change' }
const URL_ON_THE_PAGE = 'postgres://user@host/database'
const STEP = /^ *```sh\n([^]*?)^ *```\n/gm

test('a shop goes from a file to PostgreSQL and back as the page says', OWN, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const head = await makeHistory(join(folder, 'stock.db'))
  await pool.query('CREATE DATABASE copy')
  const to = new URL(url)
  to.pathname = '/copy'
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH: path, DATABASE_URL: to.href }
  const run = async (script: string) =>
    promisify(execFile)('bash', ['-euc', script], { cwd: folder, env })

  const said: string[] = []
  for (const script of steps())
    said.push((await run(script.replaceAll(URL_ON_THE_PAGE, to.href))).stdout)
  match(
    said[0]!,
    new RegExp(`^verified: .*; everything holds\nremember ${head.seq}:${head.hash}\n`),
  )
  equal(existsSync(join(folder, 'stock.db')), false)

  await run(`holdfast copy --db "$DATABASE_URL?schema=stock" stock.db`)
  const stores = [
    postgres({ connectionString: to.href, schema: 'stock' }),
    ...['stock.db', 'stock-until-today.db'].map((name) => sqlite({ path: join(folder, name) })),
  ]
  for (const store of stores) {
    await using inventory = await openInventory({ store, readOnly: true })
    ok((await inventory.verify({ expect: head })).ok)
  }
})

test('copying says what is in its way, and changes nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [from, to, none] = ['a.db', 'b.db', 'c.db'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await makeHistory(from)
  const [said] = await holdfastJson<{ place: string }>('copy', '--db', from, to)
  equal(said!.place, to)
  const content = await contentOf(to)
  for (const [db, target, stderr] of [
    [from, to, /there is an inventory already/],
    [none, join(folder, 'd.db'), /there is no inventory at .*c\.db/],
    [from, 'mysql://u:secret@h/x', /there is no store for mysql:/],
  ] as const) {
    const refused = await holdfast('copy', '--db', db, target)
    ok(refused.code !== 0)
    match(refused.stderr, stderr)
    equal(refused.stderr.includes('secret'), false)
  }
  equal(await contentOf(to), content)
  equal(existsSync(none), false)
})

test('a copy is refused if something was sold while it was made', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [from, to] = [join(folder, 'a.db'), join(folder, 'b.db')]
  await makeHistory(from)
  await using shop = await openInventory({ store: sqlite({ path: from }) })
  const hat = { warehouseId: 'SF', productId: 'HAT', qty: 1, source: 'S' }
  const copying = holdfast('copy', '--db', from, to)
  const over = new AbortController()
  void copying.then(() => over.abort())
  while (!over.signal.aborted) await shop.addStock(hat)
  const { code, stderr } = await copying
  equal(code, 1)
  match(stderr, /^failed: \d+ entries came after the copy began, and are not in it\n.* copy again/)
  await using copy = await openInventory({ store: sqlite({ path: to }), readOnly: true })
  ok((await copy.verify()).ok)
})

/** The programs of the section, in order, as they stand in its list. */
function steps(): string[] {
  const page = readFileSync(join(ROOT, 'docs/postgres.md'), 'utf8')
  const section = /^## From a file to PostgreSQL, and back\n[^]*?^## /m.exec(page)![0]
  // Indented in a list.
  const found = [...section.matchAll(STEP)].map(([, code]) => code!.replace(/^ {3}/gm, ''))
  equal(found.length, 2)
  return found
}

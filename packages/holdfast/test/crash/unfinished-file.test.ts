import { deepEqual, ok } from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { openInventory } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite/index.ts'

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-unfinished-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

async function mustBecomeAShop(path: string): Promise<void> {
  const warehouses = [{ id: 'SF', name: 'San Francisco' }]
  await using shop = await openInventory({ store: sqlite({ path, worker: false }), warehouses })
  await shop.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 5, source: 'SUPPLIER' })
  const verdict = await shop.verify()
  deepEqual([verdict.ok, verdict.seq], [true, 2])
}

test('a file that was created and not written to is a new one', async (t) => {
  const path = join(newFolder(t), 'shop.db')
  writeFileSync(path, '')
  await mustBecomeAShop(path)
})

test('a file in which the very first transaction was cut off is a new one', async (t) => {
  const folder = newFolder(t)
  const path = join(folder, 'shop.db')
  const cut = join(folder, 'cut.db')
  using db = new DatabaseSync(cut)
  // So large that part of it goes into the file before the commit.
  db.exec('PRAGMA cache_size = 1; BEGIN; CREATE TABLE big (x); CREATE TABLE more (x)')
  for (let row = 0; row < 50; row++) db.exec('INSERT INTO big VALUES (zeroblob(4000))')
  copyFileSync(cut, path)
  copyFileSync(`${cut}-journal`, `${path}-journal`)
  ok(readFileSync(path).length > 0)
  await mustBecomeAShop(path)
})

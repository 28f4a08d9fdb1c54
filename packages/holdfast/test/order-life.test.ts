import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { memory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { checkDay } from './support/order-life.ts'

test('the life of an order leaves what is written here, in memory', () => checkDay(memory()))

test('the life of an order leaves what is written here, on SQLite', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  await checkDay(sqlite({ path: join(folder, 'shop.db'), worker: false }))
})

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openInventory } from '../src/index.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { makeHistory, tamperFolder } from './support/small-history.ts'
import { checkViews } from './support/views.ts'

const folder = tamperFolder()
const path = join(folder, 'history.db')
before(async () => void (await makeHistory(path)))
after(() => rmSync(folder, { recursive: true }))

test('the views of a SQLite file tell people what the inventory tells', async () => {
  const store = sqlite({ path, worker: false })
  await using inventory = await openInventory({ store, readOnly: true })
  using db = new DatabaseSync(path, { readOnly: true })
  await checkViews(inventory, async (view) => db.prepare(`SELECT * FROM ${view}`).all())
})

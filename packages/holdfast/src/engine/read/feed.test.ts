import { rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sqlite } from '../../store/sqlite/index.ts'
import { openInventory } from '../open/open-inventory.ts'

test(
  'an audit whose trail is cut back while it reads ends, and says so',
  { timeout: 20_000 },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'shop.db')
    const inventory = await openInventory({
      store: sqlite({ path, worker: false }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
    })
    t.after(() => inventory.close())
    const add = {
      verb: 'addStock',
      warehouseId: 'SF',
      productId: 'SOCK',
      qty: 1,
      source: 'S',
    } as const
    for (let commit = 0; commit < 3; commit++)
      await inventory.batch({ commands: Array.from({ length: 1000 }, () => add) })
    const cutBack = (): void => {
      using db = new DatabaseSync(path)
      for (const { name } of db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .all())
        db.exec(`DROP TRIGGER ${String(name)}`)
      db.exec('DELETE FROM commits WHERE first_seq > 1000')
    }
    await rejects(
      async () => {
        for await (const { seq } of inventory.audit()) if (seq === 1) cutBack()
      },
      { code: 'POSITION_AHEAD' },
    )
  },
)

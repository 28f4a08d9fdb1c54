// Run by scripts/runtimes.mjs next to the packed library: the contract of every store, on the current runtime.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

import { memory, openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { inventoryContract, storeContract } from 'holdfast/testing'

/** A new file, removed when the test ends. @param {import('node:test').TestContext} t */
function file(t) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'shop.db')
}

storeContract('memory', () => memory())
storeContract('sqlite', (t) => sqlite({ path: file(t), worker: false }))
inventoryContract(
  'sqlite, on threads of its own,',
  (t) => {
    const store = sqlite({ path: file(t) })
    return { open: (options) => openInventory({ ...options, store }) }
  },
  { only: ['factory', 'keys', 'concurrency', 'read-only'] },
)

const connectionString = process.env['DATABASE_URL']
if (connectionString !== undefined) {
  const { Pool } = await import('pg')
  const pool = new Pool({ connectionString, max: 20 })
  after(() => pool.end())
  let made = 0
  storeContract('postgres', () => postgres({ pool, schema: `runtime_${process.pid}_${made++}` }))
}

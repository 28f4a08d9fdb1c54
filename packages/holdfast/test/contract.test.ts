import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { inventoryContract, storeContract } from 'holdfast/testing'
import { LONG } from './support/long.ts'

/** A new folder, removed at the end of the test, after its inventories were closed. */
function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const file = (t: TestContext, worker: boolean) =>
  sqlite({ path: join(folder(t), 'shop.db'), worker })

storeContract('memory', () => memory())
// On one thread: starting two for each of some hundred tests would take longer than the tests.
storeContract('sqlite', (t) => file(t, false))
// On its own threads: everything that depends on the order of events.
inventoryContract(
  'sqlite, on threads of its own,',
  (t) => {
    const store = file(t, true)
    return { open: (options) => openInventory({ ...options, store }) }
  },
  {
    only: [
      'factory',
      'concurrency',
      'feeds',
      'consumers',
      'read-only',
      ...(LONG ? (['keys', 'warehouses', 'all-holds', 'calls'] as const) : []),
    ],
  },
)

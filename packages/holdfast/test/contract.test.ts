import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { memory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { storeContract } from 'holdfast/testing'

/** A new folder, removed when the test ends: after its inventories were closed. */
function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

storeContract('memory', () => memory())
storeContract('sqlite', (t) => sqlite({ path: join(folder(t), 'shop.db') }))

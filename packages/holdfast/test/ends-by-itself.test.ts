import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { endsByItself } from './support/ends-by-itself.ts'

test('an open inventory in memory does not keep the process alive', () => endsByItself('memory'))

test('an open file does not keep the process alive', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await endsByItself('sqlite', join(folder, 'stock.db'))
})

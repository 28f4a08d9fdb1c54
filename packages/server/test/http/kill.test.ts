import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { killing } from './kill/killing.ts'

// Fifty and more: npm run stress -- kill-service --kills 50
test('killed three times under load: nothing acknowledged is lost, no key acts twice, every entry is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-http-kill-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const report = await killing({ folder, kills: 3, seed: Date.now() % 100_000, restMs: 60 })
  deepEqual(report.broken, [])
  ok(report.acknowledged > 100, `${report.acknowledged} acknowledged`)
  t.diagnostic(JSON.stringify(report))
})

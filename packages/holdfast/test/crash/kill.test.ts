import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { kills } from './kill.ts'

// Fifty and more: `npm run kill -- --kills 50`
const KILLS = 5

test(`killed ${KILLS} times under load, it loses nothing acknowledged and does nothing twice`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  let acknowledged = 0
  try {
    for await (const kill of kills(folder, KILLS, 7)) {
      deepEqual(kill.broken, [])
      acknowledged += kill.acknowledged
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  ok(acknowledged > 100, `only ${acknowledged} commands were acknowledged before the kills`)
})

import { deepEqual, fail } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { kills } from './support/kill.ts'

// Fifty or more: `npm run stress -- kill --kills 50`
const KILLS = 5
/** A slow machine is killed more often, until this many commands were acknowledged. */
const LEAST_ACKNOWLEDGED = 100
const MOST_KILLS = 40

test(`killed ${KILLS} times or more under load, it loses nothing acknowledged and does nothing twice`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  let acknowledged = 0
  try {
    for await (const kill of kills(folder, MOST_KILLS, 7)) {
      deepEqual(kill.broken, [])
      acknowledged += kill.acknowledged
      if (kill.kill >= KILLS && acknowledged >= LEAST_ACKNOWLEDGED) return
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  fail(`only ${acknowledged} commands were acknowledged before the kills`)
})

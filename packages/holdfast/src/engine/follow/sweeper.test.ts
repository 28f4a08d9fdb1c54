import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { MemoryWriter } from '../../store/memory/writer.ts'
import { Records } from '../../store/memory/records.ts'
import { StoreFailure } from '../../store/failure.ts'
import { Sweeper } from './sweeper.ts'

test('a store that is away is told of once, and again when it goes away another time', async () => {
  const away = { now: true }
  class Away extends MemoryWriter {
    override async dueHolds(now: number, limit: number): Promise<readonly string[]> {
      if (away.now) throw new StoreFailure('no route to host', { outcome: 'not-committed' })
      return super.dueHolds(now, limit)
    }
  }
  const warnings: Error[] = []
  const sweeper = new Sweeper({
    writer: new Away(new Records(), () => true),
    now: Date.now,
    everyMs: 1,
    keepKeysMs: 1000,
    submit: () => Promise.resolve(),
    forgetKeys: () => Promise.resolve(),
    onWarning: (warning) => warnings.push(warning),
  })
  const seen: number[] = []
  for (const isAway of [true, false, true]) {
    away.now = isAway
    await pause(40)
    seen.push(warnings.length)
  }
  await sweeper.stop()
  deepEqual(seen, [1, 1, 2])
  match(warnings[0]!.message, /^expired holds .* it is tried again: no route to host$/)
  equal((warnings[0] as { code?: string }).code, 'STORE_UNAVAILABLE')
})

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { newKey } from './key.ts'

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('keys are UUIDs that ascend, however many a millisecond has, and if the clock is set back', () => {
  const now = 1_700_000_000_000
  const keys = Array.from({ length: 10_000 }, () => newKey(now))
  keys.push(newKey(now - 60_000), newKey(now + 1), newKey(now + 60_000))
  for (const key of keys) match(key, UUID_7)
  equal(new Set(keys).size, keys.length)
  deepEqual(keys, keys.toSorted())
  equal(Number.parseInt(keys.at(-1)!.replace('-', '').slice(0, 12), 16), now + 60_000)
})

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Head } from '../../store/store.ts'
import { SharedHead } from './shared-head.ts'
import { StoreTime } from '../clock/store-time.ts'

const head = (commit: number): Head => ({ seq: 0, hash: 'h', at: 0, commit, levelKeys: 0 })

function shared() {
  const place = { commit: 1, storeMs: 5_000_000, monotonicMs: 100 }
  const time = new StoreTime({
    ask: () => Promise.resolve(place.storeMs),
    wall: () => 9_000_000 + place.monotonicMs,
    monotonic: () => place.monotonicMs,
    uptime: null,
    believeAfterMs: 300_000,
    startAt: 0,
    onJump: () => undefined,
    onApart: () => undefined,
  })
  const one = new SharedHead({
    take: () => Promise.resolve({ head: head(place.commit), now: place.storeMs }),
    time,
  })
  return { place, one, time }
}

test('the head is ours after three turns in which nobody came between, until somebody does', async () => {
  const { place, one } = shared()
  const seen: boolean[] = []
  for (const expected of [1, 1, 1]) {
    await one.take(head(expected))
    seen.push(one.isOurs)
  }
  deepEqual(seen, [false, false, true])
  place.commit = 2
  equal((await one.take(head(1))).isMoved, true)
  equal(one.isOurs, false)
  for (let turn = 0; turn < 3; turn++) equal((await one.take(head(2))).isMoved, false)
  equal(one.isOurs, true)
  one.moved()
  equal(one.isOurs, false)
})

test('the store’s clock is counted on for a second, then a batch waits for its turn to read it', async () => {
  const { place, one, time } = shared()
  for (let turn = 0; turn < 3; turn++) await one.take(head(1))
  place.monotonicMs += 999
  deepEqual([time.now(), one.isOurs], [5_000_999, true])
  place.monotonicMs += 1
  equal(one.isOurs, false)
  place.storeMs += 1_200
  await one.take(head(1))
  deepEqual([time.now(), one.isOurs], [5_001_200, true])
})

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Head } from '../store/store.ts'
import { SharedHead } from './shared-head.ts'

const head = (commit: number): Head => ({ seq: 0, hash: 'h', at: 0, commit, levelKeys: 0 })

function shared() {
  const place = { commit: 1, storeMs: 5_000_000, monotonicMs: 100, jumps: [] as number[] }
  const one = new SharedHead({
    take: () => Promise.resolve({ head: head(place.commit), now: place.storeMs }),
    clock: null,
    monotonic: () => place.monotonicMs,
    onStoreClockJump: (jump) => place.jumps.push(jump),
  })
  return { place, one }
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

test('the store’s clock is counted on for a second, then read again', async () => {
  const { place, one } = shared()
  for (let turn = 0; turn < 3; turn++) await one.take(head(1))
  place.monotonicMs += 999
  deepEqual([one.now(), one.isOurs], [5_000_999, true])
  place.monotonicMs += 1
  equal(one.isOurs, false)
  place.storeMs += 1_200
  await one.take(head(1))
  deepEqual([one.now(), one.isOurs], [5_001_200, true])
  deepEqual(place.jumps, [])
})

test('what a commit tells of the store’s clock counts like a turn; late news does not make it slow', async () => {
  const { place, one } = shared()
  for (let turn = 0; turn < 3; turn++) await one.take(head(1))
  for (let commit = 0; commit < 50; commit++) {
    place.monotonicMs += 100
    place.storeMs += 100
    const late = commit % 10 === 0 ? 0 : 70
    one.hear(place.storeMs - late, place.monotonicMs - late)
    deepEqual([one.now(), one.isOurs], [place.storeMs, true])
  }
  // Nor does a commit that stalled.
  one.hear(place.storeMs - 2500, place.monotonicMs - 3000)
  deepEqual([one.now(), one.isOurs], [place.storeMs, true])
  // A clock that is set back a little is followed.
  place.storeMs -= 30
  for (let commit = 0; commit < 20; commit++) {
    place.monotonicMs += 100
    place.storeMs += 100
    one.hear(place.storeMs, place.monotonicMs)
  }
  equal(one.now(), place.storeMs)
  deepEqual(place.jumps, [])
})

test('a store’s clock that jumps is told, and not followed', async () => {
  const { place, one } = shared()
  await one.take(head(1))
  place.storeMs += 3_600_000
  place.monotonicMs += 10
  await one.take(head(1))
  equal(one.now(), 5_000_010)
  equal(place.jumps.length, 1)
})

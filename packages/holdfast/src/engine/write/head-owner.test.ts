import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Head } from '../../store/store.ts'
import { SharedHead } from './head-owner.ts'
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
  const lock = {
    acquire: () => Promise.resolve({ head: head(place.commit), now: place.storeMs }),
    release: () => Promise.resolve(),
  }
  const one = new SharedHead(lock, time)
  return { place, one, time }
}

test('after three batches without another writer, a batch may be decided without the lock, until another one writes', async () => {
  const { place, one } = shared()
  const seen: boolean[] = []
  for (const expected of [1, 1, 1]) {
    await one.acquire(head(expected))
    seen.push(one.mayPipeline)
  }
  deepEqual(seen, [false, false, true])
  place.commit = 2
  equal((await one.acquire(head(1))).isMoved, true)
  equal(one.mayPipeline, false)
  for (let count = 0; count < 3; count++) equal((await one.acquire(head(2))).isMoved, false)
  equal(one.mayPipeline, true)
  one.moved()
  equal(one.mayPipeline, false)
})

test('the store’s clock is relied on for a second, then a batch waits for the lock to read it', async () => {
  const { place, one, time } = shared()
  for (let count = 0; count < 3; count++) await one.acquire(head(1))
  place.monotonicMs += 999
  deepEqual([time.now(), one.mayPipeline], [5_000_999, true])
  place.monotonicMs += 1
  equal(one.mayPipeline, false)
  place.storeMs += 1_200
  await one.acquire(head(1))
  deepEqual([time.now(), one.mayPipeline], [5_001_200, true])
})

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { StoreTime } from './store-time.ts'

const STORE = 5_000_000
const HOUR = 3_600_000

/** A store's clock, a process's own clock, and what was reported. */
function place() {
  const state = {
    store: STORE,
    wall: STORE,
    monotonic: 100,
    uptime: 100,
    asked: 0,
    /** Delays of the next answers; the store reads its clock before the delay. */
    late: [] as number[],
    jumps: [] as number[],
    apart: [] as number[],
    pass(ms: number): void {
      for (const clock of ['store', 'wall', 'monotonic', 'uptime'] as const) state[clock] += ms
    },
  }
  const time = new StoreTime({
    ask: () => {
      state.asked++
      const { store } = state
      state.pass(state.late.shift() ?? 0)
      return Promise.resolve(store)
    },
    wall: () => state.wall,
    monotonic: () => state.monotonic,
    uptime: () => state.uptime,
    believeAfterMs: 300_000,
    startAt: 0,
    onJump: (jump) => state.jumps.push(jump),
    onApart: (ahead) => state.apart.push(ahead),
  })
  return { state, time }
}

test('a commit reports the store’s clock; late reports do not slow the time down', async () => {
  const { state, time } = place()
  await time.refresh(0)
  for (let commit = 0; commit < 50; commit++) {
    state.pass(100)
    const late = commit % 10 === 0 ? 0 : 70
    time.hear(state.store - late, state.monotonic - late)
    deepEqual([time.now(), time.isFresh(1000)], [state.store, true])
  }
  // Neither does a commit that stalled.
  time.hear(state.store - 2500, state.monotonic - 3000)
  deepEqual([time.now(), time.isFresh(1000)], [state.store, true])
  // A clock that is set back a little is followed at half speed until it has caught up.
  state.store -= 30
  for (let commit = 0; commit < 20; commit++) {
    state.pass(100)
    time.hear(state.store, state.monotonic)
  }
  equal(time.now(), state.store)
  deepEqual(state.jumps, [])
})

test('a late answer is not relied on if nothing else is known', async () => {
  const { state, time } = place()
  state.late = [1500, 1200]
  await time.refresh(0)
  deepEqual([state.asked, time.now()], [3, state.store])
  // If the clock has stepped meanwhile, the time lags for a moment, and the clock is read again.
  state.store += 20_000
  state.pass(50)
  time.hear(state.store - 4000, state.monotonic - 4000)
  equal(time.now(), state.store - 4000)
  equal(time.isFresh(10_000), false)
  await time.refresh(10_000)
  deepEqual([time.now(), time.isFresh(10_000)], [state.store, true])
})

test('it is read again if it was not heard for a while, once for all waiting callers', async () => {
  const { state, time } = place()
  await Promise.all([time.refresh(10_000), time.refresh(10_000)])
  equal(state.asked, 1)
  state.pass(9_999)
  equal(time.refresh(10_000), null)
  state.pass(1)
  state.store += 7
  await time.refresh(10_000)
  deepEqual([state.asked, time.now()], [2, state.store])
})

test('a machine that has just woken does not rely on what it heard before', async () => {
  const { state, time } = place()
  await time.refresh(0)
  for (const clock of ['store', 'wall', 'uptime'] as const) state[clock] += 2 * HOUR
  equal(time.isFresh(1000), false)
  await time.refresh(10_000)
  equal(time.now(), STORE + 2 * HOUR)
  deepEqual(state.jumps, [])
})

test('a store’s clock that jumps is reported, and followed once it has been stable', async () => {
  const { state, time } = place()
  await time.refresh(0)
  state.store += HOUR
  state.pass(10)
  await time.refresh(0)
  equal(time.now(), STORE + 10)
  const { source, state: now, offMs, since } = time.stats()
  deepEqual([source, now, offMs, since], ['database', 'distrusted', HOUR, STORE + 10])
  deepEqual(state.apart, [], 'it is not this process that is wrong')
  state.pass(300_000)
  await time.refresh(0)
  equal(time.now(), state.store)
  deepEqual([state.jumps, state.apart], [[HOUR, HOUR], [-HOUR]])
})

test('a process’s clock that differs from the store’s is reported once, and again when it has changed much', async () => {
  const { state, time } = place()
  state.wall += HOUR
  for (let turn = 0; turn < 3; turn++) {
    await time.refresh(0)
    state.pass(20_000)
  }
  deepEqual(state.apart, [HOUR])
  equal(time.now(), STORE + 60_000)
  equal(time.stats().aheadOfDatabaseMs, HOUR)
  const readAnew = async (aheadMs: number): Promise<void> => {
    state.wall = state.store + aheadMs
    await time.refresh(0)
  }
  await readAnew(HOUR + 5_000)
  deepEqual(state.apart, [HOUR])
  await readAnew(-HOUR)
  await readAnew(-5_000)
  await readAnew(0)
  deepEqual(state.apart, [HOUR, -HOUR])
  await readAnew(-HOUR)
  deepEqual(state.apart, [HOUR, -HOUR, -HOUR])
})

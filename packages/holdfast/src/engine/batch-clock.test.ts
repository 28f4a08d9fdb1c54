import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchClock } from './batch-clock.ts'

function clocks(): { wall: number; monotonic: number; jumps: number[]; clock: BatchClock } {
  const jumps: number[] = []
  const state = { wall: 1_000_000, monotonic: 5, jumps }
  const clock = new BatchClock(
    () => state.wall,
    () => state.monotonic,
    (jump) => jumps.push(jump),
  )
  return Object.assign(state, { clock })
}

test('small corrections of the wall clock are followed', () => {
  const state = clocks()
  state.wall += 60_000
  assert.equal(state.clock.now(), 1_060_000)
  state.wall -= 59_999
  assert.equal(state.clock.now(), 1_000_001)
  assert.deepEqual(state.jumps, [])
})

test('a jump of more than a minute is reported once, and not followed', () => {
  const state = clocks()
  state.wall += 3_600_000
  assert.equal(state.clock.now(), 1_000_000)
  state.wall += 10
  state.monotonic += 10
  assert.equal(state.clock.now(), 1_000_010)
  assert.deepEqual(state.jumps, [3_600_000])
})

test('a clock that comes back is believed again', () => {
  const state = clocks()
  state.wall -= 3_600_000
  state.clock.now()
  state.wall += 3_600_500
  assert.equal(state.clock.now(), 1_000_500)
  state.wall += 120_000
  state.clock.now()
  assert.equal(state.jumps.length, 2)
})

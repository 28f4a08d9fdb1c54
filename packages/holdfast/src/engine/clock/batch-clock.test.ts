import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { manualClock } from '../../testing/manual-clock.ts'
import { BatchClock, type BatchClockParts } from './batch-clock.ts'

const START = 1_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A batch clock on a manual one, and what it reported. */
function clocks(parts: Partial<BatchClockParts> = {}) {
  const set = manualClock(START)
  const told: string[] = []
  const clock = new BatchClock({
    wall: set.now,
    monotonic: set.monotonic,
    uptime: set.uptime,
    believeAfterMs: 5 * MINUTE,
    startAt: 0,
    onJump: (jumpMs, isBelieved) => told.push(`${jumpMs} ${isBelieved ? 'believed' : 'not'}`),
    ...parts,
  })
  return { set, told, clock }
}

describe('a step of up to a minute', () => {
  test('forward is followed at once', () => {
    const { set, told, clock } = clocks()
    set.set(START + MINUTE)
    equal(clock.now(), START + MINUTE)
    deepEqual(told, [])
  })

  test('back is not followed: time passes at half speed until the clock has caught up', () => {
    const { set, told, clock } = clocks()
    set.advance(MINUTE)
    equal(clock.now(), START + MINUTE)
    set.set(START + 2000)
    equal(clock.now(), START + MINUTE)
    deepEqual(clock.state(), { state: 'slowed', offMs: -58_000, since: START + MINUTE })
    set.advance(20_000)
    equal(clock.now(), START + 70_000)
    set.advance(96_000)
    equal(clock.now(), START + 118_000)
    set.advance(10)
    equal(clock.now(), START + 118_010)
    equal(clock.state().state, 'steady')
    deepEqual(told, [])
  })
})

describe('a jump of more than a minute', () => {
  test('is reported once, and not followed', () => {
    const { set, told, clock } = clocks()
    set.set(START + HOUR)
    equal(clock.now(), START)
    set.advance(10)
    equal(clock.now(), START + 10)
    deepEqual(told, [`${HOUR} not`])
    deepEqual(clock.state(), { state: 'distrusted', offMs: HOUR, since: START })
  })

  test('ends when the clock comes back, and is reported again when it jumps again', () => {
    const { set, told, clock } = clocks()
    set.set(START - HOUR)
    clock.now()
    set.set(START + 500)
    equal(clock.now(), START + 500)
    equal(clock.state().state, 'steady')
    set.set(START + 2 * HOUR)
    clock.now()
    equal(told.length, 2)
  })

  test('is believed once it has been stable for five minutes', () => {
    const { set, told, clock } = clocks()
    set.set(START + HOUR)
    clock.now()
    set.advance(5 * MINUTE - 1)
    equal(clock.now(), START + 5 * MINUTE - 1)
    set.advance(1)
    equal(clock.now(), START + HOUR + 5 * MINUTE)
    deepEqual(told, [`${HOUR} not`, `${HOUR} believed`])
    equal(clock.state().state, 'steady')
    set.advance(7)
    equal(clock.now(), START + HOUR + 5 * MINUTE + 7)
    equal(told.length, 2)
  })

  test('that keeps changing is not stable; one that is slewed is', () => {
    const { set, told, clock } = clocks()
    set.set(START + HOUR)
    clock.now()
    set.advance(4 * MINUTE)
    set.set(set.now() + 6000)
    clock.now()
    set.advance(4 * MINUTE)
    set.set(set.now() + 4000)
    equal(clock.now(), START + 8 * MINUTE)
    deepEqual(clock.state(), { state: 'distrusted', offMs: HOUR + 10_000, since: START })
    set.advance(MINUTE)
    equal(clock.now(), set.now())
    deepEqual(told, [`${HOUR} not`, `${HOUR + 10_000} believed`])
  })

  test('back, once believed, lets time pass at half speed: holds expire, and the trail never goes back', () => {
    const { set, clock } = clocks()
    equal(clock.now(), START)
    set.set(START - 40 * MINUTE)
    clock.now()
    set.advance(5 * MINUTE)
    equal(clock.now(), START + 5 * MINUTE)
    deepEqual(clock.state(), {
      state: 'slowed',
      offMs: -40 * MINUTE,
      since: START + 5 * MINUTE,
    })
    set.advance(30 * MINUTE)
    equal(clock.now(), START + 20 * MINUTE)
    set.advance(50 * MINUTE)
    equal(clock.now(), set.now())
    equal(clock.state().state, 'steady')
    set.advance(1)
    equal(clock.now(), set.now())
  })

  test('is believed immediately if the option says so', () => {
    const { set, told, clock } = clocks({ believeAfterMs: 0 })
    set.set(START + HOUR)
    equal(clock.now(), START + HOUR)
    deepEqual(told, [`${HOUR} believed`])
  })
})

describe('a machine that slept', () => {
  test('is believed immediately', () => {
    const { set, told, clock } = clocks()
    set.advance(10)
    clock.now()
    set.sleep(2 * HOUR)
    equal(clock.now(), START + 10 + 2 * HOUR)
    set.sleep(MINUTE / 2)
    set.advance(5)
    set.sleep(3 * HOUR)
    equal(clock.now(), set.now())
    deepEqual(told, [])
  })

  test('does not justify a jump beyond its sleep', () => {
    const { set, told, clock } = clocks()
    set.sleep(2 * HOUR)
    set.set(set.now() + 24 * HOUR)
    equal(clock.now(), START + 2 * HOUR)
    deepEqual(told, [`${24 * HOUR} not`])
  })

  test('does not justify a later jump as long as its many short sleeps', () => {
    const { set, told, clock } = clocks()
    for (let nap = 0; nap < 20; nap++) {
      set.sleep(MINUTE / 2)
      equal(clock.now(), set.now())
    }
    set.set(set.now() + 10 * MINUTE)
    equal(clock.now(), START + 10 * MINUTE)
    deepEqual(told, [`${10 * MINUTE} not`])
  })

  test('while its clock is distrusted continues by its sleep, and the jump stays stable', () => {
    const { set, told, clock } = clocks()
    set.set(START + HOUR)
    clock.now()
    set.advance(4 * MINUTE)
    set.sleep(8 * HOUR)
    equal(clock.now(), START + 4 * MINUTE + 8 * HOUR)
    set.advance(MINUTE)
    equal(clock.now(), set.now())
    deepEqual(told, [`${HOUR} not`, `${HOUR} believed`])
  })

  test('for an unknown time is distrusted for a while', () => {
    const { set, told, clock } = clocks({ uptime: null })
    set.sleep(HOUR)
    equal(clock.now(), START)
    set.advance(5 * MINUTE)
    equal(clock.now(), START + HOUR + 5 * MINUTE)
    equal(told.length, 2)
  })
})

test('with a trail ahead of the clock, time passes at half speed', () => {
  const { set, clock } = clocks({ startAt: START + 4 * MINUTE })
  equal(clock.now(), START + 4 * MINUTE)
  set.advance(4 * MINUTE)
  equal(clock.now(), START + 6 * MINUTE)
  equal(clock.state().offMs, -2 * MINUTE)
  set.advance(4 * MINUTE)
  equal(clock.now(), set.now())
})

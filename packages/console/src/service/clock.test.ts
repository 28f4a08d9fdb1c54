import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from 'holdfast/testing'
import { ServiceClock } from './clock.ts'

/** A service whose clock is `aheadMs` ahead, heard with random delays in both directions. */
function hearing(clock: ServiceClock, aheadMs: number, answers: number, seed: number): number {
  const draw = dice(seed)
  let quickestMs = Infinity
  for (let i = 0; i < answers; i++) {
    const receivedAt = Date.now()
    const thereMs = draw.below(400)
    const backMs = 1 + draw.below(400)
    quickestMs = Math.min(quickestMs, backMs)
    clock.heard(receivedAt - backMs + aheadMs, receivedAt - backMs - thereMs, receivedAt)
  }
  return quickestMs
}

const differenceMs = (clock: ServiceClock, aheadMs: number): number =>
  clock.now() - (Date.now() + aheadMs)

test('it is never ahead of the service, and behind by at most the delay of the quickest answer', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  for (let seed = 1; seed <= 50; seed++) {
    const clock = new ServiceClock()
    const quickestMs = hearing(clock, 7_000, 1 + (seed % 9), seed)
    ok(differenceMs(clock, 7_000) <= 0)
    ok(differenceMs(clock, 7_000) >= -quickestMs)
  }
})

test('it follows clocks that are set, and clocks that drift', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  const clock = new ServiceClock()
  for (const aheadMs of [0, 60_000, -60_000, -60_500, 3_000]) {
    const quickestMs = hearing(clock, aheadMs, 20, aheadMs + 100_000)
    ok(Math.abs(differenceMs(clock, aheadMs)) <= quickestMs, `at ${aheadMs}`)
  }
})

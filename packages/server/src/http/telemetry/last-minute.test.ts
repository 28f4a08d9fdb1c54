import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { LastMinute } from './last-minute.ts'

const START_S = 1_700_000_000

test('each of the last sixty whole seconds has its own events, whatever the clock does', () => {
  const minute = new LastMinute(START_S * 1000)
  const counts = new Map<number, number>()
  let newest = START_S
  const addAt = (second: number, events: number): void => {
    newest = Math.max(newest, second)
    counts.set(newest, (counts.get(newest) ?? 0) + events)
    for (let event = 0; event < events; event++) minute.add(second * 1000 + 999)
    const last = Array.from({ length: 60 }, (_, index) => counts.get(newest - 60 + index) ?? 0)
    deepEqual(minute.perSecond(second * 1000), last)
  }
  for (let second = 0; second < 200; second++) addAt(START_S + second, second % 7)
  // Gaps, up to those that leave nothing; and a clock that is set back.
  for (const by of [1, 59, 60, 61, 62, 1000, -30, 1, 40]) addAt(newest + by, 3)
})

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { backOffMs } from './back-off.ts'

const PLAIN = { firstMs: 100, longestMs: 2000 }

test('a wait doubles with each failure, up to the longest', () => {
  const waits = [1, 2, 3, 5, 6, 5000].map((failures) => backOffMs(PLAIN, failures))
  deepEqual(waits, [100, 200, 400, 1600, 2000, 2000])
})

test('chance moves it within its spread', () => {
  const varied = { ...PLAIN, spread: [0.75, 1.25] } as const
  deepEqual(
    [0, 0.5, 1].map((chance) => backOffMs(varied, 50, chance)),
    [1500, 2000, 2500],
  )
})

test('it is at least what the other side asks for, up to a bound', () => {
  const patient = { ...PLAIN, longestAskedMs: 60_000 }
  const waits = [0, 50, 7000, 86_400_000].map((askedMs) => backOffMs(patient, 1, 1, askedMs))
  deepEqual(waits, [100, 100, 7000, 60_000])
  equal(backOffMs(PLAIN, 1, 1, 7000), 100)
})

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram } from './histogram.ts'

test('a value counts for the first step that is not below it, above the last for none', () => {
  const tally = new Histogram([1, 10])
  for (const value of [0.5, 1, 1.5, 10, 11]) tally.add(value)
  const before = tally.read()
  tally.add(100)
  deepEqual(before, { steps: [1, 10], counts: [2, 2], sum: 24, count: 5 })
})

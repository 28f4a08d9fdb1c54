import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Buckets } from './bucket.ts'

function buckets(perSecond: number, burst: number) {
  let now = 0
  return { of: new Buckets(perSecond, burst, () => now), pass: (ms: number) => void (now += ms) }
}

test('after its burst a key has its rate, in seconds, and never more than the burst', () => {
  const { of, pass } = buckets(2, 5)
  deepEqual(
    Array.from({ length: 6 }, () => of.take('a')),
    [0, 0, 0, 0, 0, 0.5],
  )
  equal(of.take('b'), 0, 'another key has its own')
  pass(250)
  equal(of.take('a'), 0.25)
  pass(250)
  deepEqual([of.take('a'), of.take('a')], [0, 0.5])
  pass(60_000)
  equal(of.left('a'), 5)
})

test('a debt is paid before anything passes', () => {
  const { of, pass } = buckets(10, 10)
  of.owe('a', 40)
  deepEqual([of.left('a'), of.wait('a')], [0, 3.1])
  pass(3099)
  equal(of.take('a') > 0, true)
  pass(1)
  equal(of.take('a'), 0)
})

test('of ten thousand keys those that are full are forgotten, and no debt is', () => {
  const { of, pass } = buckets(1, 1)
  of.owe('debtor', 1000)
  for (let key = 1; key < 10_000; key++) of.take(`key ${key}`)
  pass(1000)
  equal(of.take('one more'), 0)
  equal(of.wait('debtor'), 999)
})

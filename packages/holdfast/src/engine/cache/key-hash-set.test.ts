import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { KeyHashSet } from './key-hash-set.ts'

const keysFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `shop\n019ab${first + index}`)

test('added keys are known, others are not', () => {
  const keys = new KeyHashSet(100_000)
  const [added, others] = [keysFrom(0, 50_000), keysFrom(50_000, 50_000)]
  for (const key of added) {
    equal(keys.has(key), false)
    keys.add(key)
  }
  ok(added.every((key) => keys.has(key)))
  ok(!others.some((key) => keys.has(key)))
})

test('a key is forgotten after two rotations, and only a full set rotates', () => {
  const keys = new KeyHashSet(3)
  keys.add('a')
  equal(keys.rotate(), false)
  for (const key of ['b', 'c']) keys.add(key)
  equal(keys.rotate(), true)
  equal(keys.has('a'), true)
  for (const key of ['d', 'e', 'f', 'b']) keys.add(key)
  equal(keys.rotate(), true)
  equal(keys.has('a'), false)
  equal(keys.has('b'), true, 'it was added again')
  equal(keys.has('f'), true)
})

test('a key added twice counts once', () => {
  const keys = new KeyHashSet(2)
  for (const key of ['a', 'a', 'a']) keys.add(key)
  equal(keys.rotate(), false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TwoGenerationCache } from './two-generation-cache.ts'

test('what is used stays, the rest goes after two rotations, and nothing goes in between', () => {
  const cache = new TwoGenerationCache<number>(2)
  for (const key of ['a', 'b', 'c']) cache.set(key, 1)
  assert.equal(cache.get('a'), 1)
  cache.rotate()
  assert.equal(cache.get('a'), 1, 'it moved to the young generation')
  cache.set('d', null)
  cache.rotate()
  assert.equal(cache.get('b'), undefined)
  assert.equal(cache.get('a'), 1)
  assert.equal(cache.get('d'), null, 'known to be absent')
})

test('it holds at most two generations', () => {
  const cache = new TwoGenerationCache<number>(100)
  for (let key = 0; key < 10_000; key++) {
    cache.set(String(key), key)
    cache.rotate()
  }
  assert.ok([...cache].length <= 200)
})

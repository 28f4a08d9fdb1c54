import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredKey } from '../store/store.ts'
import { KnownKeys } from './known-keys.ts'

const stored = (key: string): StoredKey => ({ key, fingerprint: 'f', answer: '{}', at: 0 })

test('a key behind its scope’s frontier is new; one before it has to be looked for', () => {
  const keys = new KnownKeys(10)
  equal(keys.get('a\nk5'), undefined)
  keys.setFrontier('a\n', 'a\nk5')
  equal(keys.get('a\nk6'), null)
  equal(keys.get('a\nk5'), undefined)
  equal(keys.get('a\nk4'), undefined)
  equal(keys.get('b\nk6'), undefined)
  keys.use('a\nk6')
  equal(keys.get('a\nk6'), undefined)
  keys.found('a\nk6', stored('a\nk6'))
  deepEqual(keys.get('a\nk6'), stored('a\nk6'))
  equal(keys.get('a\nk55'), null)
})

test('where a scope has no key yet, every key is new', () => {
  const keys = new KnownKeys(10)
  keys.setFrontier('a\n', null)
  equal(keys.get('a\n!'), null)
  equal(keys.get('ab\n!'), undefined)
})

test('a key that was looked for in vain is new until it is used', () => {
  const keys = new KnownKeys(10)
  keys.found('a\nk1', null)
  equal(keys.get('a\nk1'), null)
  keys.use('a\nk1')
  keys.answered(stored('a\nk1'))
  deepEqual(keys.get('a\nk1'), stored('a\nk1'))
})

test('what is forgotten lies before the frontier', () => {
  const keys = new KnownKeys(2)
  keys.setFrontier('a\n', null)
  for (const key of ['a\n3', 'a\n9', 'a\n4', 'a\n5', 'a\n6', 'a\n7']) {
    keys.use(key)
    keys.rotate()
  }
  equal(keys.get('a\n9'), undefined)
  equal(keys.get('a\n3'), undefined)
  equal(keys.get('a\n91'), null)
})

test('order by UTF-8 is not taken for granted', () => {
  const keys = new KnownKeys(10)
  keys.setFrontier('a\n', 'a\n\u{1f9e6}')
  equal(keys.get('a\n\uffee'), undefined)
})

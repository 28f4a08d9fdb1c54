import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { scopeOf } from '../../store/key-scope.ts'
import type { StoredKey } from '../../store/store.ts'
import { dice } from '../../testing/dice.ts'
import { KeyIndex } from './key-index.ts'

const stored = (key: string): StoredKey => ({ key, fingerprint: 'f', answer: '{}', at: 0 })

test('a key after its scope’s frontier is new; one before it must be looked up', () => {
  const keys = new KeyIndex(10)
  equal(keys.get('a\nk5'), undefined)
  keys.setFrontier('a\n', 'a\nk5')
  equal(keys.get('a\nk6'), null)
  equal(keys.get('a\nk5'), undefined)
  equal(keys.get('a\nk4'), undefined)
  equal(keys.get('b\nk6'), undefined)
  keys.use(stored('a\nk6'))
  equal(keys.get('a\nk6'), undefined)
  keys.found('a\nk6', stored('a\nk6'))
  deepEqual(keys.get('a\nk6'), stored('a\nk6'))
  equal(keys.get('a\nk55'), null)
})

test('in a scope without keys, every key is new', () => {
  const keys = new KeyIndex(10)
  keys.setFrontier('a\n', null)
  equal(keys.get('a\n!'), null)
  equal(keys.get('ab\n!'), undefined)
})

test('a key that was looked up and not found is new until it is used', () => {
  const keys = new KeyIndex(10)
  keys.found('a\nk1', null)
  equal(keys.get('a\nk1'), null)
  keys.use(stored('a\nk1'))
  deepEqual(keys.get('a\nk1'), stored('a\nk1'))
})

test('forgotten keys lie before the frontier', () => {
  const keys = new KeyIndex(2)
  keys.setFrontier('a\n', null)
  for (const key of ['a\n3', 'a\n9', 'a\n4', 'a\n5', 'a\n6', 'a\n7']) {
    keys.use(stored(key))
    keys.rotate()
  }
  equal(keys.get('a\n9'), undefined)
  equal(keys.get('a\n3'), undefined)
  equal(keys.get('a\n91'), null)
})

test('the scope asked for last is forgotten with the others', () => {
  const keys = new KeyIndex(2)
  for (let scope = 0; scope < 10_000; scope++) keys.setFrontier(`${scope}\n`, null)
  keys.setFrontier('a\n', null)
  equal(keys.get('a\n1'), null)
  keys.rotate()
  for (const key of ['a\n1', 'a\n2', 'a\n3', 'a\n4', 'a\n5', 'a\n6']) {
    keys.use(stored(key))
    keys.rotate()
  }
  // It was used and then forgotten: it must be looked up.
  equal(keys.get('a\n1'), undefined)
})

test('stores order by UTF-8, strings by UTF-16', () => {
  const keys = new KeyIndex(10)
  keys.setFrontier('a\n', 'a\n\u{1f9e6}')
  equal(keys.get('a\n\uffee'), undefined)
})

/** A store of keys, asked as a batch of the engine would ask. */
class Play {
  readonly keys = new KeyIndex(8)
  readonly #stored = new Map<string, StoredKey>()
  readonly #ofScopes = new Map<string, string[]>()

  /** A stored key is found; any other is new. */
  ask(key: string): StoredKey | null {
    let known = this.keys.get(key)
    if (known === undefined) {
      this.#load(key)
      known = this.keys.get(key)
    }
    const inStore = this.#stored.get(key) ?? null
    deepEqual(known, inStore, JSON.stringify(key))
    return inStore
  }

  store(answer: StoredKey): void {
    const { key } = answer
    this.keys.use(answer)
    this.#stored.set(key, answer)
    const ofScope = this.#ofScopes.get(scopeOf(key)) ?? []
    this.#ofScopes.set(scopeOf(key), [...ofScope, key])
  }

  #load(key: string): void {
    const scope = scopeOf(key)
    const isAsked = !this.keys.hasFrontier(scope)
    this.keys.found(key, this.#stored.get(key) ?? null)
    if (isAsked) this.keys.setFrontier(scope, lastByBytes(this.#ofScopes.get(scope) ?? []))
  }
}

function lastByBytes(keys: readonly string[]): string | null {
  const order = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
  return keys.toSorted(order).at(-1) ?? null
}

test('whatever the order and the scope, no stored key is ever taken for a new one', () => {
  const draw = dice(20_261_126)
  const endings = ['', '!', '0', '5', '9', 'k', '~', 'é', '\uffee', '\u{1f9e6}']
  const play = new Play()
  let scopes = 0
  for (let batch = 1000; batch < 16_000; batch++) {
    const own = new Set<string>()
    for (let commands = draw.below(6); commands > 0; commands--) {
      // More scopes than are kept, with a few of them in constant use.
      const scope = draw.chance(60) ? draw.pick(['', 'a', 'ab', 'é']) : String(scopes++ % 12_000)
      const time = draw.chance(80) ? batch - draw.below(6) : 1000 + draw.below(batch - 999)
      // One scope has keys out of chronological order.
      const key = `${scope}\n${scope === 'ab' ? '' : time}${draw.pick(endings)}`
      if (own.has(key)) continue
      const isNew = play.ask(key) === null
      // Or it had expired, or its list of commands was rolled back.
      if ((isNew || draw.chance(10)) && draw.chance(90)) own.add(key)
    }
    for (const key of own) play.store({ ...stored(key), at: batch })
    play.keys.rotate()
  }
  ok(scopes > 12_000)
})

import { equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalCommand, fingerprintOf } from './fingerprint.ts'

const reversed = (fields: object): object => Object.fromEntries(Object.entries(fields).reverse())

const HOLD = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 2, ttlMs: 60_000 }
const LABEL = { b: '1', a: '2', '10': '3', '9': '4' }
const WHOLE = { ...HOLD, owner: 'ann', actor: 'shop', idempotencyKey: 'k-1', metadata: LABEL }

test('equal commands have equal fingerprints, whatever the order of their fields', () => {
  const other = reversed({ ...WHOLE, metadata: reversed(LABEL) })
  equal(fingerprintOf(other), fingerprintOf(WHOLE))
  equal(fingerprintOf({ ...HOLD, owner: undefined }), fingerprintOf(HOLD))
  const list = { commands: [WHOLE, HOLD], idempotencyKey: 'k-2' }
  equal(
    fingerprintOf(reversed({ ...list, commands: [other, reversed(HOLD)] })),
    fingerprintOf(list),
  )
  match(fingerprintOf(HOLD), /^[\w-]{22}$/)
})

test('every field counts, and so does where it belongs', () => {
  const own = JSON.parse('{"__proto__":"1"}') as object
  const commands = [
    HOLD,
    WHOLE,
    ...Object.keys(WHOLE).map((name) => ({ ...WHOLE, [name]: 'other' })),
    { ...HOLD, owner: 'ann' },
    { ...HOLD, actor: 'ann' },
    { ...HOLD, metadata: { a: 'b', c: '' } },
    { ...HOLD, metadata: { a: '', b: 'c' } },
    { ...HOLD, metadata: { 'a","b': 'c' } },
    { ...HOLD, metadata: own },
    { ...HOLD, metadata: {} },
    { commands: [HOLD] },
    { commands: [HOLD, HOLD] },
    { commands: [{ ...HOLD, qty: 1 }, HOLD] },
    { verb: 'atomically', commands: [HOLD] },
  ].filter((command) => !('verb' in command && command.verb === 'other'))
  for (const [index, one] of commands.entries()) {
    for (const another of commands.slice(index + 1))
      notEqual(canonicalCommand(one), canonicalCommand(another))
  }
})

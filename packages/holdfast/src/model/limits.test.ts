import { doesNotThrow, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkMetadata, checkQty, checkText, checkTtl, LIMITS } from './limits.ts'
import { InvalidInputError, InvalidQtyError } from './errors.ts'

const refused = (what: RegExp) => (error: unknown) =>
  error instanceof InvalidInputError && what.test(error.message)

describe('text', () => {
  test('has 1 to the given number of code points', () => {
    doesNotThrow(() => checkText('a', 'name', 3))
    doesNotThrow(() => checkText('abc', 'name', 3))
    throws(() => checkText('', 'name', 3), refused(/empty/))
    throws(() => checkText('abcd', 'name', 3), refused(/at most 3/))
    doesNotThrow(() => checkText('🧦🧦🧦', 'name', 3))
    throws(() => checkText('🧦🧦🧦🧦', 'name', 3), refused(/at most 3/))
    throws(() => checkText('🧦'.repeat(1e6), 'name', 3), refused(/at most 3/))
  })

  test('is a string, and nothing that converts to one', () => {
    for (const value of [1, null, undefined, true, ['a'], { toString: () => 'a' }, Object('a')])
      throws(() => checkText(value, 'name', 9), refused(/must be a string/))
  })

  test('has no control characters, including the C1 ones and DEL', () => {
    const controls = [0x00, 0x08, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9f]
    for (const code of controls)
      throws(() => checkText(`a${String.fromCharCode(code)}b`, 'name', 9), refused(/control/))
    throws(() => checkText('caf\ufffd', 'name', 9), refused(/U\+FFFD/))
    for (const code of [0x20, 0x7e, 0xa0, 0xad, 0x2028, 0xfeff, 0xfffc, 0xffff])
      doesNotThrow(() => checkText(`a${String.fromCharCode(code)}b`, 'name', 9))
  })

  test('is well-formed: ids that differ in lone surrogates would collide in a database', () => {
    for (const value of [
      '\ud800',
      '\udc00',
      'a\ud83d',
      '\ude00a',
      '\ude00\ud83d',
      '\ud83d\ud83d\ude00',
    ])
      throws(() => checkText(value, 'name', 9), refused(/well-formed/))
    doesNotThrow(() => checkText('😀', 'name', 9))
  })

  test('names the wrong field', () => {
    throws(() => checkText('', 'owner', 3), { details: { field: 'owner' } })
  })
})

describe('a quantity', () => {
  test('is a whole number from 1 to 1e12', () => {
    for (const qty of [1, 2, 1e12]) doesNotThrow(() => checkQty(qty, 'qty'))
    const wrong = [
      0,
      -0,
      -1,
      0.5,
      1.5,
      1e12 + 1,
      2 ** 53,
      NaN,
      Infinity,
      '1',
      1n,
      null,
      undefined,
      [1],
    ]
    for (const qty of wrong)
      throws(
        () => checkQty(qty, 'qty'),
        (error) => error instanceof InvalidQtyError && error.details['field'] === 'qty',
      )
  })

  test('may be 0 where something is counted', () => {
    doesNotThrow(() => checkQty(0, 'onHand', 0))
    throws(() => checkQty(-1, 'onHand', 0), InvalidQtyError)
  })
})

test('a time to live is a whole number of milliseconds, 1 to 366 days', () => {
  equal(LIMITS.ttlMs, 366 * 24 * 60 * 60 * 1000)
  for (const ttl of [1, 60_000, LIMITS.ttlMs]) doesNotThrow(() => checkTtl(ttl, 'ttlMs'))
  for (const ttl of [0, -1, 1.5, LIMITS.ttlMs + 1, NaN, Infinity, '1000', null])
    throws(() => checkTtl(ttl, 'ttlMs'), refused(/milliseconds/))
})

describe('metadata', () => {
  const metadata = (value: unknown) => () => checkMetadata(value, 'metadata')
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))

  test('has at most 50 keys of 40 characters, with values of 500', () => {
    doesNotThrow(metadata({}))
    doesNotThrow(metadata(keys(50)))
    throws(metadata(keys(51)), refused(/at most 50 keys/))
    doesNotThrow(metadata({ ['k'.repeat(40)]: 'v'.repeat(500) }))
    throws(metadata({ ['k'.repeat(41)]: 'v' }), refused(/at most 40/))
    throws(metadata({ k: 'v'.repeat(501) }), refused(/at most 500/))
  })

  test('has text values: empty ones are fine, empty keys and poisonous ones are not', () => {
    doesNotThrow(metadata({ k: '' }))
    throws(metadata({ '': 'v' }), refused(/empty/))
    for (const value of [1, null, undefined, { nested: 'v' }, 'a\u0000b', '\ud800'])
      throws(metadata({ k: value }), InvalidInputError)
    throws(metadata({ 'k\u0000': 'v' }), refused(/control/))
    throws(metadata({ 'k\ud800': 'v' }), refused(/well-formed/))
  })

  test('must not use the engine’s own keys', () => {
    const own = ['source', 'reason', 'because', 'reservationId', 'toWarehouse', 'fromWarehouse']
    for (const key of [...own, 'expiresAt', 'expiredAt', 'owner'])
      throws(metadata({ [key]: 'x' }), refused(/engine writes itself/))
    doesNotThrow(metadata({ Source: 'x', order: 'x' }))
  })

  test('is a plain object: a Map or a list would be lost silently', () => {
    for (const value of ['text', 1, null, [], ['a'], new Map([['k', 'v']]), new Date(0)])
      throws(metadata(value), refused(/must be/))
    doesNotThrow(metadata(Object.assign(Object.create(null) as object, { k: 'v' })))
  })

  test('keeps a key named __proto__ as data', () => {
    doesNotThrow(metadata(JSON.parse('{"__proto__":"v"}')))
    throws(metadata(JSON.parse('{"__proto__":1}')), InvalidInputError)
  })
})

import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { made, madeOf, type MadeName } from './also.ts'

describe('a value that the command makes', () => {
  test('says what it was asked for', () => {
    const asked = { name: 'reservationId', result: null, leg: null }
    deepEqual(madeOf(made('reservationId')), asked)
    deepEqual(madeOf(made('reservationId', { leg: 1 })), { ...asked, leg: 1 })
    deepEqual(madeOf(made('seq', { result: 0 })), { name: 'seq', result: 0, leg: null })
    deepEqual(madeOf(made('at', { result: 2, leg: 3 })), { name: 'at', result: 2, leg: 3 })
    deepEqual(madeOf(made('expiresAt', { result: undefined })), { ...asked, name: 'expiresAt' })
  })

  test('cannot be changed', () => {
    const value = made('transferId')
    ok(Object.isFrozen(value) && Object.isFrozen(madeOf(value)))
  })

  test('is recognized by its symbol, never by its shape', () => {
    const asked = { name: 'seq', result: null, leg: null }
    for (const other of [asked, { 'holdfast.made': asked }, 'seq', undefined, null, 7, [asked]])
      equal(madeOf(other), null)
    // As made by another copy of the library in the same program.
    equal(madeOf({ [Symbol.for('holdfast.made')]: asked }), asked)
  })

  test('is refused where it would turn into data', () => {
    const value = made('reservationId')
    const early = {
      name: 'TypeError',
      message: /^made\('reservationId'\) has no value before its command is committed: use it /,
    }
    throws(() => JSON.stringify({ order: [value] }), early)
    throws(() => `hold ${value as unknown as string}`, early)
    throws(() => String(value as unknown), early)
    throws(() => Number(value), early)
    throws(() => 'hold ' + (value as unknown as string), early)
  })

  test('has a name that commands make', () => {
    for (const name of ['id', 'toString', '', undefined, null, 7, ['seq']])
      throws(() => made(name as MadeName), {
        name: 'TypeError',
        message: /^made: the name must be one of reservationId, transferId, seq, at, expiresAt;/,
      })
  })

  test('has indexes from 0', () => {
    for (const index of [-1, 0.5, NaN, Infinity, '0', null, 2 ** 53])
      for (const field of ['result', 'leg'])
        throws(() => made('seq', { [field]: index }), {
          name: 'TypeError',
          message: new RegExp(`^made: ${field} must be a whole number from 0; it is `),
        })
    throws(() => made('seq', { results: 0 } as never), /^TypeError: made: "results" is neither/)
    for (const second of [null, 0, 'leg', [0]])
      throws(
        () => made('seq', second as never),
        /^TypeError: made: the second argument must be like/,
      )
  })
})

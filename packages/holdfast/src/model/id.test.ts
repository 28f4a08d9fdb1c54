import { doesNotThrow, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidInputError } from './errors.ts'
import { checkId, checkPrefix, shownId } from './id.ts'

const refused = (what: RegExp) => (error: unknown) =>
  error instanceof InvalidInputError && what.test(error.message)

describe('an id', () => {
  test('has 1 to 128 characters, and may be a word of the language', () => {
    for (const id of ['a', 'x'.repeat(128), '__proto__', 'constructor', 'toString', '🧦', '0'])
      doesNotThrow(() => checkId(id, 'productId'))
    throws(() => checkId('x'.repeat(129), 'productId'), refused(/at most 128/))
    throws(() => checkId('', 'productId'), refused(/empty/))
    throws(() => checkId(7, 'productId'), refused(/must be a string/))
    for (const id of ['a\u0000', '\u007f', 'a\u009fb', 'a\tb'])
      throws(() => checkId(id, 'productId'), refused(/control/))
  })

  test('may be in any script, in normal form C', () => {
    const sound = [
      'A B',
      'a  b',
      'TASSE-GRÜN',
      '\u00e9',
      'हिन्दी',
      'ไทย',
      'ｶﾌﾟ',
      'کتاب',
      '京',
      '\uffff',
      '%_',
      `'";--`,
    ]
    for (const id of sound) doesNotThrow(() => checkId(id, 'productId'))
    for (const id of ['e\u0301', '\u212b', '\u1100\u1161', 'A\u0340'])
      throws(
        () => checkId(id, 'productId'),
        refused(/^productId is not in normal form C \(NFC\): "/),
      )
    throws(() => checkId('e\u0301', 'productId'), refused(/"e\\u0301"/))
  })

  test('neither starts nor ends with a space', () => {
    for (const id of [' ', ' CUP', ' é'])
      throws(() => checkId(id, 'warehouseId'), refused(/^warehouseId starts with a space: " /))
    for (const id of ['CUP ', 'é '])
      throws(() => checkId(id, 'warehouseId'), refused(/^warehouseId ends with a space: ".* "$/))
  })

  test('contains nothing invisible, and the refusal shows it', () => {
    const unseen = [0xa0, 0xad, 0x34f, 0x61c, 0x180e, 0x1680, 0x2003, 0x200b, 0x200d, 0x200e]
    unseen.push(
      0x2028,
      0x2029,
      0x202e,
      0x202f,
      0x2060,
      0x2066,
      0x2800,
      0x3000,
      0x3164,
      0xfe0f,
      0xfeff,
    )
    unseen.push(0xffa0, 0xe0001, 0xe0100)
    for (const code of unseen) {
      const character = String.fromCodePoint(code)
      const name = `U\\+${code.toString(16).toUpperCase().padStart(4, '0')}\\b`
      for (const id of [`CUP${character}`, `${character}CUP`, `C${character}P`, character])
        throws(() => checkId(id, 'productId'), refused(new RegExp(name)), name)
    }
    throws(
      () => checkId('CUP\u200b', 'productId'),
      refused(
        /^productId contains U\+200B \(zero width space\), which is invisible: "CUP\\u200b"$/,
      ),
    )
    throws(
      () => checkId('C\u{e0100}P', 'productId'),
      refused(/^productId contains U\+E0100, which is invisible: "C\\udb40\\udd00P"$/),
    )
  })
})

test('a prefix is the beginning of an id, and may end in a space', () => {
  for (const prefix of ['A', 'A ', 'TASSE ', 'é '])
    doesNotThrow(() => checkPrefix(prefix, 'prefix'))
  throws(() => checkPrefix(' ', 'prefix'), refused(/starts with a space/))
  throws(() => checkPrefix(' A', 'prefix'), refused(/starts with a space/))
  throws(() => checkPrefix('A\u200b', 'prefix'), refused(/U\+200B/))
  throws(() => checkPrefix('e\u0301', 'prefix'), refused(/normal form C/))
  throws(() => checkPrefix('', 'prefix'), refused(/empty/))
  throws(() => checkPrefix('x'.repeat(129), 'prefix'), refused(/at most 128/))
})

test('an id is shown in quotes if it could be mistaken for something else', () => {
  for (const id of ['SF', '__proto__', 'TASSE-GRÜN', 'हिन्दी', '京', '🧦', `'a'`, '\\', '%_'])
    equal(shownId(id), id)
  equal(shownId('MUG BLUE'), '"MUG BLUE"')
  equal(shownId('SF '), '"SF "')
  equal(shownId('京 都'), '"京 都"')
  equal(shownId(''), '""')
  equal(shownId('say "hi"'), String.raw`"say \"hi\""`)
  equal(shownId('"'), String.raw`"\""`)
  equal(shownId('CUP\u200b'), String.raw`"CUP\u200b"`)
  equal(shownId('CUP\ufe0f'), String.raw`"CUP\ufe0f"`)
  equal(shownId('a\u202eb'), String.raw`"a\u202eb"`)
  equal(shownId('\u0301a'), '"\u0301a"')
  equal(shownId('\uffff'), String.raw`"\uffff"`)
  equal(shownId('\ue000'), String.raw`"\ue000"`)
  equal(shownId('\u0000\u009b\ud800'), String.raw`"\u0000\u009b\ud800"`)
})

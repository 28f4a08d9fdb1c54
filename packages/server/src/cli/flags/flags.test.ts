import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { duration } from './duration.ts'
import { holder } from './holder.ts'
import { moment } from './moment.ts'
import { reference } from './reference.ts'
import { textPairs, unitOrNonePairs, unitPairs } from './pairs.ts'
import { pointInTime } from './point-in-time.ts'
import { namedWarehouses } from './warehouse.ts'
import { wholeNumber } from './whole-number.ts'

function refuses(parse: (text: string) => unknown, ...texts: string[]): void {
  for (const text of texts) assert.throws(() => parse(text), { code: 'commander.invalidArgument' })
}

describe('the flags', () => {
  it('wholeNumber takes digits alone', () => {
    assert.deepEqual(['0', '007', '-5'].map(wholeNumber), [0, 7, -5])
    refuses(wholeNumber, '5x', '0x10', '1e3', ' 5 ', '', '1.0', '+5', '٥', '9007199254740993')
  })

  it('duration takes milliseconds or a unit', () => {
    const texts = ['1500', '250ms', '30s', '15m', '2h', '7d']
    assert.deepEqual(texts.map(duration), [1500, 250, 30_000, 900_000, 7_200_000, 604_800_000])
    refuses(duration, '15 m', '1.5h', '-1', '15M', 'm', '', '99999999999999d')
  })

  it('pointInTime takes milliseconds, or ISO 8601 with its zone', () => {
    assert.equal(pointInTime('1000'), 1000)
    assert.equal(pointInTime('2026-11-23T09:30:00+02:00'), Date.UTC(2026, 10, 23, 7, 30))
    refuses(
      pointInTime,
      '2026-11-23',
      '2026-11-23T09:30:00',
      '23.11.2026',
      '2026-13-01',
      'now',
      '-1',
    )
    // A day that there is not, and a year that is a slip of the keyboard.
    refuses(pointInTime, '2026-02-30T00:00:00Z', '253402300800000')
    // A day and seconds since the epoch, which as milliseconds would lie in 1970.
    refuses(pointInTime, '20261123', '1795435119')
  })

  it('moment takes a seq, or a time as everywhere', () => {
    assert.deepEqual(moment('0'), { seq: 0 })
    assert.deepEqual(moment('1234'), { seq: 1234 })
    assert.deepEqual(moment('1795435119909'), { time: 1_795_435_119_909 })
    assert.deepEqual(moment('2026-11-23T09:30:00Z'), { time: Date.UTC(2026, 10, 23, 9, 30) })
    refuses(moment, '', '-1', '1.5', '2026-11-23', 'now', '9007199254740993')
  })

  it('a reference is its type, a colon, and its id', () => {
    assert.deepEqual(reference('order:47:11'), { type: 'order', id: '47:11' })
    refuses(reference, '', 'order', ':4711', 'order:')
  })

  it('whose holds is owner or group, a colon, and its name', () => {
    assert.deepEqual(holder('owner:cart:7'), { owner: 'cart:7' })
    assert.deepEqual(holder('group:order-1'), { group: 'order-1' })
    refuses(holder, '', 'owner', 'owner:', ':cart-7', 'cart:7', 'Owner:cart-7')
  })

  it('pairs are split where their keys end, and given once', () => {
    assert.deepEqual(textPairs('a=b=c', { x: 'y' }), { x: 'y', a: 'b=c' })
    assert.deepEqual(unitPairs('a=b=3'), { 'a=b': 3 })
    assert.ok(Object.hasOwn(textPairs('__proto__=x'), '__proto__'))
    refuses(textPairs, 'a', '=b')
    refuses(unitPairs, 'a=3x', '=3', 'a=none')
    assert.deepEqual(unitOrNonePairs('a=b=none', { c: 3 }), { c: 3, 'a=b': null })
    refuses(unitOrNonePairs, 'a=no', '=none', 'none')
    refuses((text) => textPairs(text, { a: '1' }), 'a=2')
  })

  it('a warehouse is its id, a colon, and its name', () => {
    const both = namedWarehouses('NYC:New York: East', namedWarehouses('SF:San Francisco'))
    assert.deepEqual([...both.values()], ['San Francisco', 'New York: East'])
    refuses(namedWarehouses, 'SF', ':x', 'SF:')
    refuses((text) => namedWarehouses(text, both), 'SF:again')
  })
})

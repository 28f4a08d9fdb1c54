import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { HoldWindow } from './hold-window.ts'
import { expired, newHold, type Reservation } from './reservation.ts'

const MADE = { warehouseId: 'SF', productId: 'SOCK', qty: 1, owner: null, createdAt: 0 }
const hold = (expiresAt: number, id: string): Reservation => newHold({ ...MADE, id, expiresAt })
const ids = (window: Iterable<Reservation>) => Array.from(window, ({ id }) => id)
const byExpiry = (a: Reservation, b: Reservation) =>
  a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1)

describe('the holds of a level', () => {
  test('are ordered by (expiresAt, id), whatever the order in which they were added', () => {
    const window = new HoldWindow([hold(3, 'a'), hold(1, 'c'), hold(1, 'b'), hold(2, 'z')])
    deepEqual(ids(window), ['b', 'c', 'z', 'a'])
    equal(window.size, 4)
  })

  test('are found by expiry and id when removed; removing an absent one is not an error', () => {
    const window = new HoldWindow([hold(1, 'a'), hold(1, 'b')])
    window.remove(hold(2, 'a'))
    window.remove(hold(1, 'c'))
    window.remove(expired(hold(1, 'a')))
    deepEqual([ids(window), window.size], [['b'], 1])
    window.remove(hold(1, 'b'))
    window.remove(hold(1, 'b'))
    deepEqual([ids(window), window.size], [[], 0])
    window.add(hold(5, 'd'))
    deepEqual(ids(window), ['d'])
  })

  test('after the end are left out, even if they expire together with others', () => {
    const end = { expiresAt: 11, id: 'b' }
    const window = new HoldWindow([hold(10, 'z'), hold(11, 'a'), hold(11, 'b')], end)
    window.add(hold(12, 'a'))
    window.add(hold(10, 'd'))
    deepEqual([ids(window), window.end], [['d', 'z', 'a'], end])
    deepEqual([window.covers(11), window.covers(12)], [true, false])
  })

  test('are cut off after the first few, even between holds that expire together', () => {
    const many = Array.from({ length: 5000 }, (_, i) => hold(7, String(i).padStart(4, '0')))
    const window = new HoldWindow(many)
    window.trim(1000, 7)
    equal(window.size >= 1000 && window.size < 1300, true)
    deepEqual([...window], many.slice(0, window.size))
    deepEqual([window.end?.id, window.covers(7)], [many[window.size]!.id, true])
    window.add(many.at(-1)!)
    equal(window.size < 1300, true)
  })

  test('are not cut off once expired', () => {
    const over = Array.from({ length: 3000 }, (_, i) => hold(7, String(i).padStart(4, '0')))
    const window = new HoldWindow([...over, hold(8, 'a')])
    window.trim(1000, 8)
    deepEqual([window.size >= 3000, window.covers(8), window.unitsBefore(8)], [true, true, 3000])
  })

  test('match a sorted list, after any number of additions and removals', () => {
    // Few expiry times: many ties. Up to 3,000 holds: many blocks, split at the end and in the middle.
    const arrival = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.nat(2_999))
    const plan = fc.record({
      steps: fc.array(arrival, { minLength: 1, maxLength: 3_000, size: 'max' }),
      leaving: fc.integer({ min: 2, max: 9 }),
      rising: fc.boolean(),
    })
    fc.assert(
      fc.property(plan, ({ steps, leaving, rising }) => {
        const window = new HoldWindow()
        const sorted = new Map<string, Reservation>()
        steps.forEach(([expiresAt, number], step) => {
          const id = String(number).padStart(4, '0')
          const known = sorted.get(id)
          if (known !== undefined && step % leaving !== 0) {
            window.remove(known)
            sorted.delete(id)
          } else if (known === undefined) {
            const made = hold(rising ? step : expiresAt, id)
            window.add(made)
            sorted.set(id, made)
          }
        })
        const all = [...sorted.values()].sort(byExpiry)
        deepEqual([...window], all)
        equal(window.size, sorted.size)
        for (const time of [0, 1, 20, 40, 41, 1500, 3000]) {
          equal(window.unitsBefore(time), all.filter(({ expiresAt }) => expiresAt < time).length)
          deepEqual(
            [...window.from(time)],
            all.filter(({ expiresAt }) => expiresAt >= time),
          )
        }
      }),
      { numRuns: 60 },
    )
  })
})

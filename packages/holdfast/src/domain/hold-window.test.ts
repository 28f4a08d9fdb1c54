import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { HoldWindow } from './hold-window.ts'
import { moved, type Reservation } from './reservation.ts'

const hold = (expiresAt: number, id: string): Reservation => ({
  id,
  warehouseId: 'SF',
  productId: 'SOCK',
  qty: 1,
  status: 'PENDING',
  owner: null,
  createdAt: 0,
  expiresAt,
})
const ids = (window: Iterable<Reservation>) => Array.from(window, ({ id }) => id)
const byExpiry = (a: Reservation, b: Reservation) =>
  a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1)

describe('the holds of a level', () => {
  test('come in order of (expiresAt, id), whatever the order in which they were added', () => {
    const window = new HoldWindow([hold(3, 'a'), hold(1, 'c'), hold(1, 'b'), hold(2, 'z')])
    deepEqual(ids(window), ['b', 'c', 'z', 'a'])
    equal(window.size, 4)
  })

  test('are found by expiry and id when they leave, and one that is not there is no error', () => {
    const window = new HoldWindow([hold(1, 'a'), hold(1, 'b')])
    window.remove(hold(2, 'a'))
    window.remove(hold(1, 'c'))
    window.remove(moved(hold(1, 'a'), 'EXPIRED'))
    deepEqual([ids(window), window.size], [['b'], 1])
    window.remove(hold(1, 'b'))
    window.remove(hold(1, 'b'))
    deepEqual([ids(window), window.size], [[], 0])
    window.add(hold(5, 'd'))
    deepEqual(ids(window), ['d'])
  })

  test('beyond the horizon are left out', () => {
    const window = new HoldWindow([hold(10, 'a'), hold(11, 'b')], 10)
    window.add(hold(12, 'c'))
    window.add(hold(10, 'd'))
    deepEqual([ids(window), window.horizon], [['a', 'd'], 10])
  })

  test('are cut off behind the first few, with those that expire together', () => {
    const window = new HoldWindow([hold(1, 'a'), hold(2, 'b'), hold(2, 'c'), hold(3, 'd')])
    const first = window.first(2)
    deepEqual([ids(first), first.horizon], [['a', 'b', 'c'], 2])
    const one = window.first(1)
    deepEqual([ids(one), one.horizon], [['a'], 1])
    equal(window.first(4), window)
    equal(window.first(9), window)
  })

  test('are what a sorted list would hold, through any number of arrivals and departures', () => {
    // Few expiries: many ties. Up to 3,000 holds: many blocks, split at the end and in the middle.
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
        deepEqual([...window], [...sorted.values()].sort(byExpiry))
        equal(window.size, sorted.size)
      }),
      { numRuns: 60 },
    )
  })
})

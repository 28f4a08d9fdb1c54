import { equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { RESERVATION_ROW, type ReservationRows } from './reservation-rows.ts'
import { newSumSecret, sumOfRows } from './reservation-sum.ts'

const d = dice(7)
const ROWS = 20

/** As those of a shop of some million entries. */
function rows(): ReservationRows {
  const numbers = Array.from({ length: ROWS }, (_, row) => {
    const seq = 50_001 + row * 7
    const [createdAt, random] = [1_700_000_000_000 + d.below(1e9), d.below(2 ** 52)]
    const counts = [d.below(9), d.below(9), d.below(9), d.below(9)]
    const [level, qty] = [1 + d.below(30_000), 40 + d.below(1000)]
    const [lastSeq, behind] = [seq + d.below(1e6), d.pick([0, 1 + d.below(50_000)])]
    const expiresAt = createdAt + d.below(1e9)
    return [seq, level, qty, d.below(6), createdAt, expiresAt, random, lastSeq, behind, ...counts]
  })
  const texts = (): (string | null)[] => numbers.map(() => d.pick([null, '', 'a', 'cart-7', 'ü🧦']))
  return {
    numbers: Float64Array.from(numbers.flat()),
    owners: texts(),
    replaces: texts(),
    replacedBy: null,
    groups: texts(),
  }
}

const secret = newSumSecret()
const sum = (of: ReservationRows): number => sumOfRows(secret, of, 50_000)

test('the same rows have the same sum with one secret, and another one with another', () => {
  const of = rows()
  ok(Number.isSafeInteger(sum(of)))
  equal(sum(structuredClone(of)), sum(of))
  notEqual(sumOfRows(newSumSecret(), of, 50_000), sum(of))
})

test('each number and each text counts, and where it stands', () => {
  const of = rows()
  const width = RESERVATION_ROW.length
  for (const [column, name] of RESERVATION_ROW.entries())
    for (const change of [1, -1, 2 ** 20, 2 ** 31, 3 * 2 ** 36]) {
      const numbers = of.numbers.slice()
      numbers[d.below(ROWS) * width + column]! += change
      notEqual(sum({ ...of, numbers }), sum(of), `${name} ${change}`)
    }
  for (const name of ['owners', 'replaces', 'replacedBy', 'groups'] as const)
    for (const text of ['A', null, '', 'cart-8']) {
      const texts = Array.from({ length: ROWS }, (_, row) => of[name]?.[row] ?? null)
      const row = d.below(ROWS)
      if (texts[row] === text) continue
      texts[row] = text
      notEqual(sum({ ...of, [name]: texts }), sum(of), `${name} ${text}`)
    }
})

test('two rows that trade a number or a text are another sum', () => {
  const of = rows()
  const width = RESERVATION_ROW.length
  for (const column of RESERVATION_ROW.keys()) {
    const numbers = of.numbers.slice()
    const [one, other] = [numbers[column]!, numbers[width + column]!]
    if (one === other) continue
    numbers[column] = other
    numbers[width + column] = one
    notEqual(sum({ ...of, numbers }), sum(of), `${RESERVATION_ROW[column]}`)
  }
  const owners = ['ann', 'bob', ...of.owners.slice(2)]
  notEqual(sum({ ...of, owners: ['bob', 'ann', ...owners.slice(2)] }), sum({ ...of, owners }))
})

test('a number that is too large, or is none, has no sum', () => {
  const of = rows()
  for (const value of [2 ** 53, 2 ** 50, NaN, Infinity]) {
    const numbers = of.numbers.slice()
    numbers[2] = value
    equal(sum({ ...of, numbers }), NaN, String(value))
  }
})

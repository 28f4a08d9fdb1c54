import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { HoldTable } from './hold-table.ts'

function put(holds: HoldTable, id: string, expiresAt: number): void {
  holds.put({ id, place: 0, qty: 1, owner: null, expiresAt, seq: 1 })
}

function dueBy(holds: HoldTable, now: number): string[] {
  const ids: string[] = []
  for (let hold = holds.takeDue(now); hold !== null; hold = holds.takeDue(now)) ids.push(hold.id)
  return ids
}

test('holds end in order, each once, after its last millisecond', () => {
  const holds = new HoldTable()
  for (const [id, at] of [
    ['c', 30],
    ['a', 10],
    ['b', 20],
    ['d', 40],
  ] as const)
    put(holds, id, at)
  equal(holds.nextAt(), 10)
  deepEqual(dueBy(holds, 10), [], 'it counts up to and including its last millisecond')
  deepEqual(dueBy(holds, 31), ['a', 'b', 'c'])
  deepEqual(dueBy(holds, 31), [])
  equal(holds.get('a')?.isDue, true)
})

test('an extended hold ends later, a released one never', () => {
  const holds = new HoldTable()
  put(holds, 'a', 10)
  put(holds, 'b', 20)
  holds.extend(holds.get('a')!, 50)
  holds.remove('b')
  equal(holds.nextAt(), 50)
  deepEqual(dueBy(holds, 100), ['a'])
})

test('a hold that was ended by a wrong clock lives again', () => {
  const holds = new HoldTable()
  for (const [id, at] of [
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ] as const)
    put(holds, id, at)
  deepEqual(dueBy(holds, 1000), ['a', 'b', 'c'])
  holds.remove('c')
  deepEqual(
    holds.takeEarly(15).map(({ id }) => id),
    ['b'],
  )
  deepEqual(holds.takeEarly(15), [])
  equal(holds.get('b')?.isDue, false)
  equal(holds.nextAt(), 20)
  deepEqual(dueBy(holds, 21), ['b'])
})

test('holds that come and go leave nothing behind', () => {
  const holds = new HoldTable()
  for (let n = 0; n < 200_000; n++) {
    put(holds, `hold-${n}`, 1_000_000 + (n % 977))
    if (n >= 10) holds.remove(`hold-${n - 10}`)
  }
  equal(holds.size, 10)
  deepEqual(dueBy(holds, 2_000_000).length, 10)
})

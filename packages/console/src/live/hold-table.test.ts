import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { HoldTable } from './hold-table.ts'

function dueBy(holds: HoldTable, now: number): string[] {
  const ids: string[] = []
  for (let hold = holds.takeDue(now); hold !== null; hold = holds.takeDue(now)) ids.push(hold.id)
  return ids
}

test('holds end in order, each after its last millisecond and once', () => {
  const holds = new HoldTable()
  for (const [id, at] of [
    ['c', 30],
    ['a', 10],
    ['b', 20],
    ['d', 40],
  ] as const)
    holds.put(id, 0, 1, null, at)
  equal(holds.nextAt(), 10)
  deepEqual(dueBy(holds, 10), [], 'it counts up to and including its last millisecond')
  deepEqual(dueBy(holds, 31), ['a', 'b', 'c'])
  deepEqual(dueBy(holds, 31), [])
  equal(holds.get('a')?.isDue, true)
})

test('a hold that was extended ends later, one that was let go never', () => {
  const holds = new HoldTable()
  holds.put('a', 0, 1, null, 10)
  holds.put('b', 0, 1, null, 20)
  holds.extend(holds.get('a')!, 50)
  holds.remove('b')
  equal(holds.nextAt(), 50)
  deepEqual(dueBy(holds, 100), ['a'])
})

test('holds that come and go leave nothing behind', () => {
  const holds = new HoldTable()
  for (let n = 0; n < 200_000; n++) {
    holds.put(`hold-${n}`, 0, 1, null, 1_000_000 + (n % 977))
    if (n >= 10) holds.remove(`hold-${n - 10}`)
  }
  equal(holds.size, 10)
  deepEqual(dueBy(holds, 2_000_000).length, 10)
})

import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { dice, type Dice } from '../testing/dice.ts'
import { PostingTable } from '../../test/support/posting-table.ts'
import { KIND } from './kinds.ts'
import { ask, Lists, runLater, runNow, type Asking } from './lists.ts'
import { BLOCK, Run } from './run.ts'

interface Posting {
  readonly key: number
  readonly found: number
}

/** Some runs one after the other; each posts what lies in it, and some that is older. */
function stored(d: Dice, keys: readonly number[]): { table: PostingTable; all: Posting[] } {
  const table = new PostingTable()
  const all: Posting[] = []
  let begins = d.pick([0, 2 ** 27 - 9, 2 ** 32 - 2 * BLOCK, 2 ** 52])
  const first = begins
  for (let number = d.below(12) + 1; number > 0; number--) {
    const run = new Run()
    const length = d.pick([3, 900, BLOCK, 3 * BLOCK])
    for (let left = d.pick([1, 20, 400, 3000]); left > 0; left--) {
      const isOld = d.chance(20)
      const found = isOld ? first + 1 + d.below(begins - first + 1) : begins + 1 + d.below(length)
      const posting = { key: d.pick(keys), found }
      run.post(KIND.reservationOfOwner, posting.key, found)
      // Another kind is another table, as it were.
      run.post(KIND.reservationOfGroup, posting.key, found + 1)
      all.push(posting)
    }
    table.write(begins, run.rows())
    // A slice that is written twice is the same.
    if (d.chance(30)) table.write(begins, run.rows())
    begins += length
  }
  const behind = all.splice(0, d.below(40))
  table.tail = {
    find: (kind, keys) =>
      kind === KIND.reservationOfOwner
        ? behind.filter(({ key }) => keys.has(key)).map(({ found }) => found)
        : [],
  }
  return { table, all: [...all, ...behind] }
}

/** Two lists for all of them, where a run has few postings of each. */
const SHARED = Array.from({ length: 600 }, (_, index) => 5 + 1024 * index)
const OTHERS = [0, 1, 2 ** 27, 2 ** 32 - 1, 2 ** 32 - 2043]

test('lists answer what was posted, each number once and in order', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const d = dice(seed)
    const keys = [...SHARED.slice(0, d.pick([1, 40, 600])), ...OTHERS]
    const { table, all } = stored(d, keys)
    for (let question = 0; question < 12; question++) {
      const isDown = d.chance(50)
      const wanted = new Set(Array.from({ length: d.pick([1, 1, 2, 9]) }, () => d.pick(keys)))
      const from = d.chance(15) ? d.pick([1, 2 ** 53 - 1]) : d.pick(all).found
      const lists = new Lists(table, {
        kind: KIND.reservationOfOwner,
        keys: wanted,
        from,
        isDown,
      })
      const blocks = runNow(blocksOf(lists))
      const expected = all
        .filter(({ key, found }) => wanted.has(key) && (isDown ? found <= from : found >= from))
        .map(({ found }) => found)
      const order = isDown ? -1 : 1
      deepEqual(
        blocks.flat(),
        [...new Set(expected)].sort((a, b) => order * (a - b)),
      )
      // No block comes twice.
      const numbers = blocks
        .filter((some) => some.length > 0)
        .map((some) => Math.floor(some[0]! / BLOCK))
      equal(new Set(numbers).size, numbers.length)
    }
  }
})

function* blocksOf(lists: Lists): Asking<(readonly number[])[]> {
  const blocks: (readonly number[])[] = []
  for (let block = yield* lists.next(); block !== null; block = yield* lists.next())
    blocks.push(block)
  return blocks
}

test('a list of many rows is read in pages that grow', () => {
  const table = new PostingTable()
  const expected: number[] = []
  for (let number = 0; number < 700; number++) {
    const run = new Run()
    const found = number * 100 + 1
    run.post(KIND.entryOfLevel, 3, found)
    table.write(number * 100, run.rows())
    expected.push(found)
  }
  for (const isDown of [false, true]) {
    table.limits.length = 0
    const lists = new Lists(table, {
      kind: KIND.entryOfLevel,
      keys: [3],
      from: isDown ? 1e9 : 0,
      isDown,
    })
    const found = runNow(blocksOf(lists)).flat()
    deepEqual(isDown ? found.toReversed() : found, expected)
    deepEqual(table.limits.slice(0, 5), [8, 32, 128, 128, 128])
  }
})

test('however many lists there are, no more rows are fetched at once than are allowed', () => {
  const table = new PostingTable()
  const keys = Array.from({ length: 400 }, (_, key) => key + 1)
  for (let number = 0; number < 20; number++) {
    const run = new Run()
    for (const key of keys) run.post(KIND.entryOfLevel, key, number * 100_000 + key)
    table.write(number * 100_000, run.rows())
  }
  const lists = new Lists(table, { kind: KIND.entryOfLevel, keys, from: 0, isDown: false })
  equal(runNow(blocksOf(lists)).flat().length, 20 * keys.length)
  const most = Math.max(...table.wanted.map((count, index) => count * table.limits[index]!))
  ok(most > 512 && most <= 1024, `${most} rows`)
})

test('the same work runs at once and later, and hears of what failed', async () => {
  function* work(): Asking<number> {
    let sum = 0
    for (let i = 0; i < 3; i++) {
      try {
        sum += yield* ask(i === 1 ? failing() : i)
      } catch {
        sum += 100
      }
    }
    return sum
  }
  const failing = (): Promise<number> => Promise.reject(new Error('away'))
  equal(await runLater(work()), 102)
  await rejects(
    runLater(
      (function* (): Asking<number> {
        return yield* ask(failing())
      })(),
    ),
    /away/,
  )
  throws(() =>
    runNow(
      // eslint-disable-next-line require-yield
      (function* (): Asking<number> {
        throw new Error('now')
      })(),
    ),
  )
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { dice } from '../testing/dice.ts'
import { BLOCK, endsRun, readRow, Run, RUN_COMMITS, type PostingRow, BUCKETS } from './run.ts'
import { KIND, KINDS, type Kind } from './kinds.ts'

type Posting = readonly [kind: number, key: number, found: number]

function packed(postings: readonly Posting[]): PostingRow[] {
  const run = new Run()
  for (const [kind, key, found] of postings) run.post(kind as Kind, key, found)
  return [...run.rows()]
}

function unpacked(rows: readonly PostingRow[]): Posting[] {
  const postings: Posting[] = []
  for (const row of rows) readRow(row, (key, found) => postings.push([row.kind, key, found]))
  return postings
}

const sorted = (postings: readonly Posting[]): Posting[] =>
  postings.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])

/** Where a number begins to need another bit, or another byte. */
const EDGES = [
  0,
  1,
  BUCKETS - 1,
  BUCKETS,
  BUCKETS + 1,
  2 ** 24,
  2 ** 27 - 1,
  2 ** 27,
  2 ** 27 + 1,
  2 ** 31,
  2 ** 32 - 1,
]
const FOUND = [
  1,
  BLOCK - 1,
  BLOCK,
  BLOCK + 1,
  2 ** 27,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 53 - 1,
]

test('whatever is posted stands in the rows, each as often as it was posted', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const d = dice(seed)
    const keys = [...EDGES, ...Array.from({ length: 40 }, () => d.below(2 ** 32))]
    const kinds = d.chance(50) ? [KIND.entryOfLevel] : Object.values(KIND)
    const postings = Array.from({ length: d.pick([1, 15, 300, 9_000]) }, (): Posting => {
      const found = d.chance(20)
        ? d.pick(FOUND)
        : d.pick([0, 2 ** 32, 2 ** 52]) + d.below(3 * BLOCK)
      return [d.pick(kinds), d.pick(keys), found]
    })
    const rows = packed(postings)
    deepEqual(sorted(unpacked(rows)), sorted(postings))
    const places = rows.map(({ kind, list, block }) => [kind, list, block] as const)
    const inOrder = places.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    deepEqual(places, inOrder)
    equal(new Set(places.map(String)).size, places.length, 'no row has the place of another')
    // In whatever order they are posted.
    deepEqual(packed(d.chance(50) ? postings.toReversed() : sorted(postings)), rows)
  }
})

test('keys with few postings share lists, those with many have their own', () => {
  // Enough of the kind, so that not each has a list of its own.
  const few = Array.from({ length: 4096 }, (_, key): Posting => [1, key, key + 1])
  const many = Array.from({ length: 16 }, (_, found): Posting => [1, 7, 60_000 + found])
  const rows = packed([...few, ...many])
  equal(rows.length, BUCKETS + 1)
  deepEqual(
    rows.filter(({ list }) => list >= 0).map(({ list, seqs }) => [list, seqs.length]),
    [[7, 34]],
  )
  const fewAlone = packed(few.slice(0, BUCKETS - 1))
  equal(fewAlone.length, BUCKETS - 1)
  ok(fewAlone.every(({ list }) => list >= 0))
  ok(packed(few.slice(0, BUCKETS)).every(({ list }) => list < 0))
})

test('kinds have a number each, all below KINDS', () => {
  equal(Math.max(...Object.values(KIND)) + 1, KINDS)
  equal(new Set(Object.values(KIND)).size, Object.values(KIND).length)
})

test('a run ends at the end of its block or with so many commits, whichever comes first', () => {
  const from = { commit: 10, seq: 100 }
  equal(endsRun(from, 11, BLOCK - 1), false)
  equal(endsRun(from, 11, BLOCK), true)
  equal(endsRun(from, 9 + RUN_COMMITS, 200), false)
  equal(endsRun(from, 10 + RUN_COMMITS, 200), true)
  equal(endsRun(from, 12, 200, 3), false)
  equal(endsRun(from, 13, 200, 3), true)
  // One that begins where a block ends has the whole of the next.
  equal(endsRun({ commit: 0, seq: BLOCK }, 1, 2 * BLOCK - 1), false)
  equal(endsRun({ commit: 0, seq: BLOCK }, 1, 2 * BLOCK), true)
  equal(endsRun({ commit: 0, seq: 2 ** 40 + 5 }, 1, 2 ** 40 + BLOCK), true)
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { recordId } from '../model/record-id.ts'
import { CommitBody } from './commit-body.ts'
import { findEntries, LOOK_AT, type LogSource } from './pages.ts'
import type { EntryFilter } from './search.ts'

/** A log of commits with these lines. Level 2 is of product HAT, all others of SOCK. */
function logOf(commits: readonly (readonly unknown[])[]): LogSource {
  let seq = 0
  const bodies = commits.map((entries, index) => {
    const firstSeq = seq + 1
    seq += entries.length
    const header = { commit: index + 1, firstSeq, lastSeq: seq, at: 0, levelKeys: 2, batchId: '' }
    return new CommitBody({
      ...header,
      hash: '',
      body: JSON.stringify({ entries, v: 1 }),
      texts: null,
    })
  })
  const placeOf = (key: number) => ({ warehouseId: 'SF', productId: key === 2 ? 'HAT' : 'SOCK' })
  return {
    ...{ seq, placeOf },
    from: (first) => bodies.filter(({ stored }) => stored.lastSeq >= first),
    with: (wanted) => bodies.find(({ stored }) => stored.lastSeq >= wanted),
    levelsOf: (productId) => new Set([productId === 'HAT' ? 2 : 1]),
  }
}

/** All pages: the numbers of the entries found, and how many entries each page looked at. */
function search(source: LogSource, filter: EntryFilter): { found: number[]; looked: number[] } {
  const found: number[] = []
  const looked: number[] = []
  for (let afterSeq = 0; afterSeq < source.seq;) {
    const { rows, scannedTo } = findEntries(source, { ...filter, afterSeq, limit: 100 })
    found.push(...rows.map(({ seq }) => seq))
    looked.push(scannedTo - afterSeq)
    afterSeq = scannedTo
  }
  return { found, looked }
}

const received = (level: number) => [1, level, 1, 1, 0, 0, 0]

test('a search continues after the entries that one page may look at, and misses none', () => {
  const lines = Array.from({ length: 50_000 }, (_, index) =>
    received([3, 25_000, 49_999].includes(index) ? 2 : 1),
  )
  const thousands = Array.from({ length: 50 }, (_, index) =>
    lines.slice(index * 1000, (index + 1) * 1000),
  )
  for (const commits of [thousands, [lines]]) {
    const { found, looked } = search(logOf(commits), { productId: 'HAT' })
    deepEqual(found, [4, 25_001, 50_000])
    ok(looked.every((count) => count <= LOOK_AT))
    equal(looked.length, 3)
  }
})

test('a guessed id finds nothing, even if its number and its random bits are in the commit', () => {
  const held = (random: number) => [9, 1, 1, 1, 1, 0, 0, 0, random, 0, 1000, null]
  const log = logOf([[held(7), held(8)]])
  deepEqual(search(log, { reservationId: recordId(1, 7) }).found, [1])
  deepEqual(search(log, { reservationId: recordId(1, 8) }).found, [])
  deepEqual(search(log, { transferId: recordId(1, 7) }).found, [])
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { LEVEL } from '../log/commit-body.ts'
import type { EntryFilter } from '../log/search.ts'
import { EntrySearch } from '../log/search.ts'
import { dice } from '../testing/dice.ts'
import { PostedLog } from '../../test/support/posted-log.ts'
import { findPosted, newestOfLevel, wayToEntries, type EntrySource } from './entries.ts'
import { keyOf } from './kinds.ts'
import { runNow } from './lists.ts'

const OWNERS = ['ann', 'bob', ...Array.from({ length: 60 }, (_, n) => `cart-${n}`)]
const LEVELS = [1, 2, 3, 2049, 2 ** 32 + 1, 2 ** 27, 2 ** 40]
/** Levels of a product. */
const PRODUCTS = new Map([
  ['one', [2 ** 32 + 1]],
  ['three', [2, 3, 2 ** 40]],
  ['none', []],
  ['all', [...LEVELS, ...Array.from({ length: 250 }, (_, n) => 5000 + n)]],
])

const levelsOf = (product: string): ReadonlySet<number> => new Set(PRODUCTS.get(product))
const noPlace = (): undefined => undefined

function sourceOf(log: PostedLog, count = { looked: 0 }): EntrySource {
  const bySeq = new Map(log.entries.map((entry) => [entry.seq, entry]))
  return {
    seq: log.seq,
    posted: log.posted,
    entryOf: ({ seq, line, body }) => body.entry(line, seq, noPlace),
    lines: (seqs) => {
      count.looked += seqs.length
      return seqs.flatMap((seq) => bySeq.get(seq) ?? [])
    },
  }
}

test('pages have every entry that matches, once and in order', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const d = dice(seed)
    const begins = d.pick([0, 1000, 2 ** 27 - 300, 2 ** 32 - 300, 2 ** 52])
    const log = new PostedLog(d, { begins, commits: 120, owners: OWNERS, levels: LEVELS })
    log.postThrough(d.pick([0, d.below(120), 120]), d.pick([1, 7, 50]), d.pick([0, 9, 1e9]))
    const source = sourceOf(log)
    const filters: EntryFilter[] = [
      { group: 'ann' },
      { group: 'cart-7', type: 'RESERVED' },
      { group: 'nobody' },
      { reservationId: d.pick(log.records).id },
      { reservationId: d.pick(log.records).id, type: 'SOLD' },
      ...[...PRODUCTS.keys()].map((productId) => ({ productId })),
    ]
    for (const filter of filters) {
      const limit = 1 + d.below(50)
      const middle = d.pick(log.entries).seq
      const afterSeq = d.pick([0, middle])
      const throughSeq = d.pick([undefined, middle, middle + d.below(200), 2 ** 53 - 1])
      const search = new EntrySearch(filter, levelsOf, noPlace)
      const end = Math.min(throughSeq ?? Infinity, log.seq)
      const way = wayToEntries(search, log.hash)
      const found: number[] = []
      for (let after = way === null ? end : afterSeq; after < end;) {
        const query = { ...filter, afterSeq: after, throughSeq, limit }
        const page = runNow(findPosted(source, way!, query, search))
        ok(page.rows.length <= limit && page.scannedTo > after && page.scannedTo <= end)
        found.push(...page.rows.map(({ seq }) => seq))
        after = page.scannedTo
      }
      // 257 levels are not looked for one by one.
      const expected = log.entries
        .filter(({ seq }) => seq > afterSeq && seq <= end && filter.productId !== 'all')
        .filter(({ seq, line, body }) => search.matches(body, line, seq))
      deepEqual(
        found,
        expected.map(({ seq }) => seq),
        JSON.stringify({ seed, filter }),
      )
    }
    for (const level of [...LEVELS.filter((one) => keyOf(one) !== 1), 4]) {
      const through = begins + d.below(700)
      const end = Math.min(through, log.seq)
      const newest = log.entries.findLast(({ seq, line }) => seq <= end && line[LEVEL] === level)
      equal(runNow(newestOfLevel(source.posted, level, through)), newest?.seq ?? 0)
    }
  }
})

test('a page looks at no more than some 5,000 entries', () => {
  const d = dice(5)
  const log = new PostedLog(d, { begins: 0, commits: 4000, owners: ['ann'], levels: [1] })
  log.postThrough(4000, 2000, 0)
  const filter = { group: 'ann', productId: 'none' }
  const search = new EntrySearch(filter, levelsOf, noPlace)
  const count = { looked: 0 }
  const query = { ...filter, afterSeq: 0, limit: 50 }
  const way = wayToEntries(search, log.hash)!
  const page = runNow(findPosted(sourceOf(log, count), way, query, search))
  deepEqual(page.rows, [])
  equal(count.looked, 5000)
  const last = log.entries.filter(({ body, line }) => {
    const { group } = (line.at(-1) ?? {}) as { group?: number }
    return group !== undefined && body.text(group) === 'ann'
  })[4999]
  equal(page.scannedTo, last!.seq)
})

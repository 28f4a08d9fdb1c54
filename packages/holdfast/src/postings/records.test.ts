import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { recordId } from '../model/record-id.ts'
import { dice } from '../testing/dice.ts'
import { PostedLog, type PostedRecord } from '../../test/support/posted-log.ts'
import { KIND } from './kinds.ts'
import { runLater, runNow } from './lists.ts'
import {
  CANDIDATES,
  findRecords,
  WAY_OF_CONFIRMED,
  wayByLevels,
  wayByText,
  type FoundRecords,
  type PageWanted,
  type RecordSource,
} from './records.ts'
import { Run } from './run.ts'
import { TextHash } from './text-hash.ts'

const OWNERS = ['ann', 'bob', 'cid', '🧦', ...Array.from({ length: 60 }, (_, n) => `cart-${n}`)]
const LEVELS = [1, 2, 3, 2049, 2 ** 32 + 1, 2 ** 27, 2 ** 40]

/** Of a log; `looked` counts the records that are asked for. */
function sourceOf(log: PostedLog, count = { looked: 0 }): RecordSource<PostedRecord> {
  const bySeq = new Map(log.records.map((record) => [record.seq, record]))
  return {
    seq: log.seq,
    posted: log.posted,
    records: (seqs) => {
      count.looked += seqs.length
      return seqs.flatMap((seq) => bySeq.get(seq) ?? [])
    },
    walk: (before, limit) => {
      const rows = log.records
        .filter(({ seq }) => seq < before)
        .toReversed()
        .slice(0, limit)
      count.looked += rows.length
      return rows
    },
  }
}

type Query = Omit<PageWanted<PostedRecord>, 'limit'>

const QUERIES = (hash: TextHash): Record<string, Query> => ({
  ...Object.fromEntries(
    OWNERS.slice(0, 6).map((owner) => [
      `of ${owner}`,
      {
        way: wayByText(KIND.reservationOfOwner, owner, hash),
        matches: (one: PostedRecord) => one.owner === owner,
      },
    ]),
  ),
  'of a level': {
    way: wayByLevels(KIND.reservationOfLevel, [2 ** 32 + 1]),
    matches: ({ level }) => level === 2 ** 32 + 1,
  },
  'of three levels, sold': {
    way: wayByLevels(KIND.reservationOfLevel, [2, 3, 2 ** 40]),
    matches: ({ level, isSold }) => isSold && [2, 3, 2 ** 40].includes(level),
  },
  'of no level': { way: wayByLevels(KIND.reservationOfLevel, []), matches: () => false },
  sold: { way: WAY_OF_CONFIRMED, matches: ({ isSold }) => isSold },
  all: { way: null, matches: () => true },
  'few of all': { way: null, matches: ({ seq }) => seq % 17 === 0 },
})

test('pages have every record that matches, once, newest first: wherever the watermark is', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const d = dice(seed)
    const begins = d.pick([0, 1000, 2 ** 27 - 300, 2 ** 32 - 300, 2 ** 52])
    const log = new PostedLog(d, { begins, commits: 120, owners: OWNERS, levels: LEVELS })
    log.postThrough(d.pick([0, d.below(120), 120]), d.pick([1, 7, 50]), d.pick([0, 9, 1e9]))
    const source = sourceOf(log)
    for (const [name, query] of Object.entries(QUERIES(log.hash))) {
      const limit = 1 + d.below(50)
      const first = d.chance(30) ? d.pick(log.records).seq : undefined
      const found: PostedRecord[] = []
      for (let beforeSeq = first; ;) {
        const wanted = { ...query, beforeSeq, limit }
        const page: FoundRecords<PostedRecord> = d.chance(20)
          ? await runLater(findRecords(later(source), wanted))
          : runNow(findRecords(source, wanted))
        ok(page.rows.length <= limit)
        found.push(...page.rows)
        if (page.before === null) break
        ok(page.before < (beforeSeq ?? Infinity))
        beforeSeq = page.before
      }
      const expected = log.records.filter(
        (one) => query.matches(one) && one.seq < (first ?? Infinity),
      )
      deepEqual(found, expected.toReversed(), `${name}, seed ${seed}`)
    }
  }
})

/** The same, as a database answers. */
function later(source: RecordSource<PostedRecord>): RecordSource<PostedRecord> {
  const posted = source.posted!
  return {
    ...source,
    posted: { tail: posted.tail, postings: async (...asked) => posted.postings(...asked) },
    records: async (seqs) => source.records(seqs),
    walk: async (before, limit) => source.walk(before, limit),
  }
}

test('where too much of the log is not posted, all records are walked', () => {
  const log = new PostedLog(dice(1), { begins: 0, commits: 40, owners: OWNERS, levels: LEVELS })
  const source = { ...sourceOf(log), posted: null }
  const matches = ({ owner }: PostedRecord): boolean => owner === 'ann'
  const way = wayByText(KIND.reservationOfOwner, 'ann', log.hash)
  const { rows } = runNow(findRecords(source, { way, matches, limit: 1e6 }))
  deepEqual(rows, log.records.filter(matches).toReversed())
})

/** Whatever the text is. */
class OneHash extends TextHash {
  override of(): number {
    return 7
  }
}

test('10,000 owners with one hash: a page looks at no more than 5,000, and the next goes on', () => {
  const log = new PostedLog(dice(1), {
    begins: 0,
    commits: 0,
    owners: OWNERS,
    levels: LEVELS,
    hash: new OneHash(new Uint8Array(8)),
  })
  const run = new Run()
  for (let seq = 1; seq <= 10_000; seq++) {
    const owner = `owner-${seq % 5003}`
    log.records.push({ id: recordId(seq, 1), seq, owner, level: 1, isSold: false })
    run.post(KIND.reservationOfOwner, log.hash.of(owner), seq)
  }
  log.table.write(0, run.rows())
  log.seq = 10_000
  log.watermark = { commit: 1, seq: 10_000 }
  for (const wanted of [1, 2, 4_999, 5_000, 5_001, 5_002]) {
    const owner = `owner-${wanted % 5003}`
    const expected = log.records.filter((one) => one.owner === owner).map(({ seq }) => seq)
    const count = { looked: 0 }
    const way = wayByText(KIND.reservationOfOwner, owner, log.hash)
    const found: number[] = []
    let beforeSeq: number | undefined
    do {
      count.looked = 0
      const matches = (one: PostedRecord): boolean => one.owner === owner
      const page = runNow(findRecords(sourceOf(log, count), { way, matches, beforeSeq, limit: 50 }))
      ok(count.looked <= CANDIDATES)
      found.push(...page.rows.map(({ seq }) => seq))
      beforeSeq = page.before ?? undefined
    } while (beforeSeq !== undefined)
    deepEqual(found, expected.toReversed(), owner)
    equal(expected.length > 0, true)
  }
})

import { equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { CommitBody } from '../../../log/commit-body.ts'
import { LiveNumbers } from '../../../postings/live-numbers.ts'
import { TextHash } from '../../../postings/text-hash.ts'
import type { MarkWithHead } from '../tables/postings.ts'
import { SharedTail } from './posted.ts'

const HASH = new TextHash(new Uint8Array(8))

function commit(number: number, hash: string): CommitBody {
  const header = {
    firstSeq: number,
    lastSeq: number,
    at: 0,
    levelKeys: 0,
    batchId: '',
    texts: null,
  }
  return new CommitBody({ ...header, commit: number, hash, body: '{}' })
}

/** A state of a log of so many commits, for which the hash of one was asked. */
function state(commits: number, asked: MarkWithHead['asked'], salt = 'a'): MarkWithHead {
  const head = { commit: commits, seq: commits, hash: '', at: 0, levelKeys: 0 }
  return { head, watermark: { commit: 0, seq: 0 }, salt, asked }
}

const NOTHING = { commit: 0, hash: null }

test('a read that began before another one read on goes on with the same tail', () => {
  const shared = new SharedTail()
  const tail = shared.behind(state(0, NOTHING))
  tail.add(commit(1, 'one'), HASH)
  const began = state(1, { commit: shared.at, hash: 'one' })
  tail.add(commit(2, 'two'), HASH)
  equal(shared.behind(began), tail)
  equal(shared.behind(state(2, NOTHING)), tail)
  equal(shared.behind(state(2, { commit: 2, hash: 'two' })), tail)
})

test('a tail with a commit that was lost is left, with what was known of holds, and one of another salt', () => {
  for (const [now, salt] of [
    [{ commit: 1, hash: 'other' }, 'a'],
    [{ commit: 1, hash: null }, 'a'],
    [{ commit: 1, hash: 'one' }, 'b'],
  ] as const) {
    const shared = new SharedTail()
    const tail = shared.behind(state(0, NOTHING))
    tail.add(commit(1, 'one'), HASH)
    const live = shared.keepLive(new LiveNumbers(Float64Array.of(1), 1))
    shared.behind(state(1, { commit: 1, hash: 'one' }))
    equal(shared.live, live)
    const other = shared.behind(state(1, now, salt))
    notEqual(other, tail)
    equal(shared.live, null)
    equal(other.at.commit, 0)
  }
})

test('a copy goes on by itself', () => {
  const shared = new SharedTail()
  const tail = shared.behind(state(0, NOTHING))
  tail.add(commit(1, 'one'), HASH)
  shared.keepLive(new LiveNumbers(Float64Array.of(1), 1))
  const own = new SharedTail(shared)
  equal(own.at, 1)
  const copy = own.behind(state(2, { commit: 1, hash: 'one' }))
  copy.add(commit(2, 'mine'), HASH)
  equal(own.at, 2)
  equal(shared.at, 1)
  // What it finds in a transaction may be rolled back.
  equal(own.live, null)
})

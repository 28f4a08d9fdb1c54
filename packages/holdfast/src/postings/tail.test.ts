import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { PostedLog } from '../../test/support/posted-log.ts'
import { dice } from '../testing/dice.ts'
import { KIND, postAll } from './kinds.ts'
import { Run } from './run.ts'
import { Tail } from './tail.ts'

const OPTIONS = { begins: 0, commits: 60, owners: ['ann', 'bob'], levels: [1, 2] }
const RUN = 7

test('it has what was posted behind a watermark, and what readers of an older one need', () => {
  const d = dice(3)
  const log = new PostedLog(d, OPTIONS)
  const tail = new Tail({ commit: 0, seq: 0 })
  const marks = [{ commit: 0, seq: 0 }]
  for (const body of log.bodies) {
    tail.add(body, log.hash)
    // Another reader may hand in what is here already.
    if (d.chance(30)) tail.add(body, log.hash)
    for (;;) {
      const mark = marks.at(-1)!
      const whole = tail.runFrom(mark, RUN)
      if (whole === null) break
      deepEqual([...whole.run.rows()], rowsOf(log, mark.commit, whole.last.commit))
      equal(whole.last.commit, mark.commit + RUN)
      marks.push({ commit: whole.last.commit, seq: whole.last.seq })
      tail.heard(marks.at(-1)!)
    }
    const older = marks.at(-2) ?? marks.at(-1)!
    ok(tail.covers(older) && tail.covers(marks.at(-1)!))
    const at = body.stored.commit
    const keys = new Set([1])
    const expected = found(log, older.commit, at).filter(({ key }) => keys.has(key))
    deepEqual(tail.find(KIND.entryOfLevel, keys), expected.map(({ seq }) => seq).reverse())
    deepEqual(tail.copy().find(KIND.entryOfLevel, keys), tail.find(KIND.entryOfLevel, keys))
  }
  equal(tail.at.commit, OPTIONS.commits)
  equal(tail.covers(marks.at(-3)!), false)
  const both = tail.find(KIND.entryOfLevel, new Set([1, 2]))
  equal(both.length, found(log, marks.at(-2)!.commit, OPTIONS.commits).length)
})

test('commits that do not follow are left out', () => {
  const log = new PostedLog(dice(4), OPTIONS)
  const tail = new Tail({ commit: 0, seq: 0 })
  tail.add(log.bodies[1]!, log.hash)
  deepEqual(tail.at, { commit: 0, seq: 0 })
  tail.add(log.bodies[0]!, log.hash)
  tail.add(log.bodies[2]!, log.hash)
  equal(tail.at.commit, 1)
})

function rowsOf(log: PostedLog, after: number, through: number) {
  const run = new Run()
  for (const body of log.bodies) {
    const { commit } = body.stored
    if (commit > after && commit <= through) postAll(body, log.hash, run.post)
  }
  return [...run.rows()]
}

/** Entries of levels. */
function found(log: PostedLog, after: number, through: number): { key: number; seq: number }[] {
  const all: { key: number; seq: number }[] = []
  for (const body of log.bodies) {
    const { commit } = body.stored
    if (commit <= after || commit > through) continue
    postAll(body, log.hash, (kind, key, seq) => {
      if (kind === KIND.entryOfLevel) all.push({ key, seq })
    })
  }
  return all
}

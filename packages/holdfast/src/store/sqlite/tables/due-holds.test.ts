import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { dice } from '../../../testing/dice.ts'
import { openToWrite } from '../file/open-file.ts'
import type { Connection } from '../file/connection.ts'
import { DueHolds } from './due-holds.ts'

const START = 1_700_000_000_000

function fileOf(t: TestContext): Connection {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const file = openToWrite(join(folder, 'shop.db'), 8000)
  t.after(() => {
    file.close()
    rmSync(folder, { recursive: true, force: true })
  })
  // Nothing of it is ever written.
  file.connection.run('BEGIN')
  return file.connection
}

/** So many holds after `seq`, of levels in turn from a key on. */
function hold(
  connection: Connection,
  holds: {
    readonly seq: number
    readonly count: number
    readonly level: number
    readonly levels: number
    readonly expiresAt: number
    readonly spread: number
  },
): void {
  const { seq, count, level, levels, expiresAt, spread } = holds
  connection.run(
    `INSERT INTO reservation (seq, level_key, qty, status, created_at, expires_at, random, moved_after)
     WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
     SELECT ? + i, ? + i % ?, 1 + i % 3, 0, 0, ? + i % ?, i, 0 FROM n`,
    ...[count, seq + 1, level, levels, expiresAt, spread],
  )
}

const DUE = `SELECT seq, level_key, expires_at, qty - released FROM reservation
  WHERE status = 0 AND expires_at < ? AND level_key IN (SELECT value FROM json_each(?)) ORDER BY seq`

function expected(connection: Connection, levels: readonly number[], now: number) {
  return connection.all(DUE, now, JSON.stringify(levels)).map((row) => {
    const [seq, key, expiresAt, units] = row as number[]
    return { seq, key, expiresAt, units }
  })
}

test('the holds of a level that are due are found, whatever came due or was written down', (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const connection = fileOf(t)
    const d = dice(seed)
    const due = new DueHolds(connection)
    // A reader hears of no commit. Its clock may be ahead of the newest one, and behind what it said before.
    const isReader = seed % 2 === 0
    let [seq, now] = [0, START]
    const make = (count: number, levels: number): void => {
      const spread = d.pick([1, 1, 50, 5000])
      hold(connection, { seq, count, level: 1, levels, expiresAt: now + d.below(3000), spread })
      seq += count
    }
    for (let step = 0; step < 40; step++) {
      if (!isReader) due.heard(now)
      make(1 + d.below(9), 9)
      // More than are noted for one look-up.
      if (d.chance(8)) make(d.pick([300, 10_000, 27_000]), d.pick([9, 500]))
      const [status, parts] = [d.pick([1, 3]), d.pick([2, 7, 1000])]
      const some = 'WHERE status = 0 AND seq % ? = ?'
      connection.run(`UPDATE reservation SET status = ? ${some}`, status, parts, d.below(parts))
      // Some of those that are not over live longer or end sooner, but no sooner than now.
      const later = now + d.below(4000)
      connection.run(
        `UPDATE reservation SET expires_at = ? ${some} AND expires_at >= ?`,
        ...[later, 5, d.below(5), now],
      )
      connection.run(
        `UPDATE reservation SET released = 1 ${some} AND qty = 3 AND released = 0`,
        9,
        1,
      )
      now += d.pick([0, 1, 700, 4000])
      for (let asked = d.below(4); asked > 0; asked--) {
        const levels = Array.from({ length: d.pick([1, 1, 4]) }, () => 1 + d.below(9))
        const wanted = [...new Set(levels)]
        const at = isReader ? now + d.pick([0, 0, 2000, -500]) : now
        const found = due.of(wanted, at, isReader ? d.pick([now, now - 1000]) : at)
        found.sort((a, b) => a.seq - b.seq)
        deepEqual(found, expected(connection, wanted, at), `seed ${seed}, step ${step}`)
      }
    }
  }
})

test('holds that are made at an earlier time than was heard of are found', (t) => {
  const connection = fileOf(t)
  const due = new DueHolds(connection)
  const one = { count: 1, level: 1, levels: 1, spread: 1 }
  hold(connection, { ...one, seq: 0, expiresAt: START })
  deepEqual(due.of([1], START + 900, START + 900), expected(connection, [1], START + 900))
  due.heard(START + 500)
  hold(connection, { ...one, seq: 1, expiresAt: START + 600 })
  deepEqual(due.of([1], START + 900, START + 900), expected(connection, [1], START + 900))
})

test('what a look-up of due holds takes does not depend on those of other levels', (t) => {
  const shops = [100, 60_000].map((others) => {
    const connection = fileOf(t)
    const rest = { expiresAt: START, spread: 1000 }
    hold(connection, { seq: 0, count: others, level: 10_000, levels: 1000, ...rest })
    hold(connection, { seq: others, count: 1000, level: 1, levels: 500, ...rest })
    const due = new DueHolds(connection)
    const find = (level: number): number =>
      due.of([level], START + 5000, START + 5000).reduce((sum, { units }) => sum + units, 0)
    // Until all are noted.
    for (let time = 0; time < 10; time++) find(1)
    return { find, times: [] as number[] }
  })
  for (let level = 1; level <= 400; level++)
    for (const { find, times } of shops) {
      const began = performance.now()
      ok(find(level) > 0)
      times.push(performance.now() - began)
    }
  const [small, large] = shops.map(({ times }) => times.sort((a, b) => a - b)[200]!)
  ok(large! < 8 * small!, `${large} ms among many, ${small} ms among few`)
})

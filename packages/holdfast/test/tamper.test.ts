import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openInventory, type Fault, type Remembered } from '../src/index.ts'
import { commitHash, NO_HASH } from '../src/engine/canonical.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { entriesOf, makeHistory, tamperFolder, tamperWith, verdictOf } from './small-history.ts'

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
let head: Remembered
let seqs: number[]
before(async () => {
  head = await makeHistory(original)
  seqs = (await entriesOf(original)).map(({ seq }) => seq)
})
after(() => rmSync(folder, { recursive: true }))

/** What `verify` finds after a change; that it finds something is part of the question. */
async function fault(change: (db: DatabaseSync) => void, expect?: Remembered): Promise<Fault> {
  tamperWith(original, copy, change)
  const verdict = await verdictOf(copy, expect)
  ok(typeof verdict !== 'string', 'could not even be opened')
  ok(!verdict.ok, 'was not noticed')
  return verdict.fault
}

/** The commit of an entry, as the fault names it. */
function commitOf(
  db: DatabaseSync,
  seq: number,
): { commit: number; firstSeq: number; lastSeq: number } {
  const row = db
    .prepare('SELECT min(number) commitNo, last_seq FROM commits WHERE last_seq >= ?')
    .get(seq)!
  const earlier = db.prepare('SELECT max(last_seq) seq FROM commits WHERE last_seq < ?').get(seq)!
  return {
    commit: Number(row['commitNo']),
    firstSeq: Number(earlier['seq'] ?? 0) + 1,
    lastSeq: Number(row['last_seq']),
  }
}

function mustName(found: Fault, where: ReturnType<typeof commitOf>, message: string): void {
  const { commit, firstSeq, lastSeq } = found
  deepEqual({ commit, firstSeq, lastSeq }, where, `${message}: ${JSON.stringify(found)}`)
}

test('untouched, it verifies', async () => {
  const verdict = await verdictOf(original, head)
  ok(typeof verdict !== 'string' && verdict.ok, JSON.stringify(verdict))
  deepEqual([verdict.seq, verdict.hash, verdict.entries], [head.seq, head.hash, seqs.length])
})

test('one byte of an entry changed in the file: the commit is named', async () => {
  const bytes = readFileSync(original)
  const at = bytes.indexOf('SUPPLIER-ONE')
  ok(at > 0)
  bytes[at + 9]! ^= 1
  writeFileSync(copy, bytes)
  const verdict = await verdictOf(copy)
  ok(typeof verdict !== 'string' && !verdict.ok)
  equal(verdict.fault.what, 'hash')
  tamperWith(original, join(folder, 'look.db'), (db) => {
    const row = db.prepare("SELECT seq FROM entry WHERE metadata LIKE '%SUPPLIER-ONE%'").get()!
    mustName(verdict.fault, commitOf(db, Number(row['seq'])), 'one byte')
  })
})

test('any entry edited, deleted or swapped: the commit is named, and the entry where it can be', async () => {
  for (const seq of seqs) {
    let where!: ReturnType<typeof commitOf>
    const change = (sql: string) => (db: DatabaseSync) => {
      where = commitOf(db, seq)
      db.exec(sql)
    }
    const name = `entry ${seq}`
    mustName(await fault(change(`UPDATE entry SET actor = 'eve' WHERE seq = ${seq}`)), where, name)

    const more = await fault(change(`UPDATE entry SET qty = qty + 1 WHERE seq = ${seq}`))
    mustName(more, where, name)
    if (more.what === 'balance') equal(more.seq, seq)

    const gone = await fault(change(`DELETE FROM entry WHERE seq = ${seq}`))
    mustName(gone, where, name)
    deepEqual([gone.what, gone.seq], ['gap', seq])

    if (seq === head.seq) continue
    const swap = `UPDATE entry SET seq = -seq WHERE seq IN (${seq}, ${seq + 1});
      UPDATE entry SET seq = ${seq + 1} WHERE seq = ${-seq};
      UPDATE entry SET seq = ${seq} WHERE seq = ${-seq - 1}`
    mustName(await fault(change(swap)), where, name)
  }
})

test('the newest commit cut off: without a trace it is seen against a remembered position alone', async () => {
  const cut = await fault((db) => {
    db.exec(`DELETE FROM entry WHERE seq = ${head.seq};
      DELETE FROM commits WHERE last_seq = ${head.seq}`)
  })
  equal(cut.what, 'level', 'the levels still tell of it')

  // As a copy of the file that was made before the newest commit would look.
  const longer = join(folder, 'longer.db')
  tamperWith(original, longer, () => undefined)
  const later = await goOn(longer)
  const verdict = await verdictOf(original)
  ok(typeof verdict !== 'string' && verdict.ok, 'nothing in the file can tell')
  const missed = await verdictOf(original, later)
  ok(typeof missed !== 'string' && !missed.ok)
  equal(missed.fault.what, 'end-missing')
  const whole = await verdictOf(longer, head)
  ok(typeof whole !== 'string' && whole.ok, 'an older position is found in a longer trail')
})

test('edited, and every hash written anew: seen against a remembered position alone', async () => {
  tamperWith(original, copy, (db) => db.exec(`UPDATE entry SET actor = 'eve' WHERE seq = 5`))
  const entries = await entriesOf(copy)
  const rehash = (db: DatabaseSync): void => {
    let [hash, from] = [NO_HASH, 0]
    for (const row of db
      .prepare('SELECT number, last_seq, at FROM commits ORDER BY number')
      .all()) {
      const { number, last_seq: last, at } = row as Record<string, number>
      hash = commitHash(hash, number!, at!, entries.slice(from, last))
      const update = db.prepare('UPDATE commits SET hash = ? WHERE number = ?')
      update.run(Buffer.from(hash, 'hex'), number!)
      from = last!
    }
  }
  const forged = join(folder, 'forged.db')
  tamperWith(copy, forged, rehash)
  const verdict = await verdictOf(forged)
  ok(typeof verdict !== 'string' && verdict.ok, JSON.stringify(verdict))
  const remembered = await verdictOf(forged, head)
  ok(typeof remembered !== 'string' && !remembered.ok)
  deepEqual([remembered.fault.what, remembered.seq], ['end-missing', head.seq])
})

async function goOn(path: string): Promise<Remembered> {
  const store = sqlite({ path, worker: false })
  await using shop = await openInventory({ store, allowClockBehind: true, sweepMs: 0 })
  await shop.addStock({ warehouseId: 'SF', productId: 'HAT', qty: 1, source: 'LATE' })
  return await shop.head()
}

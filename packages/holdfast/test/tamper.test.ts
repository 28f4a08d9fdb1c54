import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { memory, openInventory, type Fault, type Remembered } from '../src/index.ts'
import { textDigest } from '../src/log/hash.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { changeLine, commitsOf, rehash, setBody } from './support/forged-log.ts'
import { LONG } from './support/long.ts'
import {
  entriesOf,
  makeHistory,
  tamperFolder,
  tamperWith,
  verdictOf,
} from './support/small-history.ts'

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

/** What `verify` finds after a change. That it finds something is part of the test. */
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
  const found = commitsOf(db).find(({ lastSeq }) => lastSeq >= seq)!
  const { commit, firstSeq, lastSeq } = found
  return { commit, firstSeq, lastSeq }
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

test('one byte of a text changed in the file: the commit is named', async () => {
  const bytes = readFileSync(original)
  let at = bytes.indexOf('SUPPLIER-ONE')
  ok(at > 0)
  // Unused pages may contain an older copy.
  for (; at > 0; at = bytes.indexOf('SUPPLIER-ONE')) bytes[at + 9]! ^= 1
  writeFileSync(copy, bytes)
  const verdict = await verdictOf(copy)
  ok(typeof verdict !== 'string' && !verdict.ok)
  equal(verdict.fault.what, 'text')
  equal(verdict.fault.commit, 2)
})

test('any entry edited, deleted or swapped: the commit is named, and if possible the entry', async () => {
  for (const seq of seqs) {
    let where!: ReturnType<typeof commitOf>
    const change =
      (work: (db: DatabaseSync) => void, anew = false) =>
      (db: DatabaseSync) => {
        where = commitOf(db, seq)
        work(db)
        if (anew) rehash(db)
      }
    const name = `entry ${seq}`
    const more = (db: DatabaseSync): void =>
      changeLine(db, seq, (line) => void (line[2] = (line[2] as number) + 1))
    const edited = await fault(change(more))
    mustName(edited, where, name)
    equal(edited.what, 'hash')

    const gone = await fault(
      change((db) => db.exec(`DELETE FROM commits WHERE number = ${where.commit}`)),
    )
    deepEqual(
      [gone.what, gone.commit],
      where.lastSeq === head.seq ? ['level', undefined] : ['gap', where.commit + 1],
      name,
    )

    // With every hash recomputed, what follows from it is wrong.
    const forged = await fault(change(more, true))
    if (forged.what === 'balance') deepEqual([forged.commit, forged.seq], [where.commit, seq], name)
    else {
      const others = ['level', 'reservation', 'transfer', 'warehouse', 'format']
      ok(others.includes(forged.what), forged.what)
    }

    if (seq === head.seq || where.lastSeq === seq) continue
    const swap = (db: DatabaseSync): void => {
      const { commit, firstSeq, body } = commitsOf(db).find(({ lastSeq }) => lastSeq >= seq)!
      const parts = JSON.parse(body) as { entries: unknown[][] }
      const { entries } = parts
      const at = seq - firstSeq
      ;[entries[at], entries[at + 1]] = [entries[at + 1]!, entries[at]!]
      setBody(db, commit, JSON.stringify(parts))
    }
    mustName(await fault(change(swap)), where, name)
  }
})

test('any number of an entry changed, and every hash recomputed: it no longer follows, or the state does not', async () => {
  const lines = new Map<unknown, { seq: number; line: readonly unknown[] }[]>()
  tamperWith(original, copy, (db) => {
    for (const { firstSeq, body } of commitsOf(db)) {
      const { entries = [] } = JSON.parse(body) as { entries?: unknown[][] }
      for (const [index, line] of entries.entries()) {
        // RETURNED has one of several reasons.
        const kind = line[0] === 3 ? `3: ${String(line[10])}` : line[0]
        lines.set(kind, [...(lines.get(kind) ?? []), { seq: firstSeq + index, line }])
      }
    }
  })
  equal(lines.size, 25)
  const passed: string[] = []
  for (const { seq, line } of [...lines.values()].flatMap((same) => same.slice(LONG ? -2 : -1)))
    for (const [place, value] of line.entries())
      for (const other of typeof value === 'number' ? [value + 1, value - 1] : []) {
        tamperWith(original, copy, (db) => {
          changeLine(db, seq, (changed) => void (changed[place] = other))
          rehash(db)
        })
        const verdict = await verdictOf(copy)
        if (typeof verdict !== 'string' && verdict.ok) passed.push(`${String(line[0])}: ${place}`)
      }
  // The owner before another one, and which of two words with the same effect it was: no state reveals them.
  deepEqual(passed, ['9: 11', '20: 0'])
})

test('the newest commit cut off without a trace is noticed only with a remembered position', async () => {
  const cut = await fault((db) => {
    db.exec(`DELETE FROM commits WHERE last_seq = ${head.seq}`)
  })
  equal(cut.what, 'level', 'the levels still tell of it')

  // Like a copy of the file from before the newest commit.
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

test('a name changed, and every hash recomputed: noticed only with a remembered position', async () => {
  const forged = join(folder, 'forged.db')
  tamperWith(original, forged, (db) => {
    const row = db
      .prepare(`SELECT number, body, texts FROM commits WHERE texts LIKE '%"ann"%'`)
      .get()!
    const number = Number(row['number'])
    const texts = String(row['texts']).replace('"ann"', '"eve"')
    const [salt] = JSON.parse(texts) as string[]
    const old = textDigest(salt!, (JSON.parse(String(row['texts'])) as string[])[1]!)
    const anew = textDigest(salt!, (JSON.parse(texts) as string[])[1]!)
    setBody(db, number, String(row['body']).replace(old, anew))
    db.prepare('UPDATE commits SET texts = ? WHERE number = ?').run(texts, number)
    rehash(db)
  })
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

/** Rows without an entry that no read would show, and rows that are not what they seem. */
const HIDDEN = [
  'INSERT INTO reservation (seq, level_key, qty, status, created_at, expires_at, random, moved_after) SELECT -5, level_key, 3, 0, 1, 5, 7, 0 FROM reservation LIMIT 1',
  "INSERT INTO level_key VALUES (0, 'GHOST', 'SF'); INSERT INTO level VALUES (0, 7, 0, 0, 0, 1, NULL, NULL)",
  'INSERT INTO transfer (seq, product_id, from_warehouse_id, to_warehouse_id, qty, status, requested_by, decided_by, reason, created_at, decided_at, random, last_seq) SELECT -1, product_id, from_warehouse_id, to_warehouse_id, qty, status, requested_by, decided_by, reason, created_at, decided_at, random, last_seq FROM transfer LIMIT 1',
  "INSERT INTO idempotency VALUES (-1, 'k', 'f', '{}', 1, 1)",
  'INSERT INTO commits SELECT 0, 1, 0, at, 0, batch_id, hash, body, texts FROM commits LIMIT 1',
  'UPDATE reservation SET level_key = level_key - 4294967296',
  'UPDATE reservation SET behind = behind + 4294967296 WHERE behind IS NOT NULL',
  'UPDATE warehouse SET position = 100 - position; UPDATE warehouse_stock SET position = 100 - position',
  "INSERT INTO level_key VALUES (99, 'NEXT', 'SF')",
  "INSERT INTO warehouse VALUES (99, 'GHOST', 'x', NULL, 0, '[]', 1, 0)",
  'INSERT INTO warehouse_stock VALUES (99, 0)',
  'CREATE UNIQUE INDEX mine ON document (length(name) < 0)',
  "UPDATE reservation SET owner = CAST(x'636166ff' AS TEXT) WHERE owner IS NOT NULL",
  "UPDATE idempotency SET key = 'hold-x' WHERE id = (SELECT max(id) FROM idempotency)",
]

for (const sql of HIDDEN)
  test(`with a remembered head it is noticed: ${sql.slice(0, 90)}`, async () => {
    const found = await fault((db) => db.exec(sql), head)
    ok(found.message.length > 0)
  })

/** Makes the holds of the one list in the history replace others. */
function replaceBy(db: DatabaseSync, replaced: readonly string[]): void {
  const list = commitsOf(db).find(({ body }) => body.includes('[9,1,70,'))!
  const parts = JSON.parse(list.body) as { entries: unknown[][] }
  const lines = parts.entries.filter(([type]) => type === 9)
  for (const [index, which] of replaced.entries()) {
    const { replaces, replacesRandom } = db.prepare(`${which} AND seq < ${list.firstSeq}`).get()!
    // The lines of a list have a group, and so options.
    Object.assign(lines[index]!.at(-1) as object, { replaces, replacesRandom })
  }
  setBody(db, list.commit, JSON.stringify(parts))
  rehash(db)
}

const REPLACED = 'SELECT seq AS replaces, random AS replacesRandom FROM reservation WHERE'
const RELEASED = `${REPLACED} status = 2`
for (const [what, replaced, message] of [
  ['is held', [`${REPLACED} status = 0`], /it replaces a reservation that is PENDING/],
  ['is sold', [`${REPLACED} status = 1`], /it replaces a reservation that is CONFIRMED/],
  ['was already replaced', [RELEASED, RELEASED], /it replaces .* already replaced/],
  ['has another id', [RELEASED.replace('random', 'random + 1')], /it replaces .* whose id differs/],
] as const)
  test(`a log in which a hold replaces a reservation that ${what} is refused`, async () => {
    match((await fault((db) => replaceBy(db, replaced))).message, message)
  })

test('text that looks like undecodable bytes is refused', async () => {
  await using shop = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  const at = { warehouseId: 'SF', productId: 'SOCK', qty: 1 }
  for (const bad of [
    { ...at, source: 'caf\ufffd' },
    { ...at, source: 'S', productId: 'caf\ufffd' },
    { ...at, source: 'S', idempotencyKey: '\ufffd' },
  ])
    await rejects(shop.addStock(bad), { message: /U\+FFFD/ })
})

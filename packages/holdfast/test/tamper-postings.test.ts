import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openInventory, rebuild, type Verdict } from '../src/index.ts'
import { verify } from '../src/engine/proof/verify.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import type { Reader } from '../src/store/store.ts'
import {
  foundBy,
  makeShortRuns,
  SHORT_RUN,
  shortRuns,
  verdictOfShortRuns,
} from './support/posted-history.ts'
import { TAMPERS, type TamperedMark, type TamperedRow } from './support/posting-tampers.ts'
import { tamperFolder, tamperWith } from './support/small-history.ts'

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
before(async () => makeShortRuns(original))
after(() => rmSync(folder, { recursive: true }))

function tamper(db: DatabaseSync, change: (typeof TAMPERS)[number]['change']): void {
  const remove = ({ kind, list, block, run }: TamperedRow): void => {
    const where = 'kind = ? AND list = ? AND block = ? AND run = ?'
    equal(db.prepare(`DELETE FROM posting WHERE ${where}`).run(kind, list, block, run).changes, 1)
  }
  change({
    rows: db.prepare('SELECT * FROM posting').all() as unknown as TamperedRow[],
    mark: db.prepare('SELECT * FROM posting_watermark').get() as unknown as TamperedMark,
    remove,
    put: ({ kind, list, block, run, seqs }, before) => {
      if (before !== undefined) remove(before)
      db.prepare('INSERT INTO posting VALUES (?, ?, ?, ?, ?)').run(kind, list, block, run, seqs)
    },
    setMark: (mark) => {
      for (const [column, value] of Object.entries(mark))
        db.prepare(`UPDATE posting_watermark SET ${column} = ?`).run(value)
    },
  })
}

async function mustHold(path: string): Promise<void> {
  const verdict = await verdictOfShortRuns(path)
  ok(typeof verdict !== 'string' && verdict.ok, JSON.stringify(verdict))
}

for (const { name, change, says } of TAMPERS)
  test(`${says === null ? 'no fault' : 'a fault'} of postings: ${name}`, async () => {
    tamperWith(original, copy, (db) => tamper(db, change))
    const verdict = await verdictOfShortRuns(copy)
    ok(typeof verdict !== 'string')
    if (says === null) return ok(verdict.ok, JSON.stringify(verdict))
    ok(!verdict.ok, 'was not noticed')
    equal(verdict.fault.what, 'posting')
    match(verdict.fault.message, says)
  })

test('without a word on how far postings go it says what to do', async () => {
  for (const change of [
    'DELETE FROM posting_watermark',
    "UPDATE posting_watermark SET salt = x'01'",
  ]) {
    tamperWith(original, copy, (db) => db.exec(change))
    const verdict = await verdictOfShortRuns(copy)
    ok(typeof verdict !== 'string' && !verdict.ok)
    match(verdict.fault.message, /how far postings go is not stored: `holdfast rebuild`/)
  }
})

const DAMAGES = [
  'DELETE FROM posting',
  'DELETE FROM posting WHERE run > 0',
  'DELETE FROM posting_watermark',
  'UPDATE posting_watermark SET commit_number = 0, seq = 0',
  'UPDATE posting_watermark SET salt = randomblob(8)',
  'UPDATE posting_watermark SET one = 2',
  'UPDATE posting SET list = list + 1, run = run + 1',
]
for (const damage of DAMAGES)
  test(`they are made anew after: ${damage}`, async () => {
    tamperWith(original, copy, (db) => db.exec(damage))
    await rebuild(shortRuns(copy))
    await mustHold(copy)
    deepEqual(markOf(copy), markOf(original))
    deepEqual(await foundBy(copy), await foundBy(original))
  })

/** Not how many rows there are: which texts share a list depends on the salt. */
function markOf(path: string): unknown {
  using db = new DatabaseSync(path, { readOnly: true })
  return db.prepare('SELECT one, commit_number, seq FROM posting_watermark').get()
}

test('a backup has them', async () => {
  {
    const store = sqlite({ path: original, worker: false })
    await using shop = await openInventory({ store, readOnly: true })
    rmSync(copy, { force: true })
    await shop.backup(copy)
  }
  await mustHold(copy)
  deepEqual(markOf(copy), markOf(original))
})

/** With a reader that answers other things. */
async function verdictWith(path: string, change: (reader: Reader) => void): Promise<Verdict> {
  const open = await shortRuns(path).open({ readOnly: true })
  try {
    change(open.reader)
    return await verify(open.reader, {}, undefined, SHORT_RUN)
  } finally {
    await open.close()
  }
}

test('they may be made anew while the log is read', async () => {
  const verdict = await verdictWith(original, (reader) => {
    const mark = reader.postingMark.bind(reader)
    reader.postingMark = async () => ({ ...(await mark())!, salt: new Uint8Array(8) })
  })
  ok(verdict.ok, JSON.stringify(verdict))
})

test('what is found in an earlier block than its entry is proved, over several pages of rows', async () => {
  const path = join(folder, 'blocks.db')
  const store = shortRuns(path)
  {
    await using shop = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
    const at = { warehouseId: 'SF', productId: 'SOCK' }
    await shop.addStock({ ...at, qty: 100_000, source: 'FACTORY' })
    const held: string[] = []
    const hold = { verb: 'reserve' as const, ...at, qty: 1, ttlMs: 1e9 }
    for (let n = 0; n < 34_000; n += 1000) {
      const commands = Array.from({ length: 1000 }, (_, i) => ({ ...hold, owner: `cart-${n + i}` }))
      const { answers } = await shop.batch({ commands })
      held.push(...answers.flatMap((answer) => (answer.ok ? [answer.id] : [])))
    }
    for (let n = 0; n < 34_000; n += 1000) {
      const ids = held.slice(n, n + 1000)
      const commands = ids.map((reservationId) => ({ verb: 'confirm' as const, reservationId }))
      await shop.batch({ commands })
    }
    // For a run that is whole.
    for (let n = 0; n < SHORT_RUN; n++) await shop.addStock({ ...at, qty: 1, source: 'FACTORY' })
  }
  await rebuild(store)
  let pages = 0
  const verdict = await verdictWith(path, (reader) => {
    const snapshot = reader.snapshot.bind(reader)
    reader.snapshot = async () => {
      const frozen = await snapshot()
      const rows = frozen.postingRows.bind(frozen)
      frozen.postingRows = async (after) => {
        pages++
        return rows(after)
      }
      return frozen
    }
  })
  ok(verdict.ok, JSON.stringify(verdict))
  ok(pages > 4, `${pages} pages of rows`)
  tamperWith(path, copy, (db) => db.exec('DELETE FROM posting WHERE run > block * 65536 + 65536'))
  const wrong = await verdictOfShortRuns(copy)
  ok(typeof wrong !== 'string' && !wrong.ok, 'was not noticed')
  match(wrong.fault.message, /^the postings reservationConfirmed of the entries 6\d{4} to /)
})

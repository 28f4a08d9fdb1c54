import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openInventory, rebuild, type Remembered } from '../src/index.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import {
  makeHistory,
  rowsOf,
  tamperFolder,
  tamperWith,
  verdictOf,
} from './support/small-history.ts'

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const copy = join(folder, 'copy.db')
let head: Remembered
before(async () => {
  head = await makeHistory(original)
})
after(() => rmSync(folder, { recursive: true }))

const DAMAGES = [
  'UPDATE level SET available = available + 1',
  'DELETE FROM level',
  'UPDATE level_key SET product_id = product_id || 1',
  'UPDATE reservation SET status = 1, qty = qty + 1, owner = NULL',
  'DELETE FROM reservation WHERE status <> 0',
  'INSERT INTO reservation (seq, level_key, qty, status, created_at, expires_at, random, moved_after) SELECT seq + 1000, level_key, qty, 0, 1, 1, 1, 1 FROM reservation',
  'DELETE FROM transfer',
  "UPDATE transfer SET status = 1, requested_by = 'eve'",
  "UPDATE warehouse SET name = 'x', capacity = 1",
  'DELETE FROM warehouse_stock',
  'DELETE FROM level_key; DELETE FROM warehouse',
]

for (const damage of DAMAGES) {
  test(`what follows from the log is rebuilt after: ${damage}`, async () => {
    tamperWith(original, copy, (db) => db.exec(damage))
    const broken = await verdictOf(copy)
    ok(typeof broken === 'string' || !broken.ok)
    const rebuilt = await rebuild(sqlite({ path: copy, worker: false }))
    const verdict = await verdictOf(copy, head)
    ok(typeof verdict !== 'string' && verdict.ok, JSON.stringify(verdict))
    deepEqual(rowsOf(copy), rowsOf(original))
    deepEqual([rebuilt.seq, rebuilt.levels], [head.seq, verdict.levels])
  })
}

test('a store whose log is damaged is left as it is', async () => {
  tamperWith(original, copy, (db) => {
    db.exec(`UPDATE commits SET body = replace(body, '100', '101') WHERE number = 2`)
    db.exec('UPDATE level SET available = available + 1')
  })
  const rows = rowsOf(copy)
  await rejects(rebuild(sqlite({ path: copy, worker: false })), (error: Error) => {
    match(error.message, /nothing was rebuilt.*commit 2 does not match its hash/)
    return (error as { code?: string }).code === 'STORE_DAMAGED'
  })
  deepEqual(rowsOf(copy), rows)
})

test('what onProgress rejects with, the caller hears, and everything is as it was', async () => {
  tamperWith(original, copy, (db) => db.exec(DAMAGES[0]!))
  const before = rowsOf(copy)
  const onProgress = (): unknown => Promise.reject(new Error('the terminal is gone'))
  await rejects(rebuild(sqlite({ path: copy, worker: false }), { onProgress }), {
    message: 'the terminal is gone',
  })
  deepEqual(rowsOf(copy), before)
})

test('aborting leaves everything as it was, also with threads', async () => {
  copyFileSync(original, copy)
  const rows = rowsOf(copy)
  const abort = new AbortController()
  const stopped = rebuild(sqlite(copy), {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('enough')),
  })
  await rejects(stopped, /enough|aborted/)
  deepEqual(rowsOf(copy), rows)
  const { reservations } = await rebuild(sqlite(copy))
  equal(reservations, (rows['reservation'] as unknown[]).length)
  deepEqual(rowsOf(copy), rows)
})

test('an inventory continues after it', async () => {
  tamperWith(original, copy, (db) => db.exec('DELETE FROM level; DELETE FROM reservation'))
  await rebuild(sqlite({ path: copy, worker: false }))
  const store = sqlite({ path: copy, worker: false })
  await using shop = await openInventory({ store, allowClockBehind: true, sweepMs: 0 })
  await shop.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'LATE' })
  equal((await shop.verify({ expect: head })).ok, true)
})

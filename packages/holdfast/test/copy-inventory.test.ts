import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  copyInventory,
  memory,
  openInventory,
  type AuditEntry,
  type Remembered,
  type Store,
} from '../src/index.ts'
import { sqlite } from '../src/store/sqlite/index.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { until } from '../src/testing/contract/until.ts'
import {
  contentOf,
  makeHistory,
  makeHistoryIn,
  rowsOf,
  tamperFolder,
  tamperWith,
  verdictOf,
} from './support/small-history.ts'

const folder = tamperFolder()
const original = join(folder, 'shop.db')
const damaged = join(folder, 'damaged.db')
const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
let head: Remembered
let copies = 0
before(async () => {
  head = await makeHistory(original)
})
after(() => rmSync(folder, { recursive: true }))

function file(path: string): Store {
  return sqlite({ path, worker: false })
}

function newPath(): string {
  return join(folder, `copy-${++copies}.db`)
}

function keysOf(path: string): object[] {
  return rowsOf(path)['idempotency'] as object[]
}

test('a copy has every row, the same head, and every answer', async () => {
  const path = newPath()
  const copied = await copyInventory({ from: file(original), to: file(path) })
  deepEqual(rowsOf(path), rowsOf(original))
  equal(await contentOf(path), await contentOf(original))
  const verdict = await verdictOf(path, head)
  ok(typeof verdict !== 'string' && verdict.ok, JSON.stringify(verdict))
  deepEqual([copied.seq, copied.levels], [head.seq, verdict.levels])
})

test('on threads, from memory and to memory it is the same', async () => {
  const first = memory()
  const made = await makeHistoryIn(first)
  const path = newPath()
  await copyInventory({ from: first, to: sqlite({ path }) })
  const last = memory()
  await copyInventory({ from: sqlite({ path }), to: last })
  for (const store of [sqlite({ path }), last]) {
    await using inventory = await openInventory({ store, readOnly: true })
    const verdict = await inventory.verify({ expect: made })
    ok(verdict.ok, JSON.stringify(verdict))
  }
})

test('work goes on in the copy: a repeated key has its answer, and a consumer its place', async () => {
  const path = newPath()
  await copyInventory({ from: file(original), to: file(path) })
  const clock = manualClock()
  await using shop = await openInventory({
    store: file(path),
    clock: clock.now,
    monotonicClock: clock.monotonic,
  })
  const hold = { ...SOCK, qty: 9, ttlMs: 60_000, owner: 'cart-7', idempotencyKey: 'hold-9' }
  const again = await shop.reserve(hold)
  deepEqual((await shop.head()).seq, head.seq)
  equal((await shop.getReservation({ reservationId: again.id })).qty, 9)
  const entries: AuditEntry[] = []
  const consumer = await shop.consume({ name: 'mail' }, (entry) => void entries.push(entry))
  await until('the consumer has read all', () => consumer.position === head.seq)
  await consumer.stop()
  ok(Number(entries[0]!.id) > 3, `it began again at ${entries[0]!.id}`)
  await shop.addStock({ ...SOCK, qty: 1, source: 'S' })
  ok((await shop.verify()).ok)
})

test('keys that were forgotten or stored again are as they were', async () => {
  const [from, to] = [newPath(), newPath()]
  const clock = manualClock()
  {
    await using shop = await openInventory({
      store: file(from),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
      clock: clock.now,
      monotonicClock: clock.monotonic,
      keepKeysMs: 1000,
      sweepMs: 20,
    })
    const add = (idempotencyKey: string) =>
      shop.addStock({ ...SOCK, qty: 1, source: 'S', idempotencyKey })
    for (const key of ['a', 'b', 'c']) await add(key)
    clock.advance(1001)
    for (const key of ['b', 'd']) await add(key)
    await until('three keys are forgotten', () => keysOf(from).length === 2)
  }
  await copyInventory({ from: file(from), to: file(to) })
  // They are numbered anew, without the gaps of those that are forgotten.
  const [before, after] = [from, to].map((path) => keysOf(path).map((row) => ({ ...row, id: 0 })))
  deepEqual(after, before)
  const verdict = await verdictOf(to)
  ok(typeof verdict !== 'string' && verdict.ok, JSON.stringify(verdict))
})

test('of a damaged log nothing is copied, and the copy can be made where it was tried', async () => {
  tamperWith(original, damaged, (db) =>
    db.exec(`UPDATE commits SET body = replace(body, '100', '101') WHERE number = 2`),
  )
  const path = newPath()
  await rejects(copyInventory({ from: file(damaged), to: file(path) }), (error: Error) => {
    match(error.message, /nothing was copied.*commit 2 does not match its hash/)
    return (error as { code?: string }).code === 'STORE_DAMAGED'
  })
  await copyInventory({ from: file(original), to: file(path) })
  deepEqual(rowsOf(path), rowsOf(original))
})

test('a key of no commit is not copied, nor are others left out behind it', async () => {
  for (const number of [0, 1_000_000]) {
    tamperWith(original, damaged, (db) =>
      db.exec(
        `INSERT INTO idempotency SELECT ${number === 0 ? 'min(id) - 1' : 'max(id) + 1'}, 'x', fingerprint, answer, ${number}, at
          FROM idempotency`,
      ),
    )
    const path = newPath()
    await rejects(copyInventory({ from: file(damaged), to: file(path) }), { code: 'STORE_DAMAGED' })
    await copyInventory({ from: file(original), to: file(path) })
  }
})

test('damaged counts and records are not copied: they are made from the log', async () => {
  tamperWith(original, damaged, (db) =>
    db.exec('UPDATE level SET available = available + 1; DELETE FROM reservation'),
  )
  const path = newPath()
  await copyInventory({ from: file(damaged), to: file(path) })
  deepEqual(rowsOf(path), rowsOf(original))
})

test('where there is an inventory, nothing is copied', async () => {
  const path = newPath()
  await copyInventory({ from: file(original), to: file(path) })
  const rows = rowsOf(path)
  for (const from of [original, path])
    await rejects(copyInventory({ from: file(from), to: file(path) }), {
      code: 'STORE_UNAVAILABLE',
      message: /nothing was copied: there is an inventory already/,
    })
  deepEqual(rowsOf(path), rows)
})

test('what does not exist is not made by copying it', async () => {
  await rejects(copyInventory({ from: file(newPath()), to: file(newPath()) }), {
    code: 'STORE_UNAVAILABLE',
  })
})

test('aborted, or told that nobody hears of its progress, it leaves nothing', async () => {
  const path = newPath()
  const to = sqlite({ path })
  const signal = AbortSignal.abort(new Error('stopped'))
  await rejects(copyInventory({ from: file(original), to }, { signal }), { message: 'stopped' })
  const onProgress = (): unknown => Promise.reject(new Error('the terminal is gone'))
  await rejects(copyInventory({ from: file(original), to }, { onProgress }), {
    message: 'the terminal is gone',
  })
  await using shop = await openInventory({ store: to, readOnly: true })
  equal((await shop.head()).commit, 0)
})

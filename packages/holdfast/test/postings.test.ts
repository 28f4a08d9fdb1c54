import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { manualClock } from 'holdfast/testing'
import { CANDIDATES } from '../src/postings/records.ts'
import { TextHash } from '../src/postings/text-hash.ts'
import { SqliteStore } from '../src/store/sqlite/open.ts'
import { WriteSession } from '../src/store/sqlite/write/session.ts'
import { LONG } from './support/long.ts'
import { live, liveEverywhere, withoutIndexer } from './support/posted-life.ts'
import { foundInParts, opened, postAll } from './support/posted-in-parts.ts'
import { mustBePosted, SamePages, type Mark, type StoredPosting } from './support/same-pages.ts'

const CHILD = join(import.meta.dirname, 'support/posting-child.ts')
const STEPS = LONG ? 600 : 120
const QUESTIONS = LONG ? 60 : 15

for (const seed of LONG ? [1, 2, 3, 4, 5] : [1]) {
  test(`SQLite finds what memory does, however far its postings go (seed ${seed})`, async (t) => {
    const path = newPath(t)
    const stored = {
      watermark: () => watermarkOf(path),
      rows: () => rowsOf(path),
      cutOff: (before: Mark, share: number) => cutOff(path, before, share),
    }
    const storeOf = (runCommits: number) => new SqliteStore({ path, worker: false }, runCommits)
    await foundInParts({ storeOf, stored, seed, steps: STEPS, questions: QUESTIONS })
  })
}

test('SQLite posts while it commits, on threads', async (t) => {
  const path = newPath(t)
  const plain = memory()
  const now = await live(plain, 7, STEPS / 2)
  const store = new SqliteStore({ path }, 3)
  await live(store, 7, STEPS / 2)
  const { reader } = await plain.open({ readOnly: true })
  const { commit } = await reader.head()
  ok(watermarkOf(path).commit > commit / 2)
  await opened(store, async (open) => {
    await new SamePages(reader, now, 7).compare(open.reader, QUESTIONS, 'as it was left')
    await postAll(open)
  })
  ok(watermarkOf(path).commit > commit - 3)
  await mustBePosted(reader, rowsOf(path), watermarkOf(path), 3)
})

test('a run that failed or was stopped is begun again, and ends where it would have ended', async (t) => {
  const path = newPath(t)
  const store = new SqliteStore({ path, worker: false }, 4)
  await live(withoutIndexer(store), 3, 40)
  await opened(store, async (open) => {
    const { postings, reader } = open
    const failing = async (name: 'writePostings' | 'moveWatermark'): Promise<void> => {
      const mock = t.mock.method(WriteSession.prototype, name, () => {
        throw new Error('the disk is full')
      })
      await rejects(postings!.extend(), /the disk is full/)
      mock.mock.restore()
    }
    await failing('moveWatermark')
    await failing('writePostings')
    await failing('writePostings')
    equal(await postings!.extend(AbortSignal.abort()), null)
    deepEqual(await postings!.watermark(), { commit: 0, seq: 0 })
    equal((await postings!.extend())?.commit, 4)
    await failing('writePostings')
    await failing('moveWatermark')
    await postAll(open)
    await mustBePosted(reader, rowsOf(path), watermarkOf(path), 4)
  })
})

test('killed between the slices of a run, it finds all, and goes on with the run later', async (t) => {
  const original = newPath(t)
  const plain = memory()
  const now = await live(plain, 5, 30, 2200)
  await live(withoutIndexer(new SqliteStore({ path: original, worker: false })), 5, 30, 2200)
  const { reader } = await plain.open({ readOnly: true })
  const { commit } = await reader.head()
  for (let step = 1; ; step += 2) {
    const path = newPath(t)
    copyFileSync(original, path)
    const args = ['sqlite', path, String(commit), String(step)]
    const { signal, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=source', CHILD, ...args],
      { encoding: 'utf8' },
    )
    if (stdout.includes('done')) {
      ok(step > 3, `it has ${step} steps`)
      break
    }
    equal(signal, 'SIGKILL', stderr)
    const store = new SqliteStore({ path, worker: false }, commit)
    equal(watermarkOf(path).commit, 0)
    ok(rowsOf(path).length >= 500)
    const pages = new SamePages(reader, now, step)
    await opened(store, async (open) => {
      await pages.compare(open.reader, 2, `killed before step ${step}`)
      await postAll(open)
      await pages.compare(open.reader, 2, `gone on behind step ${step}`)
      await mustBePosted(reader, rowsOf(path), watermarkOf(path), commit)
    })
  }
})

test('owners, groups and references that share one hash are told apart', async (t) => {
  t.mock.method(TextHash.prototype, 'of', () => 7)
  const path = newPath(t)
  const holds = LONG ? 10_000 : 5_200
  const plain = memory()
  const now = await live(plain, 6, 40, holds)
  const store = new SqliteStore({ path, worker: false }, 1)
  await live(withoutIndexer(store), 6, 40, holds)
  const { reader } = await plain.open({ readOnly: true })
  await opened(store, async (open) => {
    await postAll(open)
    await new SamePages(reader, now, 6).compare(open.reader, 10, 'all posted')
    await mustBePosted(reader, rowsOf(path), watermarkOf(path), 1)
    let pages = 0
    for (let beforeSeq: number | undefined; ; pages++) {
      const query = { owner: 'nobody', beforeSeq, limit: 50, now }
      const { before, rows } = await open.reader.reservations(query)
      equal(rows.length, 0)
      if (before === null) break
      beforeSeq = before
    }
    equal(pages, Math.floor(holds / CANDIDATES))
  })
})

/** 300,000 with the long setting. */
const EXPIRED = LONG ? 300_000 : 11_000

test(`${EXPIRED} expired holds and one living one of an owner: it is found`, async (t) => {
  const clock = manualClock()
  const store = new SqliteStore({ path: newPath(t), worker: false }, 20)
  await using inventory = await openInventory({
    store,
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    clock: clock.now,
    sweepMs: 0,
  })
  const at = { warehouseId: 'SF', productId: 'SOCK', qty: 1 } as const
  await inventory.addStock({ ...at, qty: EXPIRED + 1, source: 'SUPPLIER' })
  const { id } = await inventory.reserve({ ...at, ttlMs: 1e9, owner: 'ann' })
  for (let made = 0; made < EXPIRED; made += 1000) {
    const hold = { verb: 'reserve', ...at, ttlMs: 10, owner: 'ann' } as const
    await inventory.batch({ commands: Array.from({ length: 1000 }, () => hold) })
  }
  clock.advance(11)
  const begun = performance.now()
  const found: string[] = []
  let pages = 0
  let cursor: string | undefined
  do {
    const page = await inventory.listReservations({ owner: 'ann', status: 'PENDING', cursor })
    found.push(...page.items.map((one) => one.id))
    cursor = page.cursor ?? undefined
    pages++
  } while (cursor !== undefined)
  t.diagnostic(`${pages} pages in ${Math.round(performance.now() - begun)} ms`)
  deepEqual(found, [id])
  equal(pages, Math.floor(EXPIRED / CANDIDATES) + 1)
})

test('holds of a product that is in hundreds of warehouses are its own alone', async (t) => {
  equal(await liveEverywhere(new SqliteStore({ path: newPath(t), worker: false })), 7)
})

function newPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-postings-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'shop.db')
}

/** Opens it each time anew, as if the process before had been killed. */
function watermarkOf(path: string): Mark {
  using db = new DatabaseSync(path, { readOnly: true })
  const sql = 'SELECT commit_number AS "commit", seq, salt FROM posting_watermark'
  return db.prepare(sql).get() as unknown as Mark
}

function rowsOf(path: string): StoredPosting[] {
  using db = new DatabaseSync(path, { readOnly: true })
  return db.prepare('SELECT * FROM posting').all() as unknown as StoredPosting[]
}

/** As if the process had been killed when it had written a share of the run. */
function cutOff(path: string, { commit, seq }: Mark, share: number): void {
  using db = new DatabaseSync(path)
  const rows = rowsOf(path).filter(({ run }) => run === seq).length
  db.prepare('UPDATE posting_watermark SET commit_number = ?, seq = ?').run(commit, seq)
  db.prepare(
    `DELETE FROM posting WHERE run = ? AND (kind, list, block) NOT IN (
      SELECT kind, list, block FROM posting WHERE run = ? ORDER BY kind, list, block LIMIT ?)`,
  ).run(seq, seq, Math.ceil(rows * share))
}

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { LIMITS } from '../../model/limits.ts'
import { openInventory } from '../../engine/open/open-inventory.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { Holder } from '../../model/reservation.ts'
import { NO_NEEDS } from '../nothing.ts'
import { newestEntry } from '../../model/newest-entry.ts'
import { StoreFailure } from '../../store/failure.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import {
  LOG_PAGE_BYTES,
  type Commit,
  type Head,
  type Store,
  type Writer,
} from '../../store/store.ts'
import { largestMetadata } from './trail-bytes.ts'
import { received, reserved, withEntries, type SampleCommit } from './sample-commits.ts'

/** What the engine relies on and no inventory can show: the store by itself. */
export function port(makeStore: (t: TestContext) => Store | Promise<Store>): void {
  async function writing(t: TestContext) {
    let close = async (): Promise<void> => undefined
    // First, because hooks run in the order they were added: it is closed before the place is cleaned up.
    t.after(() => close())
    const store = await makeStore(t)
    // Opened once by the engine, so that there is a warehouse.
    await (
      await openInventory({ store, warehouses: [{ id: 'SF', name: 'San Francisco' }] })
    ).close()
    const opened = await store.open({ readOnly: false })
    close = () => opened.close()
    const writer = opened.writer!
    const { head, warehouses } = await writer.recover()
    return {
      store,
      writer,
      reader: opened.reader,
      head,
      warehouse: warehouses[0]!,
      close,
    }
  }

  async function commit(writer: Writer, one: Commit): Promise<void> {
    await writer.headLock?.acquire()
    await writer.commit(one)
  }

  test('a commit is stored as a whole, and found by its batch id', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const one = received(head, warehouse, 5)
    equal(await writer.wasCommitted(one.batchId), false)
    await commit(writer, one)
    equal(await writer.wasCommitted(one.batchId), true)
    equal(await writer.wasCommitted('0'.repeat(32)), false)
    deepEqual(await reader.head(), one.head)
    deepEqual((await writer.recover()).head, one.head)
    const { rows } = await reader.level({ warehouseId: 'SF', productId: 'SOCK' }, 0)
    deepEqual(
      rows.map((row) => [row.key, row.available, row.lastSeq, row.due]),
      [[1, 5, one.head.seq, 0]],
    )
    deepEqual((await reader.warehouses()).rows[0]!.onHand, 5)
    deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, one.entries)
    deepEqual(
      (await reader.documents('d')).map(({ name, value }) => `${name}=${value}`),
      ['document=1'],
    )
  })

  const broken: Record<string, (one: Commit) => Commit> = {
    'a level below nothing': (one) => ({ ...one, levels: [{ ...one.levels[0]!, available: -1 }] }),
    'held units below nothing': (one) => ({ ...one, levels: [{ ...one.levels[0]!, held: -1 }] }),
    'allocated units below nothing': (one) => ({
      ...one,
      levels: [{ ...one.levels[0]!, allocated: -1 }],
    }),
    'a commit whose number is taken': (one) => {
      const { before, head } = one
      const commit = before.commit
      return { ...one, before: { ...before, commit: commit - 1 }, head: { ...head, commit } }
    },
  }
  for (const [what, spoil] of Object.entries(broken)) {
    test(`${what} is refused by the store itself, and nothing of the batch remains`, async (t) => {
      const { store, writer, reader, head, warehouse, close } = await writing(t)
      await rejects(commit(writer, spoil(received(head, warehouse, 5))), StoreFailure)
      await writer.headLock?.release()
      deepEqual(await reader.head(), head)
      deepEqual((await reader.levels({ limit: 9, now: 0 })).rows, [])
      deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, [])
      deepEqual(await reader.documents('d'), [])
      equal((await reader.warehouses()).rows[0]!.onHand, 0)
      await close()
      const again = await openInventory({ store })
      equal((await again.verify()).ok, true)
      await again.close()
    })
  }

  /** A commit that cannot even be encoded. */
  const unsendable = (one: Commit): Commit => ({
    ...one,
    get body(): never {
      throw new RangeError('Invalid string length')
    },
  })
  const isHarmless = (error: unknown): boolean =>
    error instanceof StoreFailure && error.outcome === 'not-committed' && !error.fatal

  test('a commit that cannot be sent is refused, and the store still works', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const one = received(head, warehouse, 5)
    await rejects(commit(writer, unsendable(one)), isHarmless)
    await writer.headLock?.release()
    deepEqual((await writer.recover()).head, head)
    equal(await writer.wasCommitted(one.batchId), false)
    await commit(writer, one)
    deepEqual(await reader.head(), one.head)
  })

  test('what was decided on a commit that cannot be sent fails with it', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    if (writer.depth < 2) return t.skip('one commit at a time')
    const one = received(head, warehouse, 5)
    const next = { ...received(one.head, warehouse, 7), batchId: 'bad'.padEnd(32, '0') }
    await writer.headLock?.acquire()
    const both = [writer.commit(unsendable(one)), writer.commit(next)]
    for (const outcome of await Promise.allSettled(both))
      ok(outcome.status === 'rejected' && isHarmless(outcome.reason))
    await writer.headLock?.release()
    deepEqual((await writer.recover()).head, head)
    await commit(writer, one)
    deepEqual(await reader.head(), one.head)
  })

  test('a commit that cannot be sent does not affect those in flight', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    if (writer.depth < 2) return t.skip('one commit at a time')
    const one = received(head, warehouse, 5)
    const next = received(one.head, warehouse, 7)
    const bad = unsendable({ ...next, batchId: 'bad'.padEnd(32, '0') })
    await writer.headLock?.acquire()
    const both = [writer.commit(one), writer.commit(bad)]
    const [first, second] = await Promise.allSettled(both)
    equal(first!.status, 'fulfilled')
    ok(second!.status === 'rejected' && isHarmless(second!.reason))
    await writer.headLock?.release()
    deepEqual((await writer.recover()).head, one.head)
    deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, one.entries)
  })

  /** A commit with the largest possible entries, all different, each for the level that the first one created. */
  const large = (
    head: Head,
    warehouse: Commit['warehouses'][number],
    count: number,
  ): SampleCommit => {
    const one = received(head, warehouse, 5)
    const [entry] = one.entries
    const largest = Object.entries(largestMetadata('漢'))
    const entries = Array.from({ length: count }, (_, index) => {
      const seq = head.seq + index + 1
      const metadata: Record<string, string> = {}
      for (const [key, text] of largest) metadata[key] = `${seq}`.padEnd(10) + text.slice(10)
      return { ...entry!, id: String(seq), seq, metadata }
    })
    const lastSeq = head.seq + count
    const batchId = lastSeq.toString(16).padStart(32, '0')
    const levels = [{ ...one.levels[0]!, lastSeq }]
    return withEntries({ ...one, batchId, levels }, entries)
  }
  const sizeOf = (rows: readonly unknown[]): number => Buffer.byteLength(JSON.stringify(rows))
  /** A page ends with the entry that fills it, and not before it is half full. */
  const isPageful = (rows: readonly unknown[]): boolean =>
    sizeOf(rows) > LIMITS.pageBytes / 2 && sizeOf(rows.slice(0, -1)) <= LIMITS.pageBytes

  test('a page of large entries ends at its bytes, and the next ones miss none', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const one = large(head, warehouse, 60)
    await commit(writer, one)
    const seqs: number[] = []
    for (let afterSeq = head.seq; afterSeq < one.head.seq;) {
      const page = await reader.entries({ afterSeq, limit: 1000 })
      const isLast = page.scannedTo === one.head.seq
      ok(isLast ? sizeOf(page.rows) <= 1.2 * LIMITS.pageBytes : isPageful(page.rows))
      seqs.push(...page.rows.map(({ seq }) => seq))
      afterSeq = page.scannedTo
    }
    deepEqual(
      seqs,
      one.entries.map(({ seq }) => seq),
    )
  })

  test('a level’s history ends at its bytes, and says that there is more', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const one = large(head, warehouse, 60)
    await commit(writer, one)
    const place = { warehouseId: 'SF', productId: 'SOCK' }
    const seqs: number[] = []
    for (let through = Infinity, more = true; more;) {
      const page = await reader.history(place, through, 1000)
      more = page.more
      if (more) ok(isPageful(page.rows))
      seqs.push(...page.rows.map(({ seq }) => seq))
      through = seqs.at(-1)! - 1
    }
    deepEqual(seqs, one.entries.map(({ seq }) => seq).reverse())
    const few = await reader.history(place, Infinity, 2)
    deepEqual([few.rows.length, few.more], [2, true])
  })

  test('a page of the log ends at its bytes with a whole commit, however large one is', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const made: SampleCommit[] = []
    for (const count of [1, 5, 5, 5, 5, 60, 1, 5, 50, 9]) {
      const one = large(made.at(-1)?.head ?? head, warehouse, count)
      await commit(writer, one)
      made.push(one)
    }
    const found: LoggedCommit[] = []
    const pages: number[] = []
    for (let after = head.commit; after < made.at(-1)!.head.commit;) {
      const page = await reader.log(after)
      const bytes = page.slice(0, -1).map(({ body, texts }) => body.length + (texts?.length ?? 0))
      ok(bytes.reduce((sum, one) => sum + one, 0) < LOG_PAGE_BYTES)
      found.push(...page.map((one) => ({ ...one, marks: undefined })))
      pages.push(page.length)
      after = page.at(-1)!.commit
    }
    deepEqual(
      found,
      made.map(({ before, head: { commit, seq, at, levelKeys, hash }, batchId, json, texts }) => ({
        ...{ commit, firstSeq: before.seq + 1, lastSeq: seq, at, levelKeys, batchId },
        ...{ hash, body: json, texts, marks: undefined },
      })),
    )
    ok(pages.length >= 3)
  })

  test('the greatest key of a scope is found, in order of bytes', async (t) => {
    const { writer, head, warehouse } = await writing(t)
    // Above all others by UTF-16, not by UTF-8.
    const [wide, tall] = ['\uffee', '\u{1f9e6}']
    const keys = ['a\nk1', 'a\nk3', 'a\nk2', `b\n${tall}`, `b\n${wide}`, 'bb\nz', '\nplain']
    const stored = keys.map((key) => ({ key, fingerprint: 'f', answer: '{}', at: head.at }))
    await commit(writer, { ...received(head, warehouse, 5), keys: stored })
    const keyScopes = ['b\n', 'a\n', 'c\n', '\n', 'bb\n']
    await writer.headLock?.acquire()
    const { lastKeys } = await writer.load({ ...NO_NEEDS, keyScopes })
    await writer.headLock?.release()
    deepEqual(lastKeys, [`b\n${tall}`, 'a\nk3', null, '\nplain', 'bb\nz'])
  })

  test('of two commits on the same head the second is refused', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const first = received(head, warehouse, 5)
    await commit(writer, first)
    const second = { ...received(head, warehouse, 7), batchId: 'bad'.padEnd(32, '0') }
    await rejects(commit(writer, second), StoreFailure)
    await writer.headLock?.release()
    equal(await writer.wasCommitted(second.batchId), false)
    deepEqual(await reader.head(), first.head)
    deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, first.entries)
  })

  test('only one process writes at a time, if the store says so; closing twice is safe', async (t) => {
    const { store, writer, close } = await writing(t)
    const second = async () => store.open({ readOnly: false })
    if (writer.headLock !== null) await (await second()).close()
    else
      await rejects(
        second,
        (error) => error instanceof OperationalError && error.code === 'STORE_LOCKED',
      )
    await close()
    await close()
    const again = await store.open({ readOnly: false })
    ok(again.writer !== null)
    await again.close()
  })

  test('a reader gets no writer', async (t) => {
    const { store } = await writing(t)
    const opened = await store.open({ readOnly: true })
    equal(opened.writer, null)
    await opened.close()
  })

  test('documents are replaced, and listed by prefix', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const [x, y, z] = ['x', 'y', 'z'].map((value) => ({ name: `a:${value}`, value }))
    const one = { ...received(head, warehouse, 5), documents: [z!, x!, y!, { ...y!, name: 'b' }] }
    await commit(writer, one)
    const documents = [
      { name: 'a:x', value: 'x2' },
      { name: 'a:y', value: null },
    ]
    const batchId = 'd0'.repeat(16)
    await commit(writer, { ...received(one.head, warehouse, 5), batchId, documents })
    deepEqual(await reader.documents('a'), [{ name: 'a:x', value: 'x2' }, z])
    deepEqual(await reader.documents('a:z'), [z])
    deepEqual(await reader.documents('%'), [])
    await writer.headLock?.acquire()
    const loaded = await writer.load({ ...NO_NEEDS, documents: ['a:y', 'b', 'a:x'] })
    await writer.headLock?.release()
    deepEqual(loaded.documents.map(({ name }) => name).sort(), ['a:x', 'b'])
  })

  test('a position is moved, and removed, from where it is, whatever its name', async (t) => {
    const { writer, reader, head } = await writing(t)
    deepEqual(await reader.positions(), [])
    const move = (name: string, from: number | null, to: number | null) =>
      writer.movePosition({ name, from, to, carried: [] })
    equal(await move('c', 0, 5), false)
    deepEqual(await reader.positions(), [])
    equal(await move('c', null, 7), true)
    equal(await move('C', null, 9), true)
    equal(await move('c', 7, 3), true)
    for (const from of [null, 7, 0, 9]) equal(await move('c', from, 8), false)
    const positions = [
      { name: 'C', seq: 9 },
      { name: 'c', seq: 3 },
    ]
    deepEqual(await reader.positions(), positions)
    await writer.tryWrite()
    const bytes = await reader.bytes()
    ok(bytes === null || bytes > 4096, `${bytes} bytes`)
    deepEqual([await reader.positions(), await reader.head()], [positions, head])
    equal(await move('c', 7, null), false)
    equal(await move('c', 3, null), true)
    equal(await move('c', 3, null), false)
    deepEqual(await reader.positions(), [positions[0]])
    equal(await move('c', null, 1), true)
  })

  test('answers are kept in the order of their commits, and forgotten with them', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const made: Commit[] = []
    const store = async (names: readonly string[], more: Partial<Commit> = {}): Promise<void> => {
      const before = made.at(-1)?.head ?? head
      const at = before.at + 10
      const keys = names.map((key) => ({ key, fingerprint: 'f', answer: '{}', at }))
      const one = received({ ...before, at }, warehouse, 5)
      const batchId = made.length.toString(16).padStart(32, '0')
      made.push({ ...one, before, batchId, keys, ...more })
      await commit(writer, made.at(-1)!)
    }
    await store(['b', 'a'])
    await store([])
    await store(['c'])
    await store(['a'], { replacedKeys: new Set(['a']) })
    const [first, , third, fourth] = made.map((one) => one.head.commit)
    const rows = await reader.keyRows(null)
    deepEqual(
      rows.map(({ key, commit }) => [key, commit]),
      [
        ['b', first],
        ['c', third],
        ['a', fourth],
      ],
    )
    deepEqual(await reader.keyRows(rows[1]!), rows.slice(2))
    const old = async (afterMs: number, limit: number) =>
      await writer.oldKeys(head.at + afterMs, limit)
    deepEqual(
      [await old(10, 9), await old(11, 9), await old(31, 9), await old(99, 1), await old(99, 9)],
      [0, first, third, first, fourth],
    )
    await store(['d'], { forgotten: third! })
    deepEqual(
      (await reader.keyRows(null)).map(({ key }) => key),
      ['a', 'd'],
    )
  })

  test('a snapshot shows one moment, whatever is written meanwhile', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const one = received(head, warehouse, 5)
    const snapshot = await reader.snapshot()
    equal((await snapshot.head()).seq, head.seq)
    await commit(writer, one)
    equal((await snapshot.head()).seq, head.seq)
    deepEqual((await snapshot.levels({ limit: 9, now: 0 })).rows, [])
    equal((await reader.head()).seq, one.head.seq)
    await snapshot.close()
  })

  test('pending holds are found by expiry, and are gone once they have ended', async (t) => {
    const { writer, head, warehouse } = await writing(t)
    const one = reserved(head, warehouse, [30, 10, 20])
    await commit(writer, one)
    const [late, early, middle] = one.reservations
    deepEqual(await writer.dueHolds(10, 9), [])
    deepEqual(await writer.dueHolds(11, 9), [early!.id])
    deepEqual(await writer.dueHolds(99, 2), [early!.id, middle!.id])
    const ask = async (count: number, now: number) => {
      const holds = [{ level: one.levels[0]!, count, now }]
      const [found] = (await writer.load({ ...NO_NEEDS, holds })).holds
      return found!
    }
    const two = await ask(2, 0)
    deepEqual(two.holds, [early, middle])
    const { expiresAt, id } = two.end!
    ok(expiresAt > 20 || (expiresAt === 20 && id > middle!.id), 'it lies behind the last one')
    ok(expiresAt < 30 || (expiresAt === 30 && id <= late!.id), 'and before those that are missing')
    deepEqual(await ask(9, 0), {
      key: one.levels[0]!.key,
      holds: [early, middle, late],
      end: null,
      gaveUp: false,
    })
  })

  test('the holds of an owner that are not over are found, with their levels', async (t) => {
    const { writer, head, warehouse } = await writing(t)
    const owners = ['ann', 'ann', null, 'ann', 'bob']
    const one = reserved(head, warehouse, [30, 10, 20, 40, 50], owners)
    await commit(writer, one)
    const none = { levels: [], reservations: [], transfers: [], holds: [], claims: [] }
    const need = { ...none, keys: [], keyScopes: [], documents: [] }
    const ask = async (holder: Holder, now: number, count = 9) => {
      await writer.headLock?.acquire()
      const loaded = await writer.load({ ...need, holders: [{ holder, count, now }] })
      await writer.headLock?.release()
      const [ids] = loaded.holders
      equal(loaded.holders.length, 1)
      const found = one.reservations.filter(({ id }) => ids!.includes(id))
      equal(found.length, ids!.length)
      const inOrder = loaded.reservations.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      deepEqual(inOrder, found)
      deepEqual(inOrder.map(newestEntry), found.map(newestEntry))
      deepEqual(loaded.levels, found.length === 0 ? [] : one.levels)
      return found.map(({ expiresAt }) => expiresAt)
    }
    const ann = { owner: 'ann' }
    deepEqual(await ask(ann, 10), [30, 10, 40])
    deepEqual(await ask(ann, 11), [30, 40])
    equal((await ask(ann, 10, 2)).length, 2)
    deepEqual(await ask({ owner: 'bob' }, 0), [50])
    for (const nobody of [{ owner: 'eve' }, { group: 'ann' }]) deepEqual(await ask(nobody, 0), [])
  })
}

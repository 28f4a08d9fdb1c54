import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { LIMITS } from '../../model/limits.ts'
import { openInventory } from '../../engine/open-inventory.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { StoreFailure } from '../../store/failure.ts'
import type { Commit, Head, Store, Writer } from '../../store/store.ts'
import { largestMetadata } from './bytes.ts'
import { received, reserved } from './sample-commits.ts'

/** What the engine relies on and no inventory can show: the store by itself. */
export function port(makeStore: (t: TestContext) => Store | Promise<Store>): void {
  async function writing(t: TestContext) {
    const store = await makeStore(t)
    // Opened once by the engine, so that there is a warehouse.
    await (
      await openInventory({ store, warehouses: [{ id: 'SF', name: 'San Francisco' }] })
    ).close()
    const opened = await store.open({ readOnly: false })
    t.after(() => opened.close())
    const writer = opened.writer!
    const { head, warehouses } = await writer.recover()
    return {
      store,
      writer,
      reader: opened.reader,
      head,
      warehouse: warehouses[0]!,
      close: () => opened.close(),
    }
  }

  async function commit(writer: Writer, one: Commit): Promise<void> {
    await writer.take?.()
    await writer.commit(one)
  }

  test('a commit is there as a whole, and found by its batch id', async (t) => {
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
      (await reader.marks('m')).map(({ name, value }) => `${name}=${value}`),
      ['mark=1'],
    )
  })

  const broken: Record<string, (one: Commit) => Commit> = {
    'a level below nothing': (one) => ({ ...one, levels: [{ ...one.levels[0]!, available: -1 }] }),
    'held units below nothing': (one) => ({ ...one, levels: [{ ...one.levels[0]!, held: -1 }] }),
    'allocated units below nothing': (one) => ({
      ...one,
      levels: [{ ...one.levels[0]!, allocated: -1 }],
    }),
    'an entry that is there already': (one) => {
      const entries = one.entries.map((own) => ({ ...own, id: '1', seq: 1 }))
      return { ...one, entries }
    },
  }
  for (const [what, spoil] of Object.entries(broken)) {
    test(`${what} is refused by the store itself, and nothing of the batch stays`, async (t) => {
      const { store, writer, reader, head, warehouse, close } = await writing(t)
      await rejects(commit(writer, spoil(received(head, warehouse, 5))), StoreFailure)
      await writer.abandon()
      deepEqual(await reader.head(), head)
      deepEqual((await reader.levels({ limit: 9, now: 0 })).rows, [])
      deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, [])
      deepEqual(await reader.marks('m'), [])
      equal((await reader.warehouses()).rows[0]!.onHand, 0)
      await close()
      const again = await openInventory({ store })
      equal((await again.verify()).ok, true)
      await again.close()
    })
  }

  /** It cannot even be put into the store's form. */
  const unsendable = (one: Commit): Commit => {
    const [entry] = one.entries
    const spoilt = {
      ...entry!,
      get seq(): number {
        throw new RangeError('Invalid string length')
      },
    }
    return { ...one, entries: [spoilt] }
  }
  const isHarmless = (error: unknown): boolean =>
    error instanceof StoreFailure && error.outcome === 'not-committed' && !error.fatal

  test('a commit that cannot be sent is refused, and the store goes on', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const one = received(head, warehouse, 5)
    await rejects(commit(writer, unsendable(one)), isHarmless)
    await writer.abandon()
    deepEqual((await writer.recover()).head, head)
    equal(await writer.wasCommitted(one.batchId), false)
    await commit(writer, one)
    deepEqual(await reader.head(), one.head)
  })

  test('what was decided on a commit that cannot be sent fails with it', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    if (writer.depth < 2) return
    const one = received(head, warehouse, 5)
    const next = { ...received(one.head, warehouse, 7), batchId: 'bad'.padEnd(32, '0') }
    await writer.take?.()
    const both = [writer.commit(unsendable(one)), writer.commit(next)]
    for (const outcome of await Promise.allSettled(both))
      ok(outcome.status === 'rejected' && isHarmless(outcome.reason))
    await writer.abandon()
    deepEqual((await writer.recover()).head, head)
    await commit(writer, one)
    deepEqual(await reader.head(), one.head)
  })

  test('one that cannot be sent takes nothing with it that was under way', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    if (writer.depth < 2) return
    const one = received(head, warehouse, 5)
    const next = received(one.head, warehouse, 7)
    const bad = unsendable({ ...next, batchId: 'bad'.padEnd(32, '0') })
    await writer.take?.()
    const both = [writer.commit(one), writer.commit(bad)]
    const [first, second] = await Promise.allSettled(both)
    equal(first!.status, 'fulfilled')
    ok(second!.status === 'rejected' && isHarmless(second!.reason))
    await writer.abandon()
    deepEqual((await writer.recover()).head, one.head)
    deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, one.entries)
  })

  /** A commit whose entries are as large as they can be, each with the level that the first one made. */
  const large = (head: Head, warehouse: Commit['warehouses'][number], count: number): Commit => {
    const one = received(head, warehouse, 5)
    const [entry] = one.entries
    const entries = Array.from({ length: count }, (_, index) => {
      const seq = head.seq + index + 1
      return { ...entry!, id: String(seq), seq, metadata: largestMetadata('漢') }
    })
    const lastSeq = head.seq + count
    return {
      ...one,
      head: { ...one.head, seq: lastSeq },
      batchId: lastSeq.toString(16).padStart(32, '0'),
      entries,
      entryLevelKeys: entries.map(() => 1),
      previousSeqs: entries.map(({ seq }, index) =>
        index === 0 && head.levelKeys === 0 ? 0 : seq - 1,
      ),
      levels: [{ ...one.levels[0]!, lastSeq }],
    }
  }
  const sizeOf = (rows: readonly unknown[]): number => Buffer.byteLength(JSON.stringify(rows))
  /** A page ends with the entry that fills it, and not before there is half of a page. */
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

  test('what verify reads ends at its bytes with a whole commit, however large one is', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const made: Commit[] = []
    for (const count of [1, 5, 5, 5, 5, 60, 1, 5]) {
      const one = large(made.at(-1)?.head ?? head, warehouse, count)
      await commit(writer, one)
      made.push(one)
    }
    const counts: number[] = []
    const pages: number[] = []
    for (let after = head.commit; after < made.at(-1)!.head.commit;) {
      const { commits, entries } = await reader.trail(after, 5000)
      let from = 0
      for (const { lastSeq } of commits) {
        const own = entries.filter(({ entry }) => entry.seq <= lastSeq).length - from
        counts.push(own)
        from += own
      }
      equal(from, entries.length)
      if (commits.length > 1) ok(sizeOf(entries) <= 6 * LIMITS.pageBytes)
      pages.push(commits.length)
      after = commits.at(-1)!.commit
    }
    deepEqual(counts, [1, 5, 5, 5, 5, 60, 1, 5])
    ok(pages.length >= 3)
  })

  test('of a scope’s keys the greatest is found, in order of bytes', async (t) => {
    const { writer, head, warehouse } = await writing(t)
    // Above all others by UTF-16, not by UTF-8.
    const [wide, tall] = ['\uffee', '\u{1f9e6}']
    const keys = ['a\nk1', 'a\nk3', 'a\nk2', `b\n${tall}`, `b\n${wide}`, 'bb\nz', '\nplain']
    const stored = keys.map((key) => ({ key, fingerprint: 'f', answer: '{}', at: head.at }))
    await commit(writer, { ...received(head, warehouse, 5), keys: stored })
    const need = { levels: [], reservations: [], transfers: [], holds: [], claims: [], keys: [] }
    const keyScopes = ['b\n', 'a\n', 'c\n', '\n', 'bb\n']
    await writer.take?.()
    const { lastKeys } = await writer.load({ ...need, keyScopes })
    await writer.abandon()
    deepEqual(lastKeys, [`b\n${tall}`, 'a\nk3', null, '\nplain', 'bb\nz'])
  })

  test('of two commits on the same head the second is refused', async (t) => {
    const { writer, reader, head, warehouse } = await writing(t)
    const first = received(head, warehouse, 5)
    await commit(writer, first)
    const second = { ...received(head, warehouse, 7), batchId: 'bad'.padEnd(32, '0') }
    await rejects(commit(writer, second), StoreFailure)
    await writer.abandon()
    equal(await writer.wasCommitted(second.batchId), false)
    deepEqual(await reader.head(), first.head)
    deepEqual((await reader.entries({ afterSeq: head.seq, limit: 9 })).rows, first.entries)
  })

  test('one process writes at a time, where the store says so; closing twice is no error', async (t) => {
    const { store, writer, close } = await writing(t)
    if (writer.take === null) {
      await rejects(
        async () => store.open({ readOnly: false }),
        (error) => error instanceof OperationalError && error.code === 'STORE_LOCKED',
      )
    }
    await close()
    await close()
    const again = await store.open({ readOnly: false })
    ok(again.writer !== null)
    await again.close()
  })

  test('who opens for reading gets no writer', async (t) => {
    const { store } = await writing(t)
    const opened = await store.open({ readOnly: true })
    equal(opened.writer, null)
    await opened.close()
  })

  test('marks are replaced, and listed by how they begin', async (t) => {
    const { writer, reader } = await writing(t)
    await writer.setMarks([
      { name: 'a:1', value: 'x' },
      { name: 'a_1', value: 'y' },
      { name: 'b', value: 'z' },
    ])
    await writer.setMarks([{ name: 'a:1', value: 'x2' }])
    const found = await reader.marks('a')
    deepEqual(found.map(({ name, value }) => `${name}=${value}`).sort(), ['a:1=x2', 'a_1=y'])
    deepEqual(await reader.marks('a_'), [{ name: 'a_1', value: 'y' }])
    deepEqual(await reader.marks('%'), [])
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

  test('pending holds are found by expiry, and are none once they are over', async (t) => {
    const { writer, head, warehouse } = await writing(t)
    const one = reserved(head, warehouse, [30, 10, 20])
    await commit(writer, one)
    const [late, early, middle] = one.reservations
    deepEqual(await writer.dueHolds(10, 9), [])
    deepEqual(await writer.dueHolds(11, 9), [early!.id])
    deepEqual(await writer.dueHolds(99, 2), [early!.id, middle!.id])
    const need = {
      levels: [],
      reservations: [],
      transfers: [],
      claims: [],
      keys: [],
      keyScopes: [],
    }
    const ask = async (count: number, now: number) => {
      const holds = [{ level: one.levels[0]!, count, now }]
      const [found] = (await writer.load({ ...need, holds })).holds
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
}

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { AuditEntry } from '../../domain/audit-entry.ts'
import { openInventory } from '../../engine/open-inventory.ts'
import { OperationalError, StoreFailure } from '../../store/failure.ts'
import { recordId } from '../../store/record-id.ts'
import type { Commit, Head, LevelRow, Store, Writer } from '../../store/store.ts'

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
    const need = { levels: [], reservations: [], transfers: [], claims: [], keys: [] }
    const { holds } = await writer.load({ ...need, holds: [{ level: one.levels[0]!, count: 2 }] })
    ok(holds[0]!.horizon >= 20 && holds[0]!.horizon < 30)
    deepEqual(holds[0]!.holds, [early, middle])
    const all = await writer.load({ ...need, holds: [{ level: one.levels[0]!, count: 9 }] })
    deepEqual([all.holds[0]!.horizon, all.holds[0]!.holds], [Infinity, [early, middle, late]])
  })
}

function nextHead(before: Head, entries: number): Head {
  const { seq, commit } = before
  return {
    seq: seq + entries,
    commit: commit + 1,
    hash: 'ab'.repeat(32),
    at: before.at,
    levelKeys: 1,
  }
}

function entry(before: Head, index: number, more: Partial<AuditEntry>): AuditEntry {
  const seq = before.seq + index + 1
  return {
    id: String(seq),
    seq,
    type: 'RECEIVED',
    productId: 'SOCK',
    warehouseId: 'SF',
    fromWarehouseId: null,
    qty: 1,
    timestamp: before.at,
    reservationId: null,
    transferId: null,
    actor: null,
    metadata: {},
    available: 0,
    held: 0,
    allocated: 0,
    ...more,
  }
}

function level(before: Head, entries: number, counts: Partial<LevelRow>): LevelRow {
  const lastSeq = before.seq + entries
  return {
    key: 1,
    warehouseId: 'SF',
    productId: 'SOCK',
    available: 0,
    held: 0,
    allocated: 0,
    lastSeq,
    ...counts,
  }
}

/** A batch with one entry: units come into a level that is new. */
function received(before: Head, warehouse: Commit['warehouses'][number], qty: number): Commit {
  return {
    before,
    head: nextHead(before, 1),
    batchId: 'c0ffee'.padEnd(32, '0'),
    entries: [entry(before, 0, { qty, available: qty, metadata: { source: 'SUPPLIER' } })],
    entryLevelKeys: [1],
    previousSeqs: [0],
    levels: [level(before, 1, { available: qty })],
    reservations: [],
    reservationLevelKeys: [],
    transfers: [],
    warehouses: [{ ...warehouse, onHand: qty }],
    keys: [],
    marks: [{ name: 'mark', value: '1' }],
  }
}

/** A batch that receives units and holds one of them for each expiry. */
function reserved(
  before: Head,
  warehouse: Commit['warehouses'][number],
  expiries: number[],
): Commit {
  const all = expiries.length
  const first = received(before, warehouse, all)
  const reservations = expiries.map((expiresAt, index) => ({
    id: recordId(before.seq + 2 + index, 7),
    warehouseId: 'SF',
    productId: 'SOCK',
    qty: 1,
    status: 'PENDING' as const,
    owner: null,
    createdAt: before.at,
    expiresAt,
  }))
  const holds = reservations.map(({ id, expiresAt }, index) =>
    entry(before, index + 1, {
      type: 'RESERVED',
      reservationId: id,
      metadata: { expiresAt: String(expiresAt) },
      available: all - index - 1,
      held: index + 1,
    }),
  )
  return {
    ...first,
    head: nextHead(before, 1 + all),
    entries: [...first.entries, ...holds],
    entryLevelKeys: Array.from({ length: 1 + all }, () => 1),
    previousSeqs: [0, ...holds.map(({ seq }) => seq - 1)],
    levels: [level(before, 1 + all, { held: all })],
    reservations,
    reservationLevelKeys: reservations.map(() => 1),
  }
}

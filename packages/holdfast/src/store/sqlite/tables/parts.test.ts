import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { newestEntry, stampEntry } from '../../../model/newest-entry.ts'
import { recordId } from '../../../model/record-id.ts'
import { newHold, type Reservation } from '../../../model/reservation.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { NO_CHANGES, NO_NEEDS } from '../../../testing/nothing.ts'
import type { Commit, Head, LevelRow, StateRows } from '../../store.ts'
import { sqlite } from '../index.ts'

// Commits made by hand: what the frequent form of a commit writes of a reservation, and the one with everything.

const NOW = 1_700_000_000_000
const SELLING = {
  capacity: null,
  reorderThreshold: 0,
  reorderThresholds: new Map<string, number>(),
}
const WAREHOUSES = [
  { id: 'SF', name: 'San Francisco', ...SELLING, sells: true, closed: false },
  { id: 'LAB', name: 'Laboratory', ...SELLING, sells: false, closed: false },
  { id: 'OLD', name: 'Old', ...SELLING, sells: true, closed: true },
]

function hold(seq: number, more: Partial<Reservation> = {}, newest = seq): Reservation {
  const made = newHold({
    ...{ id: recordId(seq, seq + 5), warehouseId: 'SF', productId: 'SOCK', qty: 10, owner: null },
    ...{ createdAt: NOW, expiresAt: NOW + 100 },
  })
  return stampEntry({ ...made, ...more }, newest)
}

const level = (key: number, warehouseId: string, more: Partial<LevelRow> = {}): LevelRow => ({
  key,
  warehouseId,
  productId: 'SOCK',
  available: 50,
  held: 0,
  allocated: 0,
  unsellable: 0,
  lastSeq: 1,
  lastReservation: 0,
  lastCount: 0,
  ...more,
})

async function opened(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const path = join(folder, 'shop.db')
  const store = await sqlite({ path, worker: false }).open({ readOnly: false })
  const { reader } = store
  const writer = store.writer!
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  let head: Head = (await writer.recover()).head
  /** Commits rows of so many entries. */
  const commit = async (entries: number, rows: Partial<Commit>): Promise<void> => {
    const before = head
    const levelKeys = Math.max(before.levelKeys, ...(rows.levels ?? []).map(({ key }) => key))
    head = {
      seq: before.seq + entries,
      hash: 'ab'.repeat(32),
      at: NOW,
      commit: before.commit + 1,
      levelKeys,
    }
    const reservations = rows.reservations ?? []
    await writer.commit({
      before,
      head,
      batchId: String(head.commit).padStart(32, '0'),
      body: new TextEncoder().encode('{"v":1}'),
      ...NO_CHANGES,
      reservationLevelKeys: reservations.map(() => 1),
      reservationsBehind: reservations.map(() => 0),
      ...rows,
    })
  }
  const stored = async (record: Reservation) =>
    (await reader.reservations({ limit: 1e6, now: NOW })).rows.find(({ id }) => id === record.id)
  return { path, writer, reader, commit, stored }
}

test('what is written in the frequent form and with everything is read as it was', async (t) => {
  const { writer, reader, commit, stored } = await opened(t)
  const warehouses = WAREHOUSES.map((record) => ({ record, onHand: 50 }))
  const levels = [level(1, 'SF', { unsellable: 3 }), level(2, 'LAB'), level(3, 'OLD')]
  await commit(3, { warehouses, levels })
  deepEqual((await reader.warehouses()).rows, warehouses)
  deepEqual(await reader.levelRows(0, 9), levels)

  const made = [hold(4), hold(5, { owner: 'ann' }), hold(6, { qty: 3, status: 'CONFIRMED' })]
  await commit(3, { reservations: made })
  const replaces = recordId(4, 9)
  const rare = [
    hold(7, { group: 'order-1', released: 4, replaces, owner: 'bob' }),
    hold(8, { status: 'SHIPPED', shipped: 9, released: 1, cameBack: 2, replacedBy: replaces }),
  ]
  await commit(2, { reservations: rare, hasRare: true })
  for (const record of [...made, ...rare]) deepEqual(await stored(record), record)

  const changed = [
    hold(4, { released: 1, expiresAt: NOW + 200 }, 9),
    hold(5, { status: 'CONFIRMED', owner: 'ann', released: 1, shipped: 2, cancelled: 3 }, 10),
    hold(7, { ...rare[0], id: rare[0]!.id, released: 5 }, 11),
  ]
  // A new one stands before them: they are in no order.
  await commit(5, { reservations: [hold(13), ...changed.toReversed()] })
  for (const record of [...changed, hold(13)]) deepEqual(await stored(record), record)
  const all = [
    hold(4, { owner: 'eve', released: 1, replacedBy: recordId(14, 19), status: 'RELEASED' }, 9),
    hold(8, { ...rare[1], id: rare[1]!.id, cameBack: 9, owner: 'eve' }, 15),
    hold(14, { group: 'order-2' }),
  ]
  await commit(2, { reservations: all, hasRare: true })
  for (const record of all) deepEqual(await stored(record), record)

  const reservations = [...all, ...changed.slice(1)].map(({ id }) => id)
  const found = await writer.load({ ...NO_NEEDS, reservations })
  deepEqual(found.reservations, [...all, ...changed.slice(1)])
  deepEqual(found.reservations.map(newestEntry), [9, 15, 14, 10, 11])
  equal(found.levels[0]!.unsellable, 3)
  const rows = await reader.reservationRows(0, 1e6)
  deepEqual([...rows.numbers.subarray(0, 13)].slice(9), [1, 0, 0, 0])
  deepEqual(rows.groups, [null, null, null, 'order-1', null, null, 'order-2'])
  deepEqual(rows.replaces, [null, null, null, replaces, null, null, null])
  equal(rows.replacedBy![0], recordId(14, 19))
  const first = await reader.reservationRows(5, 6)
  deepEqual([first.replaces, first.replacedBy, first.groups], [null, null, null])
  const { rows: every } = await reader.reservations({ limit: 9, now: NOW })
  deepEqual(
    every.filter(({ group }) => group === 'order-1'),
    [changed[2]],
  )
})

test('reservations that lie far apart are changed as those that lie close', async (t) => {
  const { commit, stored } = await opened(t)
  await commit(1, { levels: [level(1, 'SF')] })
  const ids = Array.from({ length: 2000 }, (_, index) => index + 2)
  await commit(2000, { reservations: ids.map((seq) => hold(seq)) })
  for (const hasRare of [false, true]) {
    const owner = hasRare ? 'eve' : null
    const moved = { status: 'CONFIRMED', released: 1, shipped: 2, cancelled: 3, owner } as const
    const far = [hold(3, moved, 2002), hold(1900, moved, 2003)]
    const close = ids.slice(1000, 1080).map((seq) => hold(seq, { ...moved, expiresAt: NOW }, 2004))
    for (const reservations of [far, close]) {
      await commit(3, { reservations, hasRare })
      for (const record of reservations) deepEqual(await stored(record), record)
    }
  }
})

test('levels that lie far apart are changed as those that lie close', async (t) => {
  const { reader, commit } = await opened(t)
  const keys = Array.from({ length: 200 }, (_, index) => index + 1)
  const at = (key: number, more: Partial<LevelRow> = {}): LevelRow =>
    level(key, 'SF', { productId: `SOCK-${key}`, ...more })
  await commit(1, { levels: keys.map((key) => at(key)) })
  const counts = { available: 1, held: 2, allocated: 3, unsellable: 4 }
  for (const changed of [[1, 199], keys.slice(50, 90)]) {
    const levels = changed.map((key) => at(key, { ...counts, lastSeq: 3, lastReservation: 2 }))
    await commit(2, { levels })
    for (const row of levels) deepEqual(await reader.levelRows(row.key - 1, 1), [row])
  }
})

test('due units are those that are open', async (t) => {
  const { path, writer, reader, commit } = await opened(t)
  const held = level(1, 'SF', { held: 17, lastSeq: 4, lastReservation: 4 })
  const holds = [hold(2), hold(3, { released: 4 }), hold(4, { released: 9, expiresAt: NOW + 900 })]
  const rows = { reservations: holds, reservationsBehind: [0, 2, 3], hasRare: true }
  await commit(4, { levels: [held], ...rows })
  const due = async (now: number) => (await reader.levels({ limit: 9, now })).rows[0]!.due
  deepEqual([await due(NOW), await due(NOW + 101), await due(NOW + 901)], [0, 16, 17])
  const found = await writer.load({
    ...NO_NEEDS,
    holds: [{ level: held, count: 1, now: NOW + 101 }],
    claims: [{ level: held, count: 9 }],
  })
  // The third one is needed: by their first units, two would be more than are held.
  deepEqual(found.holds[0]!.holds, holds)
  equal(found.holds[0]!.end, null)
  deepEqual(found.claims[0]!.reservations, holds.toReversed())

  const db = new DatabaseSync(path, { readOnly: true })
  const sum = `SELECT level_key, sum(qty - released) FROM reservation INDEXED BY reservation_pending
    WHERE status = 0 AND expires_at < 9 AND level_key IN (1, 2) GROUP BY level_key`
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sum}`).all()
  ok(plan.some(({ detail }) => String(detail).includes('COVERING INDEX reservation_pending')))
  db.close()
})

test('hidden warehouses are left out before the page is cut', async (t) => {
  const { reader, commit } = await opened(t)
  const transfer = (seq: number, group: string | null): Transfer => ({
    id: recordId(seq, 1),
    fromWarehouseId: 'SF',
    toWarehouseId: 'LAB',
    productId: 'SOCK',
    qty: 1,
    status: 'PENDING_APPROVAL',
    requestedBy: null,
    decidedBy: null,
    reason: null,
    createdAt: NOW,
    decidedAt: null,
    group,
  })
  const transfers = [transfer(4, 'order-1'), transfer(5, null)]
  const levels = ['LAB', 'OLD', 'SF'].map((warehouse, index) => level(index + 1, warehouse))
  await commit(5, { levels, transfers })
  const shown = async (limit: number, hidden?: string[]) =>
    (await reader.levels({ limit, now: NOW, hidden })).rows.map(({ warehouseId }) => warehouseId)
  deepEqual(await shown(9), ['LAB', 'OLD', 'SF'])
  deepEqual(await shown(9, []), ['LAB', 'OLD', 'SF'])
  deepEqual(await shown(1, ['LAB', 'OLD']), ['SF'])
  deepEqual(await shown(2, ['OLD']), ['LAB', 'SF'])
  deepEqual((await reader.transfers({ limit: 9 })).rows, transfers.toReversed())
  deepEqual(
    (await reader.transferRows(0, 9)).map(({ record }) => record),
    transfers,
  )
})

test('what is built anew is written in full, whatever its rows say of themselves', async (t) => {
  const { writer, reader, commit, stored } = await opened(t)
  await commit(2, { levels: [level(1, 'SF')] })
  const whole = hold(
    2,
    { shipped: 5, cameBack: 1, replaces: 'a', replacedBy: 'b', group: 'g', owner: 'ann' },
    4,
  )
  const rows: StateRows = {
    levels: [level(1, 'SF', { unsellable: 7 })],
    reservations: [whole],
    reservationLevelKeys: [1],
    reservationsBehind: [0],
    hasRare: false,
    transfers: [],
    warehouses: [],
  }
  const building = await writer.rebuild()
  await building.add(rows)
  await building.finish()
  deepEqual(await stored(whole), whole)
  equal((await reader.levelRows(0, 1))[0]!.unsellable, 7)
})

test('people can read parts, groups and unsellable units', async (t) => {
  const { path, commit } = await opened(t)
  const replaced = recordId(3, 1)
  const lines = [
    [20, 1, 5, 0, 0, 0, 0, { unsellable: 5, reference: 0, group: 1 }],
    [16, 1, 2, 0, 2, 0, 1, 2, 7, 2, 2],
    [3, 1, 2, 2, 0, 0, 2, 2, 7, 3, 4],
    [22, 1, 1, 2, 0, 0, 3, 2, 7, 4, { unsellable: 1 }],
    [9, 1, 2, 2, 0, 0, 3, 0, 7, 0, 60, 2, { replaces: 3, replacesRandom: 1 }],
  ]
  const types = [17, 18, 19, 21].map((type) => [type, 1, 1, 0, 0, 0, 0])
  const body = new TextEncoder().encode(JSON.stringify({ entries: [...lines, ...types], v: 1 }))
  const texts = JSON.stringify(['s', '["order","47"]', 's', 'order-1', 's', 'eve'])
  const more = {
    shipped: 3,
    released: 1,
    cancelled: 2,
    cameBack: 1,
    replaces: replaced,
    group: 'g',
  }
  await commit(9, {
    body,
    texts,
    levels: [level(1, 'SF', { held: 1, allocated: 2, unsellable: 4 })],
    reservations: [hold(3, { ...more, replacedBy: 'b', owner: 'eve' })],
    hasRare: true,
  })
  const db = new DatabaseSync(path, { readOnly: true })
  const all = (columns: string, view: string) =>
    db
      .prepare(`SELECT ${columns} FROM ${view}`)
      .all()
      .map((row) => Object.values(row))
  deepEqual(all('unsellable, reserved, on_hand', 'stock'), [[4, 3, 57]])
  const counts = 'qty, released, shipped, cancelled, came_back'
  deepEqual(all(`${counts}, replaces, replaced_by, group_id`, 'reservations'), [
    [10, 1, 3, 2, 1, replaced, 'b', 'g'],
  ])
  deepEqual(all('group_id', 'transfers'), [])
  const columns = 'type, unsellable, group_id, reference_type, reference_id, because, owner'
  const n = null
  deepEqual(all(`${columns}, reservation_seq`, 'trail ORDER BY seq'), [
    ['RECEIVED_ASIDE', 5, 'order-1', 'order', '47', n, n, n],
    ['OWNER_CHANGED', 0, n, n, n, n, 'eve', 2],
    ['RETURNED', 0, n, n, n, 'replaced', n, 2],
    ['CAME_BACK', 1, n, n, n, n, n, 2],
    ['RESERVED', 0, n, n, n, n, 'eve', 5],
    ...['SET_ASIDE', 'PUT_BACK', 'WRITTEN_OFF', 'COUNTED_ASIDE'].map((type) => [
      type,
      0,
      ...[n, n, n, n, n, n],
    ]),
  ])
  db.close()
})

import type { LevelId } from '../../model/level-counts.ts'
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AdjustmentType } from '../../model/adjustment-type.ts'
import type { Inventory } from '../../engine/inventory.ts'
import { openInventory } from '../../engine/open/open-inventory.ts'
import { dice } from '../../testing/dice.ts'
import { everyPage } from '../../testing/listing.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { step, WORKLOAD_WAREHOUSES, type Known } from '../../testing/workload.ts'
import { memory } from '../memory/index.ts'
import { recordId } from '../../model/record-id.ts'
import { LONG } from '../../../test/support/long.ts'
import { NO_NEEDS } from '../../testing/nothing.ts'
import { newSumSecret } from '../reservation-sum.ts'
import type { LevelRow, OpenStore, Reader, Store, Page, RecordPage } from '../store.ts'
import { sqlite } from './index.ts'

// The memory store hands out the very objects that the domain made. What comes out of a file has to
// be equal to them, for every question that the port knows.

const STEPS = 300
/** What a thread adds is the way there and back. */
const STEPS_THROUGH_A_THREAD = 150
const START = 1_700_000_000_000

interface Twin {
  readonly store: Store
  readonly opened: OpenStore
  readonly now: number
}

/** The same life on this store as on any other: ids and times come from the seed. */
async function live(store: Store, seed: number, steps: number): Promise<Twin> {
  const clock = manualClock(START)
  const chance = dice(seed)
  const inventory = await openInventory({
    store,
    warehouses: WORKLOAD_WAREHOUSES,
    clock: clock.now,
    monotonicClock: clock.monotonic,
    random: () => chance.below(2 ** 20) * 2 ** 32 + chance.below(2 ** 32),
    sweepMs: 0,
  })
  let known: Known = { reservations: [], transfers: [], seq: 0 }
  for (let index = 0; index < steps; index++) {
    const next = step(seed * 10_000 + index, known, { keys: true })
    if (next.kind === 'pass') clock.advance(next.ms)
    else await inventory.batch({ commands: next.commands }).catch(() => undefined)
    known = await knownOf(inventory)
  }
  const reorderThresholds = JSON.parse('{ "__proto__": 1, "CAP": 2 }') as Record<string, number>
  await inventory.changeWarehouse({ id: 'SF', name: 'Frisco', reorderThresholds })
  const at = { warehouseId: '__proto__', productId: 'CAP' }
  const metadata = JSON.parse('{ "__proto__": "p", "order": "A-1" }') as Record<string, string>
  await inventory.addStock({ ...at, qty: 5, source: 'S', metadata })
  const { id: reservationId } = await inventory.reserve({ ...at, qty: 3, ttlMs: 9, metadata })
  await inventory.extend({ reservationId, ttlMs: 99, metadata })
  await inventory.confirm({ reservationId, qty: 2, metadata })
  await inventory.cancel({ reservationId, actor: 'ann', metadata })
  const moved = { fromWarehouseId: '__proto__', toWarehouseId: 'SF', productId: 'CAP', qty: 1 }
  await inventory.transfer({ ...moved, metadata })
  await inventory.close()
  return { store, opened: await store.open({ readOnly: false }), now: clock.now() }
}

async function knownOf(inventory: Inventory): Promise<Known> {
  const newestFirst = await everyPage((cursor) =>
    inventory.listReservations({ cursor, limit: 1000 }),
  )
  const { items, seq } = await inventory.listTransfers({ limit: 1000 })
  return { reservations: newestFirst.reverse(), transfers: items, seq }
}

for (const worker of [true, false]) {
  test(`SQLite answers as memory does (worker: ${worker})`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    const types = new Set<string>()
    try {
      for (const seed of worker ? [1] : LONG ? [2, 3] : [2]) {
        const path = join(folder, `${seed}.db`)
        const steps = worker ? STEPS_THROUGH_A_THREAD : STEPS
        const expected = await live(memory(), seed, steps)
        const found = await live(sqlite({ path, worker }), seed, steps)
        try {
          await compareReads(expected, found, types)
          await compareLoads(expected, found)
          await compareUpkeep(expected, found)
        } finally {
          await found.opened.close()
        }
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
    if (!worker) deepEqual([...types].sort(), Object.keys(AdjustmentType).sort())
  })
}

async function compareReads(expected: Twin, found: Twin, types: Set<string>): Promise<void> {
  const ask = async <T>(question: (reader: Reader) => Promise<T>): Promise<T> => {
    const [a, b] = await Promise.all([
      question(expected.opened.reader),
      question(found.opened.reader),
    ])
    deepEqual(b, a)
    return a
  }
  const { now } = expected
  const head = await ask((reader) => reader.head())
  ok(head.seq > 100 && head.commit > 50)
  await ask((reader) => reader.warehouses())
  const { rows } = await ask((reader) => reader.entries({ afterSeq: 0, limit: 1e9 }))
  for (const { type } of rows) types.add(type)
  await ask((reader) => reader.log(0))
  await ask((reader) => reader.log(7))
  await ask((reader) => reader.log(head.commit))
  for (const time of [0, START - 1, START, START + 500, Infinity])
    await ask((reader) => reader.seqAt(time))

  const { rows: levels } = await ask((reader) => reader.levels({ limit: 1e6, now: expected.now }))
  await ask((reader) => reader.levelRows(0, 1e6))
  await ask((reader) => reader.levelRows(2, 3))
  await ask((reader) => reader.transferRows(0, 1e6))
  await ask((reader) => reader.transferRows(head.seq >> 1, 2))
  await ask((reader) => reader.reservationRows(0, head.seq))
  await ask((reader) => reader.reservationRows(head.seq >> 1, head.seq))
  const secret = newSumSecret()
  const sum = await ask((reader) =>
    reader.reservationSum(secret, Number.MIN_SAFE_INTEGER, Infinity),
  )
  ok(Number.isSafeInteger(sum) && sum > 0)
  const half = head.seq >> 1
  const rest = await ask((reader) => reader.reservationSum(secret, half, head.seq))
  notEqual(rest, sum)
  for (const { warehouseId, productId } of levels) {
    const place: LevelId = { warehouseId, productId }
    await ask((reader) => reader.level(place, expected.now))
    await ask((reader) => reader.levels({ limit: 2, now: 0, after: place }))
    await ask((reader) => reader.levels({ limit: 9, now: 1e15, warehouseId }))
    for (const through of [0, 20, head.seq >> 1, head.seq])
      await ask((reader) => reader.history(place, through, 7))
  }
  for (const hidden of [[], ['SF'], ['SF', '__proto__', 'none']])
    for (const limit of [2, 1e6]) await ask((reader) => reader.levels({ limit, now, hidden }))
  for (const prefix of ['S', 'SO', 'con', '🧦', '%', '_', ''])
    await ask((reader) => reader.levels({ limit: 9, now: 0, prefix }))
  await ask((reader) => reader.level({ warehouseId: 'SF', productId: 'none' }, 0))

  const { rows: all } = await ask(records((reader) => reader.reservations({ limit: 1e6, now })))
  for (const status of ['PENDING', 'EXPIRED', 'CONFIRMED', 'SHIPPED', undefined] as const) {
    for (const at of [START, now, now + 1e6])
      await ask(records((reader) => reader.reservations({ limit: 5, now: at, status })))
  }
  await ask(
    records((reader) => reader.reservations({ limit: 9, now, owner: 'cart-1', warehouseId: 'SF' })),
  )
  await ask(
    records((reader) => reader.reservations({ limit: 9, now, productId: 'SHOE', beforeSeq: 300 })),
  )
  for (const group of ['order-1', 'none']) {
    await ask(records((reader) => reader.reservations({ limit: 9, now, group })))
    await ask(records((reader) => reader.reservations({ limit: 9, now, group, productId: 'SHOE' })))
    await ask(records((reader) => reader.transfers({ limit: 9, group })))
  }
  const { rows: transfers } = await ask(records((reader) => reader.transfers({ limit: 1e6 })))
  for (const status of ['PENDING_APPROVAL', 'APPROVED', 'REJECTED'] as const)
    await ask(records((reader) => reader.transfers({ limit: 3, status, beforeSeq: head.seq - 50 })))
  await ask(
    records((reader) => reader.transfers({ limit: 9, warehouseId: 'NYC', productId: 'SOCK' })),
  )
  for (const { id } of transfers) await ask((reader) => reader.transfer(id))
  for (const { id } of all.slice(0, 20)) {
    await ask((reader) => reader.reservation(id))
    await ask((reader) => reader.reservation(guessed(id)))
    await ask((reader) => reader.transfer(id))
    await ask(async (reader) => (await reader.entries({ ...every, reservationId: id })).rows)
    const { rows } = await ask((reader) => reader.entries({ ...every, reservationId: guessed(id) }))
    equal(rows.length, 0)
  }
  await ask(async (reader) => (await reader.entries({ ...every, transferId: 'x' })).rows)
  await ask(
    async (reader) => (await reader.entries({ ...every, transferId: transfers[0]!.id })).rows,
  )
  for (const type of types) {
    const query = { afterSeq: 5, throughSeq: 400, limit: 4, type: type as AdjustmentType }
    await ask(async (reader) => (await reader.entries(query)).rows)
  }
  await ask((reader) => reader.entries({ ...every, warehouseId: 'SF' }))
  await ask((reader) => reader.entries({ ...every, productId: 'SHOE', warehouseId: '__proto__' }))
  await ask((reader) => reader.entries({ afterSeq: 3, throughSeq: 9, limit: 3 }))
  await ask((reader) => reader.entries({ afterSeq: 1e9, limit: 3 }))
  await ask((reader) => reader.integrity())
}

/** Of a page of records that is full one store knows that no more come, and another does not. */
function records<T>(
  ask: (reader: Reader) => Promise<RecordPage<T>>,
): (reader: Reader) => Promise<Page<T>> {
  return async (reader) => {
    const { seq, at, rows } = await ask(reader)
    return { seq, at, rows }
  }
}

/** Batch ids alone are thrown by chance. */
const every = { afterSeq: 0, limit: 1e6 }

/** The same number with other random bits. */
function guessed(id: string): string {
  return id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')
}

async function compareLoads(expected: Twin, found: Twin): Promise<void> {
  const { reader } = expected.opened
  const { rows: levels } = await reader.levels({ limit: 1e6, now: 0 })
  const { rows: reservations } = await reader.reservations({ limit: 1e6, now: 0 })
  const { rows: transfers } = await reader.transfers({ limit: 1e6 })
  const needs = {
    ...NO_NEEDS,
    levels: [...levels.slice(0, 5), { warehouseId: 'SF', productId: 'none' }],
    reservations: [...reservations.map(({ id }) => id), guessed(reservations[0]!.id), 'nobody'],
    transfers: [...transfers.map(({ id }) => id), recordId(1, 1)],
    claims: levels.map((level) => ({ level, count: 10 })),
    keys: ['key-1', 'key-2', 'nothing'],
    keyScopes: ['\n', 'nobody’s\n'],
    documents: ['none'],
  }
  const [a, b] = await Promise.all([
    expected.opened.writer!.load(needs),
    found.opened.writer!.load(needs),
  ])
  const byKey = (x: LevelRow, y: LevelRow): number => x.key - y.key
  deepEqual(b.levels.toSorted(byKey), a.levels.toSorted(byKey))
  deepEqual(b.reservations, a.reservations)
  deepEqual(b.transfers, a.transfers)
  deepEqual(b.keys, a.keys)
  deepEqual(b.claims, a.claims)
  for (const count of [1, 2, 5, 1e6]) {
    const asked = levels.map((level) => ({ level, count, now: START }))
    const { holds } = await found.opened.writer!.load({ ...needs, claims: [], holds: asked })
    for (const [index, window] of holds.entries()) {
      const { key, warehouseId, productId } = levels[index]!
      const pending = reservations.filter(
        (one) =>
          one.status === 'PENDING' &&
          one.warehouseId === warehouseId &&
          one.productId === productId &&
          (window.end === null ||
            one.expiresAt < window.end.expiresAt ||
            (one.expiresAt === window.end.expiresAt && one.id < window.end.id)),
      )
      equal(window.key, key)
      deepEqual(window.holds.toSorted(byId), pending.toSorted(byId))
      ok(window.end === null || window.holds.length >= count)
    }
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1
}

async function compareUpkeep(expected: Twin, found: Twin): Promise<void> {
  for (const [time, limit] of [
    [0, 10],
    [START + 100, 2],
    [1e15, 3],
    [1e15, 1e6],
  ] as const) {
    const writers = [expected.opened.writer!, found.opened.writer!]
    const due = await Promise.all(writers.map((writer) => writer.dueHolds(time, limit)))
    deepEqual(due[1], due[0])
    const old = await Promise.all(writers.map((writer) => writer.oldKeys(time, limit)))
    equal(old[1], old[0])
  }
  const recovered = await Promise.all(
    [expected, found].map((twin) => twin.opened.writer!.recover()),
  )
  deepEqual(recovered[1], recovered[0])
}

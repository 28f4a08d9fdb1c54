import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../domain/audit-entry.ts'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { openScene, START, TTL, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** The trail itself, and the questions that it answers. */
export function trail(makeShop: MakeShop): void {
  test('an entry has all that happened, and the balances after it', async (t) => {
    const { inventory, clock, began, socks } = await openScene(t, makeShop)
    await socks(10)
    clock.advance(5)
    const metadata = { order: '7', 10: 'ten', ['__proto__']: 'kept', empty: '' }
    const { id } = await inventory.reserve({
      ...SOCK,
      qty: 3,
      ttlMs: TTL,
      owner: 'cart-1',
      actor: 'ann',
      metadata,
    })
    const { id: transferId } = await inventory.transfer({
      fromWarehouseId: 'SF',
      toWarehouseId: 'NYC',
      productId: 'SOCK',
      qty: 4,
    })
    const [received, reserved, out, into] = await collect(inventory.audit({ after: began }))
    const none = { fromWarehouseId: null, reservationId: null, transferId: null, actor: null }
    deepEqual(received, {
      ...none,
      ...SOCK,
      id: String(began + 1),
      seq: began + 1,
      type: 'RECEIVED',
      qty: 10,
      timestamp: START,
      metadata: { source: 'SUPPLIER' },
      available: 10,
      held: 0,
      allocated: 0,
    })
    const said = Object.entries(reserved!.metadata).sort(([a], [b]) => (a < b ? -1 : 1))
    deepEqual(said, [
      ['10', 'ten'],
      ['__proto__', 'kept'],
      ['empty', ''],
      ['expiresAt', String(START + 5 + TTL)],
      ['order', '7'],
      ['owner', 'cart-1'],
    ])
    deepEqual(
      { ...reserved, metadata: null },
      {
        ...none,
        ...SOCK,
        id: String(began + 2),
        seq: began + 2,
        type: 'RESERVED',
        qty: 3,
        timestamp: START + 5,
        reservationId: id,
        actor: 'ann',
        metadata: null,
        available: 7,
        held: 3,
        allocated: 0,
      },
    )
    deepEqual(
      [out!.type, out!.warehouseId, out!.fromWarehouseId, out!.metadata, out!.transferId],
      ['TRANSFERRED_OUT', 'SF', 'SF', { toWarehouse: 'NYC' }, transferId],
    )
    deepEqual(
      [into!.type, into!.warehouseId, into!.fromWarehouseId, into!.metadata, into!.transferId],
      ['TRANSFERRED_IN', 'NYC', 'SF', { fromWarehouse: 'SF' }, transferId],
    )
  })

  test('entries are found by type, place, reservation, transfer and position, in order', async (t) => {
    const { inventory, began, socks, hold } = await openScene(t, makeShop)
    await socks(10)
    await socks(5, 'NYC')
    const reservationId = await hold(2)
    await hold(1)
    await inventory.confirm({ reservationId })
    const { id: transferId } = await inventory.transfer({
      fromWarehouseId: 'SF',
      toWarehouseId: 'NYC',
      productId: 'SOCK',
      qty: 1,
    })
    const seqs = async (filter: object): Promise<number[]> =>
      (await collect(inventory.audit({ after: began, ...filter }))).map(({ seq }) => seq - began)
    deepEqual(await seqs({}), [1, 2, 3, 4, 5, 6, 7])
    deepEqual(await seqs({ type: 'RESERVED' }), [3, 4])
    deepEqual(await seqs({ warehouseId: 'NYC' }), [2, 7])
    deepEqual(await seqs({ warehouseId: 'SF', type: 'RECEIVED' }), [1])
    deepEqual(await seqs({ productId: 'SHOE' }), [])
    deepEqual(await seqs({ reservationId }), [3, 5])
    deepEqual(await seqs({ transferId }), [6, 7])
    deepEqual(await seqs({ after: began + 5 }), [6, 7])
    deepEqual(await seqs({ after: began + 99 }), [])
    deepEqual(await seqs({ limit: 2 }), [1, 2])
    deepEqual(await seqs({ limit: 1, type: 'RESERVED', after: began + 3 }), [4])
    deepEqual(await seqs({ limit: 0 }), [])
    for (const filter of [
      { after: -1 },
      { limit: 1.5 },
      { type: 'SOLD_OUT' },
      { typo: 1 },
      { productId: '\ud800' },
    ])
      equal((await refusal(() => collect(inventory.audit(filter as never)))).code, 'INVALID_INPUT')
  })

  test('an entry that was handed out cannot change the trail', async (t) => {
    const { inventory, began, socks } = await openScene(t, makeShop)
    await socks(10)
    for await (const entry of inventory.audit({ after: began }))
      for (const change of [{ qty: 99 }, { metadata: {} }])
        try {
          Object.assign(entry, change)
        } catch {
          // Frozen is as good as copied.
        }
    equal((await collect(inventory.audit({ after: began })))[0]!.qty, 10)
    equal((await inventory.verify()).ok, true)
  })

  test('stockAt tells what a read would have answered then, holds that were over included', async (t) => {
    const { inventory, clock, began, socks, hold } = await openScene(t, makeShop)
    const at = async (time: number): Promise<string> => {
      const { available, held, allocated, seq } = await inventory.stockAt({ ...SOCK, time })
      return `${available}/${held}/${allocated} ${seq - began}`
    }
    await socks(10)
    clock.set(START + 100)
    const sold = await hold(2, 1_000)
    const lost = await hold(3, 50)
    clock.set(START + 120)
    await inventory.extend({ reservationId: lost, ttlMs: 100 })
    clock.set(START + 200)
    await inventory.confirm({ reservationId: sold, qty: 1 })
    clock.set(START + 300)
    await hold(8)
    clock.set(START + 400)
    deepEqual(
      await Promise.all(
        [0, 99, 100, 119, 151, 200, 220, 221, 299, 300, 99_999].map((ms) => at(START + ms)),
      ),
      [
        '10/0/0 1',
        '10/0/0 1',
        '5/5/0 3',
        '5/5/0 3',
        '5/5/0 4',
        '6/3/1 6',
        '6/3/1 6',
        '9/0/1 6',
        '9/0/1 6',
        '1/8/1 8',
        '9/0/1 8',
      ],
    )
    const never = await inventory.stockAt({ ...SOCK, time: START - 1 })
    deepEqual([never.onHand, never.seq], [0, 0])
    for (const time of [-1, 1.5, NaN, '0', undefined])
      equal(
        (await refusal(() => inventory.stockAt({ ...SOCK, time: time as number }))).code,
        'INVALID_INPUT',
      )
  })

  test('explain adds up: the newest entries, and the expired holds that none tells of', async (t) => {
    const { inventory, clock, began, socks, hold } = await openScene(t, makeShop)
    await socks(10)
    await socks(99, 'NYC')
    const first = await hold(2, 10)
    const second = await hold(3, 5)
    await hold(1)
    clock.advance(11)
    const told = await inventory.explain(SOCK)
    const { entries, due, more, ...counts } = told
    deepEqual(counts, await inventory.stock(SOCK))
    deepEqual(
      entries.map(({ seq }) => seq - began),
      [5, 4, 3, 1],
    )
    deepEqual(due, [
      { reservationId: second, qty: 3, expiresAt: START + 5 },
      { reservationId: first, qty: 2, expiresAt: START + 10 },
    ])
    equal(more, false)
    const gone = due.reduce((sum, { qty }) => sum + qty, 0)
    deepEqual([entries[0]!.available + gone, entries[0]!.held - gone], [told.available, told.held])
    checkChain(entries)
    const short = await inventory.explain({ ...SOCK, limit: 2 })
    deepEqual([short.entries.length, short.more, short.due.length], [2, true, 2])
    const nothing = await inventory.explain({ warehouseId: 'SF', productId: 'NEVER' })
    deepEqual([nothing.onHand, nothing.entries, nothing.due, nothing.more], [0, [], [], false])
    equal((await refusal(() => inventory.explain({ ...SOCK, limit: 0 }))).code, 'INVALID_INPUT')
  })

  test('explain reaches back past many entries of others', async (t) => {
    const { inventory, clock, socks, hold } = await openScene(t, makeShop)
    await socks(900)
    const old = await hold(7, 10)
    for (let round = 0; round < 3; round++) {
      const commands = Array.from(
        { length: 150 },
        () => ({ verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL }) as const,
      )
      await inventory.batch({ commands })
    }
    clock.advance(11)
    const { due, available, held, entries, more } = await inventory.explain({ ...SOCK, limit: 5 })
    deepEqual([due.map(({ reservationId }) => reservationId), available, held], [[old], 450, 450])
    deepEqual([entries.length, more], [5, true])
    equal((await inventory.stockAt({ ...SOCK, time: START + 11 })).available, 450)
  })

  test('verify proves it all, and sees a trail that was cut off or written anew', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
    const empty = await inventory.head()
    await socks(10)
    await inventory.confirm({ reservationId: await hold(2) })
    const { seq, hash } = await inventory.head()
    await hold(1)
    const told: number[] = []
    const verdict = await inventory.verify({
      expect: { seq, hash },
      onProgress: (done) => told.push(done.seq),
    })
    const head = await inventory.head()
    deepEqual(
      [verdict.ok, verdict.seq, verdict.hash, verdict.entries],
      [true, head.seq, head.hash, head.seq],
    )
    equal(told.at(-1), head.seq)
    equal((await inventory.verify({ expect: empty })).ok, true)
    for (const expect of [
      { seq: head.seq + 1, hash },
      { seq, hash: 'f'.repeat(64) },
      { seq: seq + 1, hash },
    ]) {
      const wrong = await inventory.verify({ expect })
      ok(!wrong.ok)
      equal(wrong.fault.what, 'end-missing')
    }
    await checkInvariants(inventory)
  })

  test('verify stops when it is aborted', async (t) => {
    const { inventory, socks } = await openScene(t, makeShop)
    await socks(1)
    const reason = new Error('not that important')
    const [verdict] = await Promise.allSettled([
      inventory.verify({ signal: AbortSignal.abort(reason) }),
    ])
    equal(verdict.status === 'rejected' && verdict.reason, reason)
  })

  test('verify works beside a busy writer', async (t) => {
    const { inventory, socks } = await openScene(t, makeShop)
    await socks(1)
    const busy = Promise.all(
      Array.from({ length: 500 }, () => inventory.addStock({ ...SOCK, qty: 1, source: 'S' })),
    )
    for (let i = 0; i < 5; i++) deepEqual((await inventory.verify()).ok, true)
    await busy
    await checkInvariants(inventory)
  })
}

/** Newest first, each entry’s balances follow from those of the next. */
function checkChain(entries: readonly AuditEntry[]): void {
  for (const [index, entry] of entries.entries()) {
    const before = entries[index + 1]
    if (before !== undefined && entry.type === 'RESERVED')
      deepEqual(
        [before.available - entry.qty, before.held + entry.qty],
        [entry.available, entry.held],
      )
  }
}

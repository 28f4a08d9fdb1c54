import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditFilter } from '../../engine/inventory.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, START, TTL, type MakeShop } from './fixture.ts'

/** The trail itself: what its entries contain, and how they are found. */
export function trail(makeShop: MakeShop): void {
  test('an entry has all that happened, and the balances after it', async (t) => {
    const { inventory, clock, began, socks } = await openFixture(t, makeShop)
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
    const { id: transferId } = await inventory.transfer({ ...MOVE, qty: 4 })
    const [received, reserved, out, into] = await collect(inventory.audit({ after: began }))
    const none = {
      ...{ fromWarehouseId: null, reservationId: null, transferId: null, actor: null },
      ...{ reference: null, group: null, unsellable: 0 },
    }
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
    const { inventory, began, socks, hold } = await openFixture(t, makeShop)
    await socks(10)
    await socks(5, 'NYC')
    const reservationId = await hold(2)
    await hold(1)
    await inventory.confirm({ reservationId })
    const { id: transferId } = await inventory.transfer({ ...MOVE, qty: 1 })
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
    deepEqual(await seqs({ after: began + 7 }), [])
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

  test('entries are found by time and by actor, together with anything else', async (t) => {
    const { inventory, clock, socks } = await openFixture(t, makeShop)
    const ann = 'ann "the till" \\ 😀'
    for (const actor of [ann, 'ben', 'ann', undefined]) {
      clock.advance(1000)
      await inventory.addStock({ ...SOCK, qty: 1, source: 'S', actor })
      await socks(2, 'NYC')
    }
    const found = async (filter: AuditFilter): Promise<string[]> => {
      const entries = await collect(inventory.audit({ type: 'RECEIVED', ...filter }))
      return entries.map(({ timestamp, qty, actor }) => `${timestamp - START} ${qty} ${actor}`)
    }
    deepEqual(await found({ from: START + 2000, to: START + 3000 }), ['2000 1 ben', '2000 2 null'])
    deepEqual(await found({ from: START + 2001, to: START + 3000 }), [])
    deepEqual(await found({ from: START + 4000 }), ['4000 1 null', '4000 2 null'])
    equal((await found({ to: START + 2000 })).length, 2)
    deepEqual(await found({ actor: ann }), [`1000 1 ${ann}`])
    deepEqual(await found({ actor: 'ann', from: START }), ['3000 1 ann'])
    deepEqual(await found({ actor: 'ann', to: START + 3000 }), [])
    const page = await found({ warehouseId: 'NYC', from: START + 2000, limit: 1 })
    deepEqual(page, ['2000 2 null'])
    for (const wrong of [{ from: -1 }, { to: 1.5 }, { from: '2026-01-01' }, { actor: '' }])
      equal((await refusal(() => found(wrong as never))).code, 'INVALID_INPUT')
  })

  test('changing a returned entry does not change the trail', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
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
}

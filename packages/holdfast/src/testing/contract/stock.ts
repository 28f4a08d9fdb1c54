import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

/** addStock and removeStock, and `ifSeq`. */
export function stock(makeShop: MakeShop): void {
  test('addStock, removeStock and countStock answer the counts of the level', async (t) => {
    const { inventory, began, hold } = await openFixture(t, makeShop)
    deepEqual(await inventory.addStock({ ...SOCK, qty: 10, source: 'SUPPLIER' }), {
      ...SOCK,
      available: 10,
      held: 0,
      allocated: 0,
      unsellable: 0,
      reserved: 0,
      onHand: 10,
      seq: began + 1,
    })
    await inventory.confirm({ reservationId: await hold(2) })
    await hold(3)
    const counts = { ...SOCK, held: 3, allocated: 2, unsellable: 0, reserved: 5 }
    deepEqual(await inventory.removeStock({ ...SOCK, qty: 1, reason: 'DAMAGED' }), {
      ...counts,
      available: 4,
      onHand: 9,
      seq: began + 5,
    })
    deepEqual(await inventory.countStock({ ...SOCK, onHand: 12 }), {
      ...counts,
      available: 7,
      onHand: 12,
      seq: began + 6,
    })
    deepEqual(await inventory.stock(SOCK), { ...counts, available: 7, onHand: 12, seq: began + 6 })
  })

  test('a write may say what it has seen, and is refused if that has changed', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(5)
    const { seq: ifSeq } = await inventory.stock(SOCK)
    await inventory.addStock({ ...SOCK, productId: 'SHOE', qty: 1, source: 'S' })
    const counted = await inventory.countStock({ ...SOCK, onHand: 6, ifSeq })
    equal(counted.available, 6)
    await hold(2)
    const stale = await refusal(() => inventory.countStock({ ...SOCK, onHand: 6, ifSeq }))
    deepEqual(
      [stale.code, stale.details['ifSeq'], stale.details['available'], stale.details['held']],
      ['STOCK_CHANGED', ifSeq, 4, 2],
    )
    equal(stale.details['seq'], counted.seq + 1)
    const fresh = { ...SOCK, productId: 'NEW', qty: 1, source: 'S', ifSeq: 0 }
    await inventory.addStock(fresh)
    equal((await refusal(() => inventory.addStock(fresh))).code, 'STOCK_CHANGED')
    const { seq } = await inventory.head()
    // As of a trail that had more entries: its numbers are given to others.
    for (const at of [SOCK, { ...SOCK, productId: 'NEWER' }]) {
      const add = { ...at, qty: 1, source: 'S' }
      const beyond = await refusal(() => inventory.addStock({ ...add, ifSeq: seq + 1 }))
      deepEqual([beyond.code, beyond.details['ifSeq']], ['STOCK_CHANGED', seq + 1])
    }
    await inventory.addStock({ ...SOCK, qty: 1, source: 'S', ifSeq: seq })
  })

  test('if units to be removed are reserved, the refusal names their reservations', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(5)
    const id = await hold(5, TTL)
    const broken = await refusal(() =>
      inventory.removeStock({ ...SOCK, qty: 1, reason: 'DAMAGED' }),
    )
    deepEqual(broken.details['reservations'], [{ id, qty: 5, status: 'PENDING' }])
  })
}

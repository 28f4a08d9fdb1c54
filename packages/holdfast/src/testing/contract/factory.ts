import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { MOVE, openFixture, SOCK, TTL, WAREHOUSES, type MakeShop } from './fixture.ts'

/** First the factory: in places that are not new and separate, the other tests would prove nothing. */
export function factory(makeShop: MakeShop): void {
  test('a new inventory holds its warehouses and nothing else', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    deepEqual((await inventory.listStock()).items, [])
    deepEqual((await inventory.listReservations()).items, [])
    deepEqual((await inventory.listTransfers()).items, [])
    const entries = await collect(inventory.audit())
    deepEqual(
      entries.map(({ type, warehouseId, qty }) => `${type} ${warehouseId} ${qty}`),
      WAREHOUSES.map(({ id }) => `WAREHOUSE_CHANGED ${id} 0`),
    )
    const { items, seq } = await inventory.listWarehouses()
    equal(seq, entries.length)
    deepEqual(new Set(items.map(({ id }) => id)), new Set(WAREHOUSES.map(({ id }) => id)))
    deepEqual(
      items.find(({ id }) => id === 'LA'),
      {
        id: 'LA',
        name: 'Los Angeles',
        capacity: null,
        reorderThreshold: 3,
        reorderThresholds: { BOOT: 8 },
        sells: true,
        closed: false,
        onHand: 0,
      },
    )
    const verdict = await inventory.verify()
    deepEqual([verdict.ok, verdict.entries, verdict.levels], [true, entries.length, 0])
  })

  test('two places are independent', async (t) => {
    const one = await openFixture(t, makeShop)
    const two = await openFixture(t, makeShop)
    await one.socks(5)
    const id = await one.hold(2)
    equal(await one.counts(), '3/2/0')
    equal(await two.counts(), '0/0/0')
    deepEqual((await two.inventory.listReservations()).items, [])
    await two.socks(7)
    equal(await one.counts(), '3/2/0')
    notEqual(await two.hold(1), id)
    equal((await one.inventory.head()).seq, one.began + 2)
  })

  test('the same place, opened again, is not new', async (t) => {
    const { inventory, open, socks } = await openFixture(t, makeShop)
    await socks(5)
    await inventory.close()
    const again = await open()
    equal((await again.stock({ warehouseId: 'SF', productId: 'SOCK' })).available, 5)
  })

  test('everything is there again, and work continues', async (t) => {
    const { inventory, clock, open, socks, hold } = await openFixture(t, makeShop)
    await socks(20)
    const held = await hold(2)
    const sold = await hold(3)
    await inventory.confirm({ reservationId: sold })
    const move = { ...MOVE, qty: 4 }
    const { id: transferId } = await inventory.transfer({ ...move, requiresApproval: true })
    const seen = async (from: typeof inventory): Promise<unknown> => [
      await from.head(),
      await from.listStock(),
      await from.listReservations(),
      await from.listTransfers(),
      await from.listWarehouses(),
      await collect(from.audit()),
      await from.verify(),
    ]
    const before = await seen(inventory)
    await inventory.close()
    const again = await open({ warehouses: WAREHOUSES })
    deepEqual(await seen(again), before)
    equal((await again.confirm({ reservationId: held })).status, 'CONFIRMED')
    equal((await again.ship({ reservationId: sold })).status, 'SHIPPED')
    equal((await again.approveTransfer({ transferId })).status, 'APPROVED')
    clock.advance(1)
    equal((await again.reserve({ ...SOCK, qty: 11, ttlMs: TTL })).qty, 11)
    await checkInvariants(again)
  })
}

import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { collect } from '../listing.ts'
import { openScene, WAREHOUSES, type MakeShop } from './scene.ts'

/** The factory first: a suite on places that are not new and apart from each other proves nothing. */
export function freshness(makeShop: MakeShop): void {
  test('a new inventory holds its warehouses and nothing else', async (t) => {
    const { inventory } = await openScene(t, makeShop)
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

  test('two places know nothing of each other', async (t) => {
    const one = await openScene(t, makeShop)
    const two = await openScene(t, makeShop)
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
    const { inventory, open, socks } = await openScene(t, makeShop)
    await socks(5)
    await inventory.close()
    const again = await open()
    equal((await again.stock({ warehouseId: 'SF', productId: 'SOCK' })).available, 5)
  })
}

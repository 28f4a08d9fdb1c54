import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openScene, TTL, WAREHOUSES, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** Warehouses that do not sell, and warehouses that end. */
export function closing(makeShop: MakeShop): void {
  test('a warehouse that does not sell is left out of orders, and does all the rest', async (t) => {
    const { inventory, socks, hold, counts } = await openScene(t, makeShop)
    await socks(5)
    const sold = await hold(2)
    await inventory.confirm({ reservationId: sold })
    const shut = { id: 'SF', name: 'San Francisco', sells: false }
    equal((await inventory.changeWarehouse(shut)).sells, false)
    await socks(3, 'NYC')
    const split = { productId: 'SOCK', qty: 4, ttlMs: TTL, warehouseOrder: ['SF', 'NYC'] }
    for (const order of [split, { ...split, warehouseOrder: undefined }]) {
      const refused = await refusal(() => inventory.fulfillAcrossWarehouses(order))
      deepEqual([refused.code, refused.details['available']], ['INSUFFICIENT_STOCK', 3])
    }
    for (const [verb, more] of [
      ['reserve', { ttlMs: TTL }],
      ['sell', {}],
    ] as const) {
      const command = { verb, ...SOCK, qty: 1, ...more } as never
      equal((await refusal(() => inventory.execute(command))).code, 'WAREHOUSE_NOT_SELLING')
    }
    await socks(1)
    await inventory.countStock({ ...SOCK, onHand: 7 })
    await inventory.ship({ reservationId: sold, qty: 1 })
    await inventory.returnGoods({ reservationId: sold, qty: 1, into: 'available' })
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK' }
    await inventory.transfer({ ...move, qty: 2 })
    await inventory.transfer({ ...move, qty: 1, reservations: [sold] })
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['4/0/0', '5/0/1'])
    await checkInvariants(inventory)
  })

  test('an empty warehouse is closed: it is gone for everybody, and its history stays', async (t) => {
    const { inventory, socks, open } = await openScene(t, makeShop)
    await socks(2, 'NYC')
    const close = { warehouseId: 'NYC' }
    const full = await refusal(() => inventory.closeWarehouse(close))
    deepEqual([full.code, full.details['onHand']], ['WAREHOUSE_IN_USE', 2])
    const gone = { ...SOCK, warehouseId: 'NYC', qty: 2, reason: 'LOST' }
    await inventory.setAside(gone)
    equal((await refusal(() => inventory.closeWarehouse(close))).code, 'WAREHOUSE_IN_USE')
    await inventory.writeOff(gone)
    equal((await inventory.closeWarehouse(close)).closed, true)
    const ids = (await inventory.listWarehouses()).items.map(({ id }) => id)
    deepEqual(ids.includes('NYC'), false)
    await socks(1)
    const { items, cursor } = await inventory.listStock({ limit: 1 })
    deepEqual([items.map(({ warehouseId }) => warehouseId), cursor], [['SF'], null])
    for (const refused of [
      () => socks(1, 'NYC'),
      () => inventory.closeWarehouse(close),
      () => inventory.stock({ warehouseId: 'NYC', productId: 'NEVER' }),
      () =>
        inventory.transfer({
          fromWarehouseId: 'SF',
          toWarehouseId: 'NYC',
          productId: 'SOCK',
          qty: 1,
        }),
    ])
      equal((await refusal(refused)).code, 'WAREHOUSE_NOT_FOUND')
    let told = 0
    for await (const _ of inventory.audit({ warehouseId: 'NYC', productId: 'SOCK' })) told++
    equal(told, 3)
    await inventory.close()
    const again = await open({ warehouses: WAREHOUSES })
    equal((await again.listWarehouses()).items.length, ids.length)
    await again.changeWarehouse({ id: 'NYC', name: 'New York, again' })
    await again.addStock({ ...SOCK, warehouseId: 'NYC', qty: 1, source: 'S' })
    equal((await again.stock({ ...SOCK, warehouseId: 'NYC' })).onHand, 1)
    equal((await again.verify()).ok, true)
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, TTL, WAREHOUSES, type MakeShop } from './fixture.ts'

/** Warehouses: given at opening, changed, left out of orders, closed. */
export function warehouses(makeShop: MakeShop): void {
  test('warehouses may be changed and added; each change writes an entry, no change writes none', async (t) => {
    const { inventory, open, began } = await openFixture(t, makeShop)
    await inventory.close()
    const changed = WAREHOUSES.map((one) => (one.id === 'TINY' ? { ...one, capacity: 7 } : one))
    const added = { id: 'OSLO', name: 'Oslo', reorderThreshold: 2 }
    const again = await open({ warehouses: [...changed, added] })
    const notes = await collect(again.audit({ after: began }))
    deepEqual(
      notes.map(({ type, warehouseId, metadata }) => [type, warehouseId, metadata['name']]),
      [
        ['WAREHOUSE_CHANGED', 'TINY', 'Tiny'],
        ['WAREHOUSE_CHANGED', 'OSLO', 'Oslo'],
      ],
    )
    await again.addStock({ warehouseId: 'TINY', productId: 'SOCK', qty: 7, source: 'S' })
    await again.addStock({ warehouseId: 'OSLO', productId: 'SOCK', qty: 1, source: 'S' })
    await again.close()
    const third = await open()
    equal((await third.listWarehouses()).items.length, 5)
    equal((await third.head()).seq, began + 4)
    await checkInvariants(third)
  })

  test('patchWarehouse keeps the fields it does not name, even if others change them meanwhile', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const la = { id: 'LA', name: 'Los Angeles' }
    const answers = await Promise.all([
      inventory.patchWarehouse({ id: 'LA', capacity: 9 }),
      inventory.patchWarehouse({ id: 'LA', reorderThresholds: { BOOT: null, SHOE: 2 } }),
      inventory.patchWarehouse({ id: 'LA', sells: false }, { actor: 'ann' }),
      inventory.patchWarehouse({ id: 'LA' }),
    ])
    const changed = {
      ...{ ...la, capacity: 9, reorderThreshold: 3, reorderThresholds: { SHOE: 2 } },
      ...{ sells: false, closed: false, onHand: 0 },
    }
    const { items } = await inventory.listWarehouses()
    deepEqual(
      items.find(({ id }) => id === 'LA'),
      changed,
    )
    equal(Math.max(...answers.map(({ seq }) => seq)), began + 3)
    await inventory.patchWarehouse({ id: 'LA', capacity: null })
    for (const [changes, code] of [
      [{ id: 'MOON', sells: true }, 'WAREHOUSE_NOT_FOUND'],
      [{ id: 'LA', capacity: -1 }, 'INVALID_QTY'],
      [{ id: 'LA', reorderThresholds: { BOOT: 'many' } }, 'INVALID_QTY'],
      [{ id: 'LA', nmae: 'x' }, 'INVALID_INPUT'],
      [{ id: 'LA', name: null }, 'INVALID_INPUT'],
      [{ id: 'LA', name: () => 1 }, 'INVALID_INPUT'],
      [{ id: 'LA', capacity: 1n }, 'INVALID_QTY'],
      [{ id: 'LA', reorderThresholds: { BOOT: () => 1 } }, 'INVALID_QTY'],
      [{ id: 'LA', reorderThresholds: new Map([['BOOT', 1]]) }, 'INVALID_INPUT'],
      [null, 'INVALID_INPUT'],
    ] as const)
      equal((await refusal(() => inventory.patchWarehouse(changes as never))).code, code)
    await checkInvariants(inventory)
  })

  test('changeWarehouse works while the inventory is open', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    await socks(2, 'TINY')
    const tiny = { id: 'TINY', name: 'Not so tiny', capacity: 9, reorderThreshold: 1 }
    deepEqual(await inventory.changeWarehouse(tiny, { actor: 'ann' }), {
      ...tiny,
      reorderThresholds: {},
      sells: true,
      closed: false,
      onHand: 2,
      seq: began + 2,
    })
    equal((await inventory.changeWarehouse(tiny, { actor: undefined })).seq, began + 2)
    await socks(7, 'TINY')
    equal((await refusal(() => socks(1, 'TINY'))).code, 'CAPACITY_EXCEEDED')
    await inventory.changeWarehouse({ id: 'OSLO', name: 'Oslo' })
    await socks(1, 'OSLO')
    const [note] = await collect(inventory.audit({ type: 'WAREHOUSE_CHANGED', after: began }))
    deepEqual([note!.actor, note!.qty, note!.productId], ['ann', 0, ''])
    const thresholds = { ...tiny, reorderThresholds: new Map([['BOOT', 1]]) } as never
    for (const wrong of [{ id: '', name: 'x' }, thresholds])
      equal((await refusal(() => inventory.changeWarehouse(wrong))).code, 'INVALID_INPUT')
    await checkInvariants(inventory)
  })

  test('a warehouse with stock cannot be left out; the attempt changes nothing', async (t) => {
    const { inventory, open, socks, hold } = await openFixture(t, makeShop)
    await socks(3)
    await inventory.confirm({ reservationId: await hold(3) })
    const before = await inventory.head()
    await inventory.close()
    const others = WAREHOUSES.filter(({ id }) => id !== 'SF').map((one) => ({
      ...one,
      name: 'new',
    }))
    const refused = await refusal(() => open({ warehouses: others }))
    deepEqual([refused.name, refused.code], ['WarehouseInUseError', 'WAREHOUSE_IN_USE'])
    deepEqual(refused.details, { warehouseId: 'SF', onHand: 3 })
    const again = await open()
    deepEqual(await again.head(), before)
    equal(
      (await again.listWarehouses()).items.some(({ name }) => name === 'new'),
      false,
    )
  })

  test('bad warehouses are refused, and the place can be opened correctly afterwards', async (t) => {
    const { shop, open } = await openFixture(t, makeShop).then(async (fixture) => {
      await fixture.inventory.close()
      return fixture
    })
    const [good] = WAREHOUSES
    const bad = [
      [[{ id: '', name: 'x' }], 'INVALID_INPUT', 'warehouses[0].id'],
      [[good!, { id: 'LA' } as WarehouseOptions], 'INVALID_INPUT', 'warehouses[1].name'],
      [[{ id: 'LA', name: 'x', capacity: -1 }], 'INVALID_QTY', 'warehouses[0].capacity'],
      [[good!, good!], 'INVALID_INPUT', 'warehouses'],
    ] as const
    for (const [warehouses, code, field] of bad) {
      const { code: got, message } = await refusal(() => shop.open({ warehouses }))
      deepEqual([got, message.split(' ')[0]], [code, field])
    }
    equal((await (await open()).listWarehouses()).items.length, WAREHOUSES.length)
  })

  test('a warehouse that does not sell is left out of orders, and does everything else', async (t) => {
    const { inventory, socks, hold, counts } = await openFixture(t, makeShop)
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
    await inventory.transfer({ ...MOVE, qty: 2 })
    await inventory.transfer({ ...MOVE, qty: 1, reservations: [sold] })
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['4/0/0', '5/0/1'])
    await checkInvariants(inventory)
  })

  test('an empty warehouse can be closed: it disappears, and its history stays', async (t) => {
    const { inventory, socks, open } = await openFixture(t, makeShop)
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
      () => inventory.transfer({ ...MOVE, qty: 1 }),
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

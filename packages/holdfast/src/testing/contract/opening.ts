import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { openScene, TTL, WAREHOUSES, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** Closing and opening again: what stays, what may change, what is refused. */
export function opening(makeShop: MakeShop): void {
  test('everything is there again, and goes on', async (t) => {
    const { inventory, clock, open, socks, hold } = await openScene(t, makeShop)
    await socks(20)
    const held = await hold(2)
    const sold = await hold(3)
    await inventory.confirm({ reservationId: sold })
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 4 }
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

  test('warehouses may be changed and added; each change leaves an entry, none leaves none', async (t) => {
    const { inventory, open, began } = await openScene(t, makeShop)
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

  test('patchWarehouse keeps what it does not name, whoever changes that meanwhile', async (t) => {
    const { inventory, began } = await openScene(t, makeShop)
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
    ] as const)
      equal((await refusal(() => inventory.patchWarehouse(changes as never))).code, code)
    await checkInvariants(inventory)
  })

  test('changeWarehouse does it while the inventory is open', async (t) => {
    const { inventory, began, socks } = await openScene(t, makeShop)
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
    equal((await inventory.changeWarehouse(tiny)).seq, began + 2)
    await socks(7, 'TINY')
    equal((await refusal(() => socks(1, 'TINY'))).code, 'CAPACITY_EXCEEDED')
    await inventory.changeWarehouse({ id: 'OSLO', name: 'Oslo' })
    await socks(1, 'OSLO')
    const [note] = await collect(inventory.audit({ type: 'WAREHOUSE_CHANGED', after: began }))
    deepEqual([note!.actor, note!.qty, note!.productId], ['ann', 0, ''])
    equal(
      (await refusal(() => inventory.changeWarehouse({ id: '', name: 'x' }))).code,
      'INVALID_INPUT',
    )
    await checkInvariants(inventory)
  })

  test('a warehouse with stock cannot be left out; nothing is changed by the attempt', async (t) => {
    const { inventory, open, socks, hold } = await openScene(t, makeShop)
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

  test('bad warehouses are refused, and the place can be opened well thereafter', async (t) => {
    const { shop, open } = await openScene(t, makeShop).then(async (scene) => {
      await scene.inventory.close()
      return scene
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
}

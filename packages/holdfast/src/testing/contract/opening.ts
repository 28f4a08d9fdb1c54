import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { failure, refusal } from '../refusal.ts'
import { openScene, START, TTL, WAREHOUSES, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const FOUR_MINUTES = 4 * 60_000

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

  test('changeWarehouse does it while the inventory is open', async (t) => {
    const { inventory, began, socks } = await openScene(t, makeShop)
    await socks(2, 'TINY')
    const tiny = { id: 'TINY', name: 'Not so tiny', capacity: 9, reorderThreshold: 1 }
    deepEqual(await inventory.changeWarehouse(tiny, { actor: 'ann' }), {
      ...tiny,
      reorderThresholds: {},
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
    const bad = [
      [{ id: '', name: 'x' }],
      [{ id: 'SF', name: 'x', capacity: -1 }],
      [WAREHOUSES[0]!, WAREHOUSES[0]!],
    ]
    for (const warehouses of bad)
      match((await refusal(() => shop.open({ warehouses }))).code, /^INVALID_(INPUT|QTY)$/)
    equal((await (await open()).listWarehouses()).items.length, WAREHOUSES.length)
  })

  test('a trail more than five minutes ahead of the clock is refused, unless told otherwise', async (t) => {
    const { inventory, clock, open, socks } = await openScene(t, makeShop)
    await socks(1)
    await inventory.close()
    clock.set(START - FOUR_MINUTES)
    await (await open()).close()
    clock.set(START - 5 * 60_000 - 1)
    equal((await failure(() => open())).code, 'CLOCK_BEHIND')
    const again = await open({ allowClockBehind: true })
    await again.addStock({ ...SOCK, qty: 1, source: 'S' })
    equal((await again.head()).at, START)
    equal((await again.verify()).ok, true)
  })

  test('a wall clock that jumps is not followed, but reported', async (t) => {
    const warnings: string[] = []
    const { inventory, clock, socks, hold, counts } = await openScene(t, makeShop, {
      onWarning: ({ message }) => warnings.push(message),
    })
    await socks(5)
    await hold(5, 1_000)
    clock.set(START + 24 * 60 * 60_000)
    equal(await counts(), '0/5/0')
    equal((await refusal(() => hold(1))).code, 'INSUFFICIENT_STOCK')
    equal(warnings.length, 1)
    match(warnings[0]!, /clock/)
    clock.advance(1_001)
    equal(await counts(), '5/0/0')
    await hold(1)
    equal((await inventory.head()).at, START + 1_001)
    equal(warnings.length, 1)
  })

  test('a clock with fractions writes whole milliseconds', async (t) => {
    const { inventory, clock, began, socks } = await openScene(t, makeShop)
    clock.advance(0.75)
    await socks(1)
    for await (const { timestamp } of inventory.audit({ after: began })) equal(timestamp, START)
  })

  test('who reads beside a writer sees what he commits', async (t) => {
    const { inventory, open, socks, hold } = await openScene(t, makeShop)
    const reader = await open({ readOnly: true })
    for (let i = 1; i <= 5; i++) {
      await socks(2)
      await hold(1)
      const { available, held, seq } = await reader.stock(SOCK)
      deepEqual([available, held, seq], [i, i, (await inventory.head()).seq])
    }
    deepEqual(await collect(reader.audit()), await collect(inventory.audit()))
    equal((await reader.verify()).ok, true)
    await reader.close()
    await socks(1)
  })

  test('who only reads changes nothing, and sees what was written', async (t) => {
    const { inventory, clock, open, socks, hold } = await openScene(t, makeShop)
    await socks(5)
    const reservationId = await hold(2)
    await inventory.close()
    const reader = await open({ readOnly: true })
    clock.advance(TTL + 1)
    deepEqual([(await reader.stock(SOCK)).available, reader.stats().readOnly], [5, true])
    equal((await reader.getReservation({ reservationId })).status, 'EXPIRED')
    for (const write of [
      () => reader.addStock({ ...SOCK, qty: 1, source: 'S' }),
      () => reader.batch({ commands: [{ verb: 'release', reservationId }] }),
      () => reader.changeWarehouse({ id: 'SF', name: 'other' }),
    ])
      equal((await failure(write)).code, 'STORE_READ_ONLY')
    equal((await reader.verify()).ok, true)
  })
}

import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { openScene, START, TTL, type MakeShop } from './scene.ts'

/** What each verb answers when it succeeds, to the last field. */
export function answers(makeShop: MakeShop): void {
  const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

  test('addStock, removeStock and countStock answer the counts of the level', async (t) => {
    const { inventory, began, hold } = await openScene(t, makeShop)
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

  test('reserve, extend, confirm, ship, cancel and release answer the reservation', async (t) => {
    const { inventory, clock, began, socks } = await openScene(t, makeShop)
    await socks(10)
    const made = await inventory.reserve({ ...SOCK, qty: 4, ttlMs: TTL, owner: 'cart-1' })
    const { id } = made
    const record = {
      ...{ id, ...SOCK, qty: 4, owner: 'cart-1', createdAt: START },
      ...{ released: 0, shipped: 0, cancelled: 0, cameBack: 0 },
      ...{ replaces: null, replacedBy: null, group: null },
    }
    deepEqual(made, { ...record, status: 'PENDING', expiresAt: START + TTL, seq: began + 2 })
    deepEqual(await inventory.getReservation({ reservationId: id }), made)

    clock.advance(1_000)
    const later = { ...record, expiresAt: START + 1_000 + 2 * TTL }
    deepEqual(await inventory.extend({ reservationId: id, ttlMs: 2 * TTL }), {
      ...later,
      status: 'PENDING',
      seq: began + 3,
    })
    const sold = { ...later, released: 1 }
    deepEqual(await inventory.confirm({ reservationId: id, qty: 3 }), {
      ...sold,
      status: 'CONFIRMED',
      seq: began + 5,
    })
    deepEqual(await inventory.ship({ reservationId: id }), {
      ...sold,
      shipped: 3,
      status: 'SHIPPED',
      seq: began + 6,
    })

    const two = await inventory.reserve({ ...SOCK, qty: 1, ttlMs: TTL })
    equal(two.owner, null)
    await inventory.confirm({ reservationId: two.id })
    equal((await inventory.cancel({ reservationId: two.id })).status, 'CANCELLED')

    const three = await inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL })
    const released = await inventory.release({ reservationId: three.id })
    deepEqual([released.status, released.seq], ['RELEASED', began + 11])
    deepEqual(await inventory.release({ reservationId: three.id }), released)
    deepEqual(await inventory.getReservation({ reservationId: three.id }), released)
  })

  test('ids of reservations and transfers are UUIDs that cannot be guessed', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
    await socks(10)
    const ids = [await hold(1), await hold(1)]
    const fields = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 1 }
    ids.push((await inventory.transfer(fields)).id)
    for (const id of ids)
      match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    notEqual(ids[0]!.slice(-12), ids[1]!.slice(-12))
    equal(new Set(ids).size, 3)
  })

  test('transfer, approveTransfer and rejectTransfer answer the transfer', async (t) => {
    const { inventory, clock, began, socks, counts } = await openScene(t, makeShop)
    await socks(10)
    const asked = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK', qty: 4 }
    const moved = await inventory.transfer({ ...asked, actor: 'ann' })
    deepEqual(moved, {
      id: moved.id,
      ...asked,
      status: 'APPROVED',
      requestedBy: 'ann',
      decidedBy: null,
      reason: null,
      createdAt: START,
      decidedAt: START,
      group: null,
      seq: began + 3,
    })
    const waiting = await inventory.transfer({ ...asked, requiresApproval: true })
    deepEqual([waiting.status, waiting.decidedAt], ['PENDING_APPROVAL', null])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['6/0/0', '4/0/0'])
    clock.advance(5)
    const { id: transferId } = waiting
    const approved = await inventory.approveTransfer({ transferId, actor: 'bob' })
    deepEqual(approved, {
      ...waiting,
      status: 'APPROVED',
      decidedBy: 'bob',
      decidedAt: START + 5,
      seq: began + 6,
    })
    deepEqual(await inventory.getTransfer({ transferId }), approved)
    const other = await inventory.transfer({ ...asked, qty: 1, requiresApproval: true })
    const rejected = await inventory.rejectTransfer({ transferId: other.id, reason: 'no van' })
    deepEqual([rejected.status, rejected.reason], ['REJECTED', 'no van'])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['2/0/0', '8/0/0'])
  })

  test('fulfillAcrossWarehouses answers its legs, and they sum to the quantity', async (t) => {
    const { inventory, began, socks, counts } = await openScene(t, makeShop)
    await socks(10)
    await socks(15, 'NYC')
    const order = { productId: 'SOCK', qty: 13, ttlMs: TTL, owner: 'cart-1' }
    const { reservations, seq } = await inventory.fulfillAcrossWarehouses({
      ...order,
      warehouseOrder: ['SF', 'NYC'],
    })
    equal(seq, began + 4)
    deepEqual(
      reservations.map(({ warehouseId, qty, owner }) => [warehouseId, qty, owner]),
      [
        ['SF', 10, 'cart-1'],
        ['NYC', 3, 'cart-1'],
      ],
    )
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['0/10/0', '12/3/0'])
    const fullest = await inventory.fulfillAcrossWarehouses({
      ...order,
      qty: 5,
      strategy: 'mostStockFirst',
    })
    deepEqual(
      fullest.reservations.map(({ warehouseId, qty }) => [warehouseId, qty]),
      [['NYC', 5]],
    )
    await checkInvariants(inventory)
  })

  test('execute does what the verb does', async (t) => {
    const { inventory, began } = await openScene(t, makeShop)
    const answer = await inventory.execute({ verb: 'addStock', ...SOCK, qty: 2, source: 'SHOP' })
    deepEqual(answer, await inventory.stock(SOCK))
    equal(answer.seq, began + 1)
  })
}

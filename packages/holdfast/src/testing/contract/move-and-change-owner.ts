import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

/** moveReservation and changeOwner. */
export function moveAndChangeOwner(makeShop: MakeShop): void {
  test('a sold reservation is served from another warehouse, and never becomes a hold', async (t) => {
    const { inventory, socks, hold, counts, trail } = await openFixture(t, makeShop)
    await socks(5)
    await socks(5, 'NYC')
    const reservationId = await hold(5)
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId, qty: 1 })
    const { seq: after } = await inventory.head()
    const move = { reservationId, toWarehouseId: 'NYC' }
    const moved = await inventory.moveReservation(move)
    deepEqual([moved.status, moved.qty, moved.replaces], ['CONFIRMED', 4, reservationId])
    deepEqual(await trail(after), ['CANCELLED 4', 'RESERVED 4', 'SOLD 4'])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['4/0/0', '1/0/4'])
    const old = await inventory.getReservation({ reservationId })
    deepEqual([old.status, old.shipped, old.cancelled], ['SHIPPED', 1, 4])
    equal((await inventory.moveReservation(move)).id, moved.id)
    const elsewhere = { reservationId, toWarehouseId: 'LA' }
    const refused = await refusal(() => inventory.moveReservation(elsewhere))
    deepEqual(refused.details['replacedBy'], moved.id)
    await inventory.cancel({ reservationId: moved.id })
    equal((await refusal(() => inventory.moveReservation(move))).code, 'INVALID_RESERVATION_STATE')
    const same = { reservationId: await hold(1), toWarehouseId: 'SF' }
    equal((await refusal(() => inventory.moveReservation(same))).code, 'INVALID_INPUT')
    await checkInvariants(inventory)
  })

  test('a cart that was changed is not taken for one that was moved', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(9)
    const HAT = { warehouseId: 'NYC', productId: 'HAT' }
    await inventory.addStock({ ...HAT, qty: 9, source: 'S' })
    for (const place of [HAT, SOCK]) {
      const reservationId = await hold(1)
      const { id } = await inventory.reserve({
        ...place,
        qty: 2,
        ttlMs: TTL,
        replaces: reservationId,
      })
      const move = { reservationId, toWarehouseId: place.warehouseId }
      const { code, details } = await refusal(() => inventory.moveReservation(move))
      deepEqual([code, details['replacedBy']], ['INVALID_RESERVATION_STATE', id])
    }
  })

  test('a hold moves with its remaining time', async (t) => {
    const { inventory, clock, socks, counts } = await openFixture(t, makeShop)
    await socks(2)
    await socks(2, 'NYC')
    const held = await inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL, owner: 'ann' })
    clock.advance(1000)
    const move = { reservationId: held.id, toWarehouseId: 'NYC' }
    const moved = await inventory.moveReservation(move)
    deepEqual([moved.status, moved.expiresAt, moved.owner], ['PENDING', held.expiresAt, 'ann'])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['2/0/0', '0/2/0'])
    await checkInvariants(inventory)
  })

  test('a guest’s cart becomes a customer’s, with the same expiry', async (t) => {
    const { inventory, socks, trail } = await openFixture(t, makeShop)
    await socks(3)
    const held = await inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL, owner: 'guest' })
    const { seq: after } = await inventory.head()
    const mine = { reservationId: held.id, owner: 'ann' }
    const changed = await inventory.changeOwner(mine)
    const { seq: _, ...record } = held
    deepEqual(changed, { ...record, owner: 'ann', seq: after + 1 })
    equal((await inventory.changeOwner(mine)).owner, 'ann')
    deepEqual(await trail(after), ['OWNER_CHANGED 2'])
    const owned = async (owner: string): Promise<number> =>
      (await inventory.listReservations({ owner })).items.length
    deepEqual([await owned('guest'), await owned('ann')], [0, 1])
    await inventory.confirm({ reservationId: held.id })
    equal((await inventory.changeOwner({ ...mine, owner: 'bob' })).status, 'CONFIRMED')
    await checkInvariants(inventory)
  })
}

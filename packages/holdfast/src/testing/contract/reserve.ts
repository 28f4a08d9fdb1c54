import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, START, TTL, type MakeShop } from './fixture.ts'

/** reserve, and a hold that replaces another one. */
export function reserve(makeShop: MakeShop): void {
  test('reserve, extend, confirm, ship, cancel and release answer the reservation', async (t) => {
    const { inventory, clock, began, socks } = await openFixture(t, makeShop)
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
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(10)
    const ids = [await hold(1), await hold(1)]
    const fields = { ...MOVE, qty: 1 }
    ids.push((await inventory.transfer(fields)).id)
    for (const id of ids)
      match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    notEqual(ids[0]!.slice(-12), ids[1]!.slice(-12))
    equal(new Set(ids).size, 3)
  })

  test('a larger hold replaces a smaller one, and can use its units', async (t) => {
    const { inventory, socks, counts, trail } = await openFixture(t, makeShop)
    await socks(3)
    const cart = { ...SOCK, ttlMs: TTL, owner: 'cart-1' }
    const first = await inventory.reserve({ ...cart, qty: 2 })
    const blocked = await refusal(() => inventory.reserve({ ...cart, qty: 3 }))
    deepEqual([blocked.details['available'], blocked.details['heldByOwner']], [1, 2])
    // What `replaces` frees is available already, and is not told twice.
    const more = { ...cart, qty: 4, replaces: first.id }
    const still = await refusal(() => inventory.reserve(more))
    deepEqual([still.details['available'], still.details['heldByOwner']], [3, undefined])
    const { seq: after } = await inventory.head()
    const second = await inventory.reserve({ ...cart, qty: 3, replaces: first.id })
    equal(second.replaces, first.id)
    equal(await counts(), '0/3/0')
    deepEqual(await trail(after), ['RETURNED 2', 'RESERVED 3'])
    const old = await inventory.getReservation({ reservationId: first.id })
    deepEqual([old.status, old.replacedBy], ['RELEASED', second.id])

    const again = await inventory.reserve({ ...cart, qty: 3, replaces: first.id })
    deepEqual([again.id, await counts()], [second.id, '0/3/0'])
    const other = await refusal(() => inventory.reserve({ ...cart, qty: 1, replaces: first.id }))
    deepEqual([other.code, other.details['replacedBy']], ['INVALID_RESERVATION_STATE', second.id])
    const third = await refusal(() => inventory.reserve({ ...cart, qty: 4, replaces: second.id }))
    deepEqual([third.code, third.details['available']], ['INSUFFICIENT_STOCK', 3])
    await checkInvariants(inventory)
  })

  test('an expired hold can be replaced, and its units are counted once', async (t) => {
    const { inventory, clock, socks, hold, counts, trail } = await openFixture(t, makeShop)
    await socks(4)
    const earlier = await hold(1, TTL - 2)
    const first = await hold(2, TTL - 1)
    clock.advance(TTL)
    const { seq: after } = await inventory.head()
    const wanted = { ...SOCK, qty: 4, ttlMs: TTL, replaces: first }
    const second = await inventory.reserve(wanted)
    deepEqual(await trail(after), ['RETURNED 2', 'RETURNED 1', 'RESERVED 4'])
    equal(await counts(), '0/4/0')
    const old = await inventory.getReservation({ reservationId: first })
    deepEqual([old.status, old.replacedBy], ['EXPIRED', second.id])
    equal((await inventory.getReservation({ reservationId: earlier })).status, 'EXPIRED')
    clock.advance(TTL + 1)
    const over = await refusal(() => inventory.reserve(wanted))
    deepEqual([over.code, over.details['replacedBy']], ['INVALID_RESERVATION_STATE', second.id])
    await checkInvariants(inventory)
  })

  test('a hold can be replaced by one of another product in another warehouse', async (t) => {
    const { inventory, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(2)
    await inventory.addStock({ warehouseId: 'NYC', productId: 'SHOE', qty: 1, source: 'S' })
    const replaces = await hold(2)
    const shoe = { warehouseId: 'NYC', productId: 'SHOE', qty: 1, ttlMs: TTL }
    await inventory.reserve({ ...shoe, replaces })
    deepEqual([await counts(), await counts('SHOE', 'NYC')], ['2/0/0', '0/1/0'])
    await checkInvariants(inventory)
  })
}

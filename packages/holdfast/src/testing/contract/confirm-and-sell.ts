import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Reservation } from '../../model/reservation.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

/** `status released/shipped/cancelled of qty`. */
function shown({ status, released, shipped, cancelled, qty }: Reservation): string {
  return `${status} ${released}/${shipped}/${cancelled} of ${qty}`
}

/** confirm, including late and partial payment, and sell. */
export function confirmAndSell(makeShop: MakeShop): void {
  test('a late payment sells if there are units, and is refused if not', async (t) => {
    const { inventory, clock, socks, counts, trail } = await openFixture(t, makeShop)
    await socks(3)
    const held = await inventory.reserve({ ...SOCK, qty: 3, ttlMs: TTL, owner: 'ann' })
    const reservationId = held.id
    clock.advance(TTL + 1)
    const late = await refusal(() => inventory.confirm({ reservationId }))
    equal(late.code, 'INVALID_RESERVATION_STATE')
    const { seq: after } = await inventory.head()
    const sold = await inventory.confirm({ reservationId, reacquire: true })
    deepEqual(
      [sold.status, sold.replaces, sold.owner, sold.qty],
      ['CONFIRMED', reservationId, 'ann', 3],
    )
    deepEqual(await trail(after), ['RETURNED 3', 'RESERVED 3', 'SOLD 3'])
    equal(await counts(), '0/0/3')
    const again = await inventory.confirm({ reservationId, reacquire: true })
    deepEqual([again.id, await counts()], [sold.id, '0/0/3'])
    await inventory.cancel({ reservationId: sold.id })
    const gone = await refusal(() => inventory.confirm({ reservationId, reacquire: true }))
    deepEqual([gone.code, gone.details['replacedBy']], ['INVALID_RESERVATION_STATE', sold.id])
    await checkInvariants(inventory)
  })

  test('an expired hold sells nothing that does not exist', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(3)
    const reservationId = await hold(3)
    clock.advance(TTL + 1)
    await hold(2)
    const lost = await refusal(() => inventory.confirm({ reservationId, reacquire: true }))
    deepEqual([lost.code, lost.details['available']], ['INSUFFICIENT_STOCK', 1])
    const part = await inventory.confirm({ reservationId, reacquire: true, qty: 1 })
    deepEqual([part.qty, await counts()], [1, '0/2/1'])
    await checkInvariants(inventory)
  })

  test('a late payment for other units than those that were sold is refused', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(9)
    const reservationId = await hold(3)
    clock.advance(TTL + 1)
    const late = { reservationId, reacquire: true }
    const sold = await inventory.confirm({ ...late, qty: 2 })
    equal((await inventory.confirm({ ...late, qty: 2 })).id, sold.id)
    for (const other of [late, { ...late, qty: 3 }, { ...late, qty: 1 }]) {
      const { code, details } = await refusal(() => inventory.confirm(other))
      deepEqual([code, details['replacedBy']], ['INVALID_RESERVATION_STATE', sold.id])
    }
    equal(await counts(), '7/0/2')
    await checkInvariants(inventory)
  })

  test('a late payment for a cart that was changed and paid meanwhile is refused', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(9)
    const reservationId = await hold(2)
    clock.advance(TTL + 1)
    const changed = await inventory.reserve({
      ...SOCK,
      qty: 2,
      ttlMs: TTL,
      replaces: reservationId,
    })
    await inventory.confirm({ reservationId: changed.id })
    const twice = await refusal(() => inventory.confirm({ reservationId, reacquire: true }))
    deepEqual(
      [twice.code, twice.details['status'], twice.details['replacedBy']],
      ['INVALID_RESERVATION_STATE', 'EXPIRED', changed.id],
    )
    equal(await counts(), '7/0/2')
    await checkInvariants(inventory)
  })

  test('reacquire changes nothing for a live hold', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(3)
    const reservationId = await hold(3)
    const sold = await inventory.confirm({ reservationId, reacquire: true })
    deepEqual([sold.id, sold.replaces], [reservationId, null])
  })

  test('the rest of a partial sale stays held, under its own id', async (t) => {
    const { inventory, clock, socks, counts, trail } = await openFixture(t, makeShop)
    await socks(10)
    const held = await inventory.reserve({ ...SOCK, qty: 10, ttlMs: TTL, owner: 'ann' })
    const { seq: after } = await inventory.head()
    clock.advance(1000)
    const { rest, ...sold } = await inventory.confirm({
      reservationId: held.id,
      qty: 7,
      rest: 'hold',
    })
    equal(shown(sold), 'CONFIRMED 3/0/0 of 10')
    equal(shown(rest!), 'PENDING 0/0/0 of 3')
    deepEqual([rest!.owner, rest!.expiresAt], ['ann', held.expiresAt])
    equal(await counts(), '0/3/7')
    deepEqual(await trail(after), ['SOLD 7', 'RETURNED 3', 'RESERVED 3'])
    equal((await inventory.confirm({ reservationId: rest!.id, rest: 'hold' })).rest, undefined)
    await checkInvariants(inventory)
  })

  test('a till sells and ships in one step', async (t) => {
    const { inventory, socks, counts, trail, began } = await openFixture(t, makeShop)
    await socks(3)
    const sold = await inventory.sell({ ...SOCK, qty: 2, owner: 'till-2' })
    deepEqual([shown(sold), sold.expiresAt], ['CONFIRMED 0/0/0 of 2', sold.createdAt])
    equal(await counts(), '1/0/2')
    const gone = await inventory.sell({ ...SOCK, qty: 1, ship: true })
    equal(shown(gone), 'SHIPPED 0/1/0 of 1')
    equal(await counts(), '0/0/2')
    equal((await refusal(() => inventory.sell({ ...SOCK, qty: 1 }))).code, 'INSUFFICIENT_STOCK')
    deepEqual(await trail(began + 1), [
      ...['RESERVED 2', 'SOLD 2'],
      ...['RESERVED 1', 'SOLD 1', 'SHIPPED 1'],
    ])
    await checkInvariants(inventory)
  })
}

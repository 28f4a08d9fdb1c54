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

/** ship, cancel and release, also of parts. */
export function shipCancelRelease(makeShop: MakeShop): void {
  test('ten ordered, seven paid, three shipped, the rest cancelled: every unit is accounted for', async (t) => {
    const { inventory, socks, hold, counts, trail } = await openFixture(t, makeShop)
    await socks(100)
    const reservationId = await hold(10)
    const { seq: after } = await inventory.head()
    equal(shown(await inventory.confirm({ reservationId, qty: 7 })), 'CONFIRMED 3/0/0 of 10')
    equal(await counts(), '93/0/7')
    equal(shown(await inventory.ship({ reservationId, qty: 3 })), 'CONFIRMED 3/3/0 of 10')
    equal(await counts(), '93/0/4')
    equal(shown(await inventory.cancel({ reservationId, qty: 1 })), 'CONFIRMED 3/3/1 of 10')
    equal(shown(await inventory.cancel({ reservationId })), 'SHIPPED 3/3/4 of 10')
    equal(await counts(), '97/0/0')
    const expected = ['SOLD 7', 'RETURNED 3', 'SHIPPED 3', 'CANCELLED 1', 'CANCELLED 3']
    deepEqual(await trail(after), expected)
    await checkInvariants(inventory)
  })

  test('parcels leave one after another; no unit leaves twice', async (t) => {
    const { inventory, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(5)
    const reservationId = await hold(5)
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId, qty: 2 })
    const twice = await refusal(() => inventory.ship({ reservationId, qty: 4 }))
    deepEqual([twice.code, twice.details['open']], ['INVALID_QTY', 3])
    equal(shown(await inventory.ship({ reservationId })), 'SHIPPED 0/5/0 of 5')
    equal(
      (await refusal(() => inventory.ship({ reservationId, qty: 1 }))).code,
      'INVALID_RESERVATION_STATE',
    )
    equal(await counts(), '0/0/0')
    await checkInvariants(inventory)
  })

  test('a part of a hold is released, and the rest expires', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(5)
    const reservationId = await hold(5)
    equal(shown(await inventory.release({ reservationId, qty: 2 })), 'PENDING 2/0/0 of 5')
    equal(await counts(), '2/3/0')
    const explained = await inventory.explain(SOCK)
    deepEqual([explained.available, explained.due], [2, []])
    clock.advance(TTL + 1)
    equal(await counts(), '5/0/0')
    const { due } = await inventory.explain(SOCK)
    deepEqual(
      due.map(({ qty }) => qty),
      [3],
    )
    equal(shown(await inventory.getReservation({ reservationId })), 'EXPIRED 5/0/0 of 5')
    equal(shown(await inventory.release({ reservationId, qty: 1 })), 'EXPIRED 5/0/0 of 5')
    await hold(5)
    equal(await counts(), '0/5/0')
    await checkInvariants(inventory)
  })
}

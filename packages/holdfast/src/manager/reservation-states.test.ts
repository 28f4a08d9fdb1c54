import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ReservationStatus, type Reservation } from '../model/reservation.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop, type SmallShop } from '../testing/small-shop.ts'

const TTL = 60_000

/** Brings a reservation of 3 of 10 SOCK into each state. */
const INTO: Record<ReservationStatus, (shop: SmallShop) => Reservation> = {
  PENDING: (shop) => reserved(shop),
  CONFIRMED: (shop) => shop.manager.confirm(reserved(shop).id),
  SHIPPED: (shop) => shop.manager.ship(INTO.CONFIRMED(shop).id),
  CANCELLED: (shop) => shop.manager.cancel(INTO.CONFIRMED(shop).id),
  RELEASED: (shop) => shop.manager.release(reserved(shop).id),
  EXPIRED: (shop) => {
    const { id } = reserved(shop)
    shop.clock.advance(TTL + 1)
    return shop.manager.getReservation(id)!
  },
}

function reserved(shop: SmallShop): Reservation {
  shop.sf.addStock('SOCK', 10, 'SUPPLIER')
  return shop.manager.reserve('SF', 'SOCK', 3, TTL, 'cart-1')
}

const VERBS = {
  confirm: (shop: SmallShop, id: string) => shop.manager.confirm(id),
  release: (shop: SmallShop, id: string) => shop.manager.release(id),
  extend: (shop: SmallShop, id: string) => shop.manager.extend(id, 2 * TTL),
  ship: (shop: SmallShop, id: string) => shop.manager.ship(id),
  cancel: (shop: SmallShop, id: string) => shop.manager.cancel(id),
}

/** The entry and the counts after a verb in a state; not listed if it is refused. */
const FOLLOWS: Record<string, { status: ReservationStatus; entry: string; counts: string }> = {
  'confirm PENDING': { status: 'CONFIRMED', entry: 'SOLD 3', counts: '7/0/3' },
  'release PENDING': { status: 'RELEASED', entry: 'RETURNED 3', counts: '10/0/0' },
  'extend PENDING': { status: 'PENDING', entry: 'EXTENDED 3', counts: '7/3/0' },
  'ship CONFIRMED': { status: 'SHIPPED', entry: 'SHIPPED 3', counts: '7/0/0' },
  'cancel CONFIRMED': { status: 'CANCELLED', entry: 'CANCELLED 3', counts: '10/0/0' },
}
/** Releasing what is already released changes nothing. */
const NO_OP = new Set(['release RELEASED', 'release EXPIRED'])

describe('every verb in every state of a reservation', () => {
  for (const [verb, act] of Object.entries(VERBS)) {
    for (const status of Object.values(ReservationStatus)) {
      const follows = FOLLOWS[`${verb} ${status}`]
      const what = follows?.status ?? (NO_OP.has(`${verb} ${status}`) ? 'no-op' : 'refused')

      test(`${verb} ${status}: ${what}`, () => {
        const shop = smallShop()
        const before = INTO[status](shop)
        equal(before.status, status)
        const counts = shop.counts('SOCK')
        const trail = shop.trail().length

        if (follows) {
          const after = act(shop, before.id)
          equal(after.status, follows.status)
          equal(shop.counts('SOCK'), follows.counts)
          deepEqual(shop.trail(trail), [follows.entry])
          equal(shop.lastEntry().reservationId, before.id)
          deepEqual(shop.manager.getReservation(before.id), after)
          notEqual(after, before)
          equal(before.status, status)
          return
        }
        if (what === 'no-op') deepEqual(act(shop, before.id), before)
        else {
          const refused = refusalNow(() => act(shop, before.id))
          equal(refused.code, 'INVALID_RESERVATION_STATE')
          equal(refused.name, 'InvalidReservationStateError')
          equal(refused.details['reservationId'], before.id)
          equal(refused.details['status'], status)
        }
        equal(shop.counts('SOCK'), counts)
        equal(shop.trail().length, trail)
        deepEqual(shop.manager.getReservation(before.id), before)
      })
    }
  }
})

describe('a reservation', () => {
  test('keeps its product, warehouse, owner and creation time through every transition', () => {
    for (const status of Object.values(ReservationStatus)) {
      deepEqual(INTO[status](smallShop()), {
        id: 'R-000002',
        warehouseId: 'SF',
        productId: 'SOCK',
        qty: 3,
        status,
        owner: 'cart-1',
        createdAt: 1_000,
        expiresAt: 61_000,
        released: status === 'RELEASED' || status === 'EXPIRED' ? 3 : 0,
        shipped: status === 'SHIPPED' ? 3 : 0,
        cancelled: status === 'CANCELLED' ? 3 : 0,
        cameBack: 0,
        replaces: null,
        replacedBy: null,
        group: null,
      })
    }
  })

  test('that does not exist is refused by every verb, including release', () => {
    const shop = smallShop()
    for (const act of Object.values(VERBS)) {
      const refused = refusalNow(() => act(shop, 'nobody'))
      equal(refused.name, 'ReservationNotFoundError')
      deepEqual(refused.details, { reservationId: 'nobody' })
    }
    equal(shop.manager.getReservation('nobody'), null)
    equal(shop.trail().length, 0)
  })

  test('can be extended to a shorter time too, from now', () => {
    const shop = smallShop()
    const { id } = reserved(shop)
    shop.clock.advance(500)
    equal(shop.manager.extend(id, 10).expiresAt, 1_510)
    equal(shop.lastEntry().metadata['expiresAt'], '1510')
    equal(shop.lastEntry().metadata['owner'], undefined)
    shop.clock.advance(11)
    equal(shop.manager.getReservation(id)!.status, 'EXPIRED')
  })

  test('is among its level’s pending ones only while it is pending', () => {
    const shop = smallShop()
    const { id } = reserved(shop)
    const level = shop.sf.stock.get('SOCK')!
    deepEqual([...level.reservations.keys()], [id])
    level.confirm(id)
    deepEqual([...level.reservations.keys()], [])
  })
})

describe('a partial confirm', () => {
  test('sells a part, and frees the rest', () => {
    const shop = smallShop()
    const { id } = reserved(shop)
    const trail = shop.trail().length
    const { qty, released } = shop.manager.confirm(id, 1)
    deepEqual([qty, released], [3, 2])
    equal(shop.counts('SOCK'), '9/0/1')
    deepEqual(shop.trail(trail), ['SOLD 1', 'RETURNED 2'])
    deepEqual(shop.lastEntry().metadata, { reservationId: id, because: 'unconfirmed' })
    shop.manager.ship(id)
    equal(shop.counts('SOCK'), '9/0/0')
  })

  test('of everything leaves no rest', () => {
    const shop = smallShop()
    const { id } = reserved(shop)
    const trail = shop.trail().length
    equal(shop.manager.confirm(id, 3).qty, 3)
    deepEqual(shop.trail(trail), ['SOLD 3'])
  })

  test('of more than it holds is refused', () => {
    const shop = smallShop()
    const { id } = reserved(shop)
    const refused = refusalNow(() => shop.manager.confirm(id, 4))
    equal(refused.name, 'InvalidQtyError')
    deepEqual(refused.details, { reservationId: id, requested: 4, open: 3 })
    equal(shop.counts('SOCK'), '7/3/0')
  })
})

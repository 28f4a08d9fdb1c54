import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

/** 10 SOCK in SF; holds on them are made at time 1,000. */
function socks(qty = 10) {
  const shop = smallShop()
  shop.sf.addStock('SOCK', qty, 'SUPPLIER')
  return {
    ...shop,
    hold: (units: number, ttlMs: number) => shop.manager.reserve('SF', 'SOCK', units, ttlMs),
  }
}

describe('at expiresAt, to the millisecond', () => {
  test('a hold counts', () => {
    const { manager, clock, sf, hold } = socks()
    const { id, expiresAt } = hold(10, 100)
    clock.set(expiresAt)
    equal(manager.getReservation(id)!.status, 'PENDING')
    equal(sf.getAvailable('SOCK'), 0)
    const refused = refusalNow(() => hold(1, 100))
    deepEqual(refused.details, {
      warehouseId: 'SF',
      productId: 'SOCK',
      requested: 1,
      available: 0,
      nextExpiryAt: expiresAt,
    })
    equal(manager.confirm(id).status, 'CONFIRMED')
  })

  test('one millisecond later it does not', () => {
    const { manager, clock, sf, hold, counts } = socks()
    const { id, expiresAt } = hold(10, 100)
    clock.set(expiresAt + 1)
    equal(manager.getReservation(id)!.status, 'EXPIRED')
    equal(sf.getAvailable('SOCK'), 10)
    for (const late of [() => manager.confirm(id), () => manager.extend(id, 100)])
      equal(refusalNow(late).details['status'], 'EXPIRED')
    equal(hold(10, 100).status, 'PENDING')
    equal(counts('SOCK'), '0/10/0')
  })

  test('reads write nothing', () => {
    const { manager, clock, sf, hold, written, trail } = socks()
    const { id } = hold(10, 100)
    clock.advance(101)
    const before = trail().length
    manager.getReservation(id)
    sf.getAvailable('SOCK')
    manager.release(id)
    equal(trail().length, before)
    equal(written('SOCK'), '0/10/0')
  })
})

describe('a command that needs the units of expired holds', () => {
  test('records as many as it needs, the earliest first, ties by id', () => {
    const { manager, clock, hold, trail } = socks()
    const holds = [hold(2, 30), hold(2, 20), hold(2, 10), hold(2, 20), hold(2, 900)]
    clock.advance(31)
    const before = trail().length
    hold(5, 100)
    deepEqual(trail(before), ['RETURNED 2', 'RETURNED 2', 'RETURNED 2', 'RESERVED 5'])
    const returned = manager.auditLog.entries.slice(before, -1)
    deepEqual(
      returned.map(({ reservationId }) => reservationId),
      [holds[2]!.id, holds[1]!.id, holds[3]!.id],
    )
    deepEqual(returned[0]!.metadata, {
      reservationId: holds[2]!.id,
      because: 'expired',
      expiredAt: String(holds[2]!.expiresAt),
    })
    deepEqual(
      holds.map(({ id }) => manager.getReservation(id)!.status),
      ['EXPIRED', 'EXPIRED', 'EXPIRED', 'EXPIRED', 'PENDING'],
    )
  })

  test('records none if available is enough', () => {
    const { clock, hold, trail, written } = socks()
    hold(4, 10)
    clock.advance(11)
    const before = trail().length
    hold(6, 100)
    deepEqual(trail(before), ['RESERVED 6'])
    equal(written('SOCK'), '0/10/0')
  })

  test('records whole holds, since a hold cannot be split', () => {
    const { clock, hold, trail, counts } = socks()
    hold(9, 10)
    clock.advance(11)
    const before = trail().length
    hold(2, 100)
    deepEqual(trail(before), ['RETURNED 9', 'RESERVED 2'])
    equal(counts('SOCK'), '8/2/0')
  })

  test('may be any that takes units', () => {
    for (const take of ['removeStock', 'transfer', 'fulfill', 'approve'] as const) {
      const { manager, clock, sf, hold, trail } = socks()
      const waiting = manager.transfer('SF', 'NYC', 'SOCK', 10, true)
      hold(10, 10)
      clock.advance(11)
      const before = trail().length
      if (take === 'removeStock') sf.removeStock('SOCK', 10, 'LOST')
      if (take === 'transfer') manager.transfer('SF', 'NYC', 'SOCK', 10)
      if (take === 'fulfill') manager.fulfillAcrossWarehouses('SOCK', 10)
      if (take === 'approve') manager.approveTransfer(waiting.id)
      equal(trail(before)[0], 'RETURNED 10', take)
    }
  })

  test('is refused with the full number available', () => {
    const { clock, hold } = socks()
    hold(3, 10)
    hold(7, 50)
    clock.advance(11)
    const { details } = refusalNow(() => hold(4, 10))
    deepEqual([details['available'], details['nextExpiryAt']], [3, 1_050])
  })
})

describe('when the next hold expires', () => {
  const nextExpiry = (shop: ReturnType<typeof socks>) =>
    refusalNow(() => shop.hold(100, 1)).details['nextExpiryAt']

  test('follows every change of the holds', () => {
    const shop = socks()
    equal(nextExpiry(shop), null)
    const late = shop.hold(1, 500)
    equal(nextExpiry(shop), 1_500)
    const soon = shop.hold(1, 100)
    equal(nextExpiry(shop), 1_100)
    shop.manager.extend(soon.id, 700)
    equal(nextExpiry(shop), 1_500)
    shop.manager.confirm(late.id)
    equal(nextExpiry(shop), 1_700)
    shop.manager.release(soon.id)
    equal(nextExpiry(shop), null)
  })

  test('skips holds that have expired', () => {
    const shop = socks()
    shop.hold(1, 100)
    shop.hold(1, 200)
    equal(nextExpiry(shop), 1_100)
    shop.clock.set(1_100)
    equal(nextExpiry(shop), 1_100)
    shop.clock.set(1_101)
    equal(nextExpiry(shop), 1_200)
    shop.clock.set(1_201)
    equal(nextExpiry(shop), null)
  })

  test('is known inside atomically, for holds made in it and outside', () => {
    const shop = socks()
    const reserve = { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK' } as const
    const expiryInside = (ttlMs: number) =>
      refusalNow(() =>
        shop.manager.atomically([
          { ...reserve, qty: 1, ttlMs },
          { ...reserve, qty: 100, ttlMs: 1 },
        ]),
      ).details['nextExpiryAt']
    shop.hold(1, 300)
    equal(expiryInside(100), 1_100)
    equal(expiryInside(400), 1_300)
    equal(nextExpiry(shop), 1_300)
  })
})

test('while a clock tells what is no time, its last one counts', () => {
  const { manager, clock, hold } = socks()
  const { expiresAt } = hold(1, 100)
  for (const wrong of [NaN, Infinity, 2 ** 60]) {
    clock.set(wrong)
    equal(hold(1, 100).expiresAt, expiresAt)
  }
  clock.set(1_050)
  equal(hold(1, 100).expiresAt, 1_150)
  equal(manager.auditLog.entries.at(-1)!.timestamp, 1_050)
})

test('a clock that runs backwards neither revives an expired hold nor turns the trail back', () => {
  const { manager, clock, hold, lastEntry } = socks()
  const { id } = hold(10, 100)
  clock.set(2_000)
  hold(10, 5_000)
  clock.set(500)
  equal(manager.getReservation(id)!.status, 'EXPIRED')
  manager.getWarehouse('SF').addStock('SOCK', 1, 'FOUND')
  equal(lastEntry().timestamp, 2_000)
})

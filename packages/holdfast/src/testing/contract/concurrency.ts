import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { InsufficientStockError } from '../../model/errors.ts'
import { dice } from '../dice.ts'
import { checkInvariants } from '../invariants.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

/** Many callers at once: no unit is promised twice. */
export function concurrency(makeShop: MakeShop): void {
  test('5,000 callers for 1,000 units: exactly 1,000 get one, and the trail says so', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(1000)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5000 }, (_, i) =>
        inventory.reserve({ ...SOCK, qty: 1, ttlMs: TTL, owner: `cart-${i}` }),
      ),
    )
    const won = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    )
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') ok(outcome.reason instanceof InsufficientStockError)
    equal(won.length, 1000)
    equal(new Set(won.map(({ id }) => id)).size, 1000)
    equal(new Set(won.map(({ owner }) => owner)).size, 1000)
    equal(await counts(), '0/1000/0')
    const { entries, reservations } = await checkInvariants(inventory)
    const reserved = entries.filter(({ type }) => type === 'RESERVED')
    deepEqual(
      new Set(reserved.map(({ reservationId }) => reservationId)),
      new Set(won.map(({ id }) => id)),
    )
    equal(reserved.length, 1000)
    equal(reservations.length, 1000)
    const known = new Map(reserved.map(({ reservationId, seq }) => [reservationId, seq]))
    for (const { id, seq } of won) equal(known.get(id), seq)
  })

  test('a hundred concurrent commands on one hold: exactly one outcome', async (t) => {
    const { inventory, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(10)
    const reservationId = await hold(4)
    const verbs = ['confirm', 'release', 'ship', 'cancel'] as const
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => inventory[verbs[i % 4]!]({ reservationId })),
    )
    const first = outcomes.slice(0, 4).map(({ status }) => status)
    // In order: sold, so not released; shipped, so not cancelled; then nothing more.
    deepEqual(first, ['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2)
    equal(await counts(), '6/0/0')
    await checkInvariants(inventory)
  })

  test('transfers in both directions at once neither create nor lose a unit', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(20)
    await socks(20, 'NYC')
    const move = (i: number) => {
      const [fromWarehouseId, toWarehouseId] = i % 2 ? ['SF', 'NYC'] : ['NYC', 'SF']
      return inventory.transfer({
        fromWarehouseId,
        toWarehouseId,
        productId: 'SOCK',
        qty: 1 + (i % 9),
      })
    }
    await Promise.allSettled(Array.from({ length: 1000 }, (_, i) => move(i)))
    const { items } = await inventory.listStock()
    equal(
      items.reduce((sum, { onHand }) => sum + onHand, 0),
      40,
    )
    await checkInvariants(inventory)
  })

  test('concurrent orders over several warehouses hold what there is and no more', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(100)
    await socks(100, 'NYC')
    await socks(5, 'TINY')
    const orders = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) =>
        inventory.fulfillAcrossWarehouses({ productId: 'SOCK', qty: 1 + (i % 7), ttlMs: TTL }),
      ),
    )
    let held = 0
    for (const [i, order] of orders.entries()) {
      if (order.status === 'rejected') continue
      const legs = order.value.reservations.reduce((sum, { qty }) => sum + qty, 0)
      equal(legs, 1 + (i % 7))
      held += legs
    }
    const { items } = await inventory.listStock()
    equal(
      items.reduce((sum, level) => sum + level.held, 0),
      held,
    )
    ok(held > 200 && held <= 205)
    await checkInvariants(inventory)
  })

  test('a random crowd leaves consistent books', async (t) => {
    const { inventory, clock, socks } = await openFixture(t, makeShop)
    await socks(50)
    const d = dice(7)
    const ids: string[] = []
    for (let round = 0; round < 30; round++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, () => {
          const reservationId = ids.length > 0 ? d.pick(ids) : 'none yet'
          const act = d.below(6)
          if (act === 0) return inventory.confirm({ reservationId })
          if (act === 1) return inventory.release({ reservationId })
          if (act === 2) return inventory.ship({ reservationId })
          if (act === 3) return inventory.addStock({ ...SOCK, qty: 1 + d.below(5), source: 'S' })
          return inventory.reserve({ ...SOCK, qty: 1 + d.below(4), ttlMs: 1 + d.below(100) })
        }),
      )
      for (const outcome of outcomes)
        if (outcome.status === 'fulfilled' && 'id' in outcome.value) ids.push(outcome.value.id)
      clock.advance(d.below(40))
    }
    await checkInvariants(inventory)
  })
}

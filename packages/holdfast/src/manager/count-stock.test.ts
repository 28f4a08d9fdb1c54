import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

/** 10 SOCK, of which 2 are held and 3 are sold. */
function counted() {
  const shop = smallShop()
  shop.sf.addStock('SOCK', 10, 'SUPPLIER')
  const held = shop.manager.reserve('SF', 'SOCK', 2, 100)
  const sold = shop.manager.confirm(shop.manager.reserve('SF', 'SOCK', 3, 100).id)
  return { ...shop, held, sold }
}

describe('a stocktake', () => {
  test('adds the difference to available: more, less, none', () => {
    const { sf, counts, lastEntry } = counted()
    equal(counts('SOCK'), '5/2/3')
    deepEqual(sf.countStock('SOCK', 12, 'yearly'), {
      warehouseId: 'SF',
      productId: 'SOCK',
      available: 7,
      held: 2,
      allocated: 3,
      unsellable: 0,
      reserved: 5,
      onHand: 12,
    })
    deepEqual([lastEntry().type, lastEntry().qty], ['COUNTED', 2])
    deepEqual(lastEntry().metadata, { reason: 'yearly' })
    sf.countStock('SOCK', 5)
    equal(counts('SOCK'), '0/2/3')
    equal(lastEntry().qty, -7)
    deepEqual(lastEntry().metadata, {})
    sf.countStock('SOCK', 5)
    equal(lastEntry().qty, 0)
  })

  test('below what is reserved is refused, and names the reservations in the way', () => {
    const { sf, counts, held, sold, trail } = counted()
    const before = trail().length
    const refused = refusalNow(() => sf.countStock('SOCK', 4))
    equal(refused.name, 'InsufficientStockError')
    deepEqual(refused.details, {
      warehouseId: 'SF',
      productId: 'SOCK',
      requested: 4,
      available: 5,
      reserved: 5,
      reservations: [
        { id: held.id, qty: 2, status: 'PENDING' },
        { id: sold.id, qty: 3, status: 'CONFIRMED' },
      ],
    })
    equal(counts('SOCK'), '5/2/3')
    equal(trail().length, before)
  })

  test('names ten of them, and none that has expired or is of another product or warehouse', () => {
    const { manager, sf, nyc, clock, sold } = counted()
    nyc.addStock('SOCK', 10, 'SUPPLIER')
    sf.addStock('SHOE', 10, 'SUPPLIER')
    manager.reserve('NYC', 'SOCK', 1, 999)
    manager.reserve('SF', 'SHOE', 1, 999)
    manager.release(manager.reserve('SF', 'SOCK', 1, 100).id)
    clock.advance(101)
    const named = () =>
      refusalNow(() => sf.countStock('SOCK', 0)).details['reservations'] as { id: string }[]
    deepEqual(
      named().map(({ id }) => id),
      [sold.id],
    )
    sf.addStock('SOCK', 20, 'SUPPLIER')
    for (let i = 0; i < 20; i++) manager.reserve('SF', 'SOCK', 1, 100)
    equal(named().length, 10)
  })

  test('records only as many expired holds as it needs units', () => {
    const { sf, clock, counts, trail } = counted()
    clock.advance(101)
    const before = trail().length
    sf.countStock('SOCK', 5)
    deepEqual(trail(before), ['COUNTED -5'])
    equal(sf.countStock('SOCK', 4).available, 1)
    deepEqual(trail(before + 1), ['RETURNED 2', 'COUNTED -1'])
    equal(counts('SOCK'), '1/0/3')
    equal(refusalNow(() => sf.countStock('SOCK', 2)).details['reserved'], 3)
  })

  test('of a product that was never there creates its level', () => {
    const { sf, counts } = counted()
    sf.countStock('SHOE', 0)
    equal(counts('SHOE'), '0/0/0')
    sf.countStock('BOOT', 4)
    equal(counts('BOOT'), '4/0/0')
  })

  test('may exceed the capacity', () => {
    const { manager } = counted()
    const tiny = manager.addWarehouse({ id: 'TINY', name: 'Tiny', capacity: 3 })
    equal(tiny.countStock('SOCK', 5).onHand, 5)
    equal(refusalNow(() => tiny.addStock('SOCK', 1, 'SUPPLIER')).code, 'CAPACITY_EXCEEDED')
  })

  test('of −0 finds 0, and writes 0', () => {
    const { sf, lastEntry } = counted()
    sf.countStock('SHOE', -0)
    equal(Object.is(lastEntry().qty, 0), true)
    equal(Object.is(lastEntry().available, 0), true)
  })

  test('as of a time up to five seconds ahead is of the present, and of a later one is refused', () => {
    const { manager, clock } = counted()
    const count = (aheadMs: number) => {
      const asOf = { time: clock.now() + aheadMs }
      const onHand = 8
      const place = { warehouseId: 'SF', productId: 'SOCK' }
      return manager.atomically([{ verb: 'countStock', ...place, onHand, asOf }])
    }
    equal(count(5000)[0].onHand, 8)
    equal(refusalNow(() => count(5001)).code, 'INVALID_INPUT')
  })

  test('as of the present is done after another one, also if the audit log keeps no entries', () => {
    const { manager, clock, sf } = smallShop({ auditLog: { entries: [], append: () => undefined } })
    sf.addStock('SOCK', 10, 'SUPPLIER')
    for (const asOf of [{ seq: 1 }, { seq: 2 }, { time: clock.now() }]) {
      const place = { warehouseId: 'SF', productId: 'SOCK' }
      const [level] = manager.atomically([{ verb: 'countStock', ...place, onHand: 8, asOf }])
      equal(level.onHand, 8)
    }
  })
})

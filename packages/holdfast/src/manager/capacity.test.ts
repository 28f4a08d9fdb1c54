import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

describe('capacity', () => {
  function tinyShop() {
    const shop = smallShop()
    shop.sf.addStock('SOCK', 10, 'SUPPLIER')
    return { ...shop, tiny: shop.manager.addWarehouse({ id: 'TINY', name: 'Tiny', capacity: 5 }) }
  }

  test('lets all products together fill a warehouse completely', () => {
    const { tiny, counts } = tinyShop()
    tiny.addStock('SOCK', 3, 'SUPPLIER')
    const refused = refusalNow(() => tiny.addStock('SHOE', 3, 'SUPPLIER'))
    equal(refused.name, 'CapacityExceededError')
    deepEqual(refused.details, { warehouseId: 'TINY', capacity: 5, onHand: 3, requested: 3 })
    equal(counts('SHOE', tiny), 'no level')
    tiny.addStock('SHOE', 2, 'SUPPLIER')
    equal(counts('SHOE', tiny), '2/0/0')
  })

  test('counts reserved and sold units until they ship', () => {
    const { manager, tiny } = tinyShop()
    tiny.addStock('SOCK', 5, 'SUPPLIER')
    const { id } = manager.reserve('TINY', 'SOCK', 5, 100)
    manager.confirm(id)
    equal(refusalNow(() => tiny.addStock('SOCK', 1, 'SUPPLIER')).code, 'CAPACITY_EXCEEDED')
    manager.ship(id)
    equal(tiny.addStock('SOCK', 5, 'SUPPLIER').available, 5)
  })

  test('is checked when a transfer brings units in, not when it takes them out', () => {
    const { manager, tiny, counts } = tinyShop()
    equal(refusalNow(() => manager.transfer('SF', 'TINY', 'SOCK', 6)).code, 'CAPACITY_EXCEEDED')
    equal(counts('SOCK'), '10/0/0')
    manager.transfer('SF', 'TINY', 'SOCK', 5)
    manager.transfer('TINY', 'SF', 'SOCK', 1)
    equal(counts('SOCK', tiny), '4/0/0')
    equal(counts('SOCK'), '6/0/0')
  })

  test('is checked again when a transfer is approved', () => {
    const { manager, tiny } = tinyShop()
    const { id } = manager.transfer('SF', 'TINY', 'SOCK', 5, true)
    tiny.addStock('SHOE', 1, 'SUPPLIER')
    equal(refusalNow(() => manager.approveTransfer(id)).code, 'CAPACITY_EXCEEDED')
    equal(manager.getTransfer(id)!.status, 'PENDING_APPROVAL')
    tiny.removeStock('SHOE', 1, 'SOLD_AT_THE_DOOR')
    equal(manager.approveTransfer(id).status, 'APPROVED')
  })

  test('counts what an atomically has done so far', () => {
    const { manager, tiny, counts } = tinyShop()
    const add = { verb: 'addStock', warehouseId: 'TINY', productId: 'SOCK', source: 'S' } as const
    const refused = refusalNow(() =>
      manager.atomically([
        { ...add, qty: 3 },
        { ...add, qty: 3 },
      ]),
    )
    deepEqual(refused.details, {
      warehouseId: 'TINY',
      capacity: 5,
      onHand: 3,
      requested: 3,
      index: 1,
    })
    equal(counts('SOCK', tiny), 'no level')
    manager.atomically([
      { ...add, qty: 5 },
      { verb: 'removeStock', warehouseId: 'TINY', productId: 'SOCK', qty: 2, reason: 'LOST' },
      { ...add, qty: 2 },
    ])
    equal(counts('SOCK', tiny), '5/0/0')
  })

  test('of 0 lets nothing in', () => {
    const { manager } = tinyShop()
    const shut = manager.addWarehouse({ id: 'SHUT', name: 'Shut', capacity: 0 })
    equal(refusalNow(() => shut.addStock('SOCK', 1, 'SUPPLIER')).code, 'CAPACITY_EXCEEDED')
  })
})

describe('sums beyond 2^53 − 1', () => {
  /** SF with 9,007 products of 1e12 units each: room for 199,254,740,991 more. */
  function fullShop() {
    const shop = smallShop()
    for (let i = 0; i < 9_007; i++) shop.sf.addStock(`P${i}`, 1e12, 'SUPPLIER')
    return shop
  }
  const ROOM = Number.MAX_SAFE_INTEGER - 9_007e12

  test('are refused for every verb, and change nothing', () => {
    const { manager, sf, nyc, counts, trail } = fullShop()
    nyc.addStock('P', 1e12, 'SUPPLIER')
    const before = trail().length
    for (const overflow of [
      () => sf.addStock('P0', 1e12, 'SUPPLIER'),
      () => sf.addStock('P', ROOM + 1, 'SUPPLIER'),
      () => sf.countStock('P', 1e12),
      () => manager.transfer('NYC', 'SF', 'P', 1e12),
    ]) {
      const refused = refusalNow(overflow)
      equal(refused.name, 'CapacityExceededError')
      equal(refused.details['capacity'], Number.MAX_SAFE_INTEGER)
    }
    equal(trail().length, before)
    equal(counts('P0'), '1000000000000/0/0')
    equal(counts('P'), 'no level')
  })

  test('begin directly above the last exact integer', () => {
    const { sf } = fullShop()
    equal(sf.addStock('P', ROOM, 'SUPPLIER').available, ROOM)
    equal(refusalNow(() => sf.addStock('P', 1, 'SUPPLIER')).code, 'CAPACITY_EXCEEDED')
    equal(sf.countStock('P', 0).onHand, 0)
    equal(sf.countStock('P', ROOM).onHand, ROOM)
  })

  test('of one level stay exact', () => {
    const { manager, sf } = smallShop()
    for (let i = 0; i < 9_007; i++) sf.addStock('SOCK', 1e12, 'SUPPLIER')
    sf.addStock('SOCK', ROOM, 'SUPPLIER')
    equal(refusalNow(() => sf.addStock('SOCK', 1, 'SUPPLIER')).code, 'CAPACITY_EXCEEDED')
    manager.reserve('SF', 'SOCK', 1, 100)
    equal(sf.getAvailable('SOCK'), Number.MAX_SAFE_INTEGER - 1)
  })
})

import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { InventoryError } from '../model/errors.ts'
import type { ManagerOptions } from './inventory-manager.ts'
import { givenOrder, mostStockFirst, type Offer, type SourcingStrategy } from '../rules/sourcing.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

/** 10 SOCK in SF, 15 in NYC, 5 in LA. */
function threeWarehouses(options: Partial<ManagerOptions> = {}) {
  const shop = smallShop(options)
  const la = shop.manager.addWarehouse({ id: 'LA', name: 'Los Angeles' })
  shop.sf.addStock('SOCK', 10, 'SUPPLIER')
  shop.nyc.addStock('SOCK', 15, 'SUPPLIER')
  la.addStock('SOCK', 5, 'SUPPLIER')
  const legs = (qty: number, order?: string[], strategy?: string) =>
    shop.manager
      .fulfillAcrossWarehouses('SOCK', qty, order, 100, strategy)
      .map((leg) => `${leg.warehouseId} ${leg.qty}`)
  return { ...shop, la, legs }
}

describe('an order over several warehouses', () => {
  test('takes what the first can give, then the next', () => {
    const { legs, counts, nyc } = threeWarehouses()
    deepEqual(legs(13, ['SF', 'NYC']), ['SF 10', 'NYC 3'])
    deepEqual([counts('SOCK'), counts('SOCK', nyc)], ['0/10/0', '12/3/0'])
    deepEqual(legs(2, ['SF', 'NYC', 'LA']), ['NYC 2'])
  })

  test('asks all warehouses if no order is given', () => {
    deepEqual(threeWarehouses().legs(30), ['SF 10', 'NYC 15', 'LA 5'])
  })

  test('accepts warehouse objects as the order, and holds for 15 minutes by default', () => {
    const { manager, nyc, la } = threeWarehouses()
    const [leg] = manager.fulfillAcrossWarehouses('SOCK', 1, [nyc, la])
    deepEqual([leg!.warehouseId, leg!.expiresAt], ['NYC', 1_000 + 15 * 60_000])
  })

  test('holds nothing if all together have too little', () => {
    const { manager, legs, trail, clock } = threeWarehouses()
    manager.reserve('LA', 'SOCK', 2, 100)
    const before = trail().length
    const refused = refusalNow(() => legs(16, ['LA', 'SF']))
    equal(refused.name, 'InsufficientStockError')
    deepEqual(refused.details, {
      productId: 'SOCK',
      requested: 16,
      available: 13,
      offers: [
        { warehouseId: 'LA', available: 3 },
        { warehouseId: 'SF', available: 10 },
      ],
    })
    equal(refusalNow(() => manager.fulfillAcrossWarehouses('SHOE', 1)).details['available'], 0)
    equal(trail().length, before)
    clock.advance(101)
    deepEqual(legs(15, ['LA', 'SF']), ['LA 5', 'SF 10'])
  })

  test('accepts only existing warehouses and strategies', () => {
    const { legs, trail } = threeWarehouses()
    const before = trail().length
    equal(refusalNow(() => legs(1, ['SF', 'MOON'])).code, 'WAREHOUSE_NOT_FOUND')
    for (const strategy of ['cheapest', 'toString', '__proto__'])
      equal(refusalNow(() => legs(1, ['SF'], strategy)).details['field'], 'strategy')
    equal(trail().length, before)
  })

  test('has legs that sum to the quantity, each within its stock (any stock, any quantity)', () => {
    const stock = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 })
    const strategy = fc.constantFrom('givenOrder', 'mostStockFirst')
    fc.assert(
      fc.property(stock, fc.integer({ min: 1, max: 60 }), strategy, (units, qty, name) => {
        const { manager } = smallShop()
        const order = units.map((available, index) => {
          const warehouse = manager.addWarehouse({ id: `W${index}`, name: `W${index}` })
          if (available > 0) warehouse.addStock('SOCK', available, 'SUPPLIER')
          return warehouse
        })
        const all = units.reduce((sum, available) => sum + available, 0)
        const fulfil = () => manager.fulfillAcrossWarehouses('SOCK', qty, order, 100, name)
        if (all < qty) return equal(refusalNow(fulfil).details['available'], all)
        const legs = fulfil()
        equal(
          legs.reduce((sum, leg) => sum + leg.qty, 0),
          qty,
        )
        for (const leg of legs)
          equal(leg.qty >= 1 && leg.qty <= units[Number(leg.warehouseId[1])]!, true)
        equal(new Set(legs.map(({ warehouseId }) => warehouseId)).size, legs.length)
      }),
    )
  })
})

describe('a sourcing strategy', () => {
  const offers: Offer[] = [
    { warehouseId: 'A', available: 1 },
    { warehouseId: 'B', available: 3 },
    { warehouseId: 'C', available: 1 },
  ]
  const request = { productId: 'SOCK', qty: 1 }
  const ranked = (strategy: SourcingStrategy) =>
    strategy.rank(offers, request).map(({ warehouseId }) => warehouseId)

  test('keeps the given order, or puts the fullest first, with ties as given', () => {
    deepEqual(ranked(givenOrder), ['A', 'B', 'C'])
    deepEqual(ranked(mostStockFirst), ['B', 'A', 'C'])
    deepEqual(
      offers.map(({ warehouseId }) => warehouseId),
      ['A', 'B', 'C'],
    )
  })

  test('has the fewest legs with the most stock first', () => {
    deepEqual(threeWarehouses().legs(15, undefined, 'mostStockFirst'), ['NYC 15'])
  })

  test('of the shop may leave warehouses out', () => {
    const onlyLa = { rank: (all: readonly Offer[]) => all.filter((o) => o.warehouseId === 'LA') }
    const { legs } = threeWarehouses({ sourcing: { onlyLa } })
    deepEqual(legs(5, undefined, 'onlyLa'), ['LA 5'])
    equal(refusalNow(() => legs(1, undefined, 'onlyLa')).details['available'], 0)
  })

  test('that invents, repeats or increases an offer is stopped, and nothing is held', () => {
    const lies: Record<string, SourcingStrategy> = {
      invents: { rank: () => [{ warehouseId: 'SF', available: 99 }] },
      doubles: { rank: (all) => [...all, ...all] },
      fattens: {
        rank: (all) => {
          ;(all[0] as { available: number }).available = 99
          return all
        },
      },
    }
    for (const name of Object.keys(lies)) {
      const { legs, counts, trail } = threeWarehouses({ sourcing: lies })
      throws(
        () => legs(50, undefined, name),
        (error) => error instanceof TypeError || (error as InventoryError).code === 'POLICY_FAILED',
      )
      deepEqual([counts('SOCK'), trail().length], ['10/0/0', 3])
    }
  })
})

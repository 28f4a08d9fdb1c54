import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { orderUpTo, purchaseOrder, ReorderListener, type PurchaseOrder } from './reorder.ts'
import { smallShop } from '../testing/small-shop.ts'

/** A warehouse with threshold 3 (BOOT: 8), whose alerts are gathered as `product available`. */
function watched() {
  const shop = smallShop()
  const la = shop.manager.addWarehouse({
    id: 'LA',
    name: 'Los Angeles',
    reorderThreshold: 3,
    reorderThresholds: { BOOT: 8, ['__proto__']: 1 },
  })
  const heard: string[] = []
  la.registerAlertListener({
    onLowStock: (warehouseId, productId, available) =>
      void heard.push(`${warehouseId} ${productId} ${available}`),
  })
  /** What was heard while something was done. */
  const during = (body: () => unknown) => {
    heard.length = 0
    body()
    return [...heard]
  }
  return { ...shop, la, during }
}

describe('a low-stock alert', () => {
  test('comes when units arrive and are not enough, the threshold itself included', () => {
    const { la, during } = watched()
    deepEqual(
      during(() => la.addStock('SOCK', 2, 'SUPPLIER')),
      ['LA SOCK 2'],
    )
    deepEqual(
      during(() => la.addStock('SOCK', 1, 'SUPPLIER')),
      ['LA SOCK 3'],
    )
    deepEqual(
      during(() => la.addStock('SOCK', 1, 'SUPPLIER')),
      [],
    )
  })

  test('comes once per crossing, and is armed again above the threshold', () => {
    const { manager, la, during } = watched()
    la.addStock('SOCK', 5, 'SUPPLIER')
    const first = during(() => manager.reserve('LA', 'SOCK', 1, 100))
    const crossing = during(() => manager.reserve('LA', 'SOCK', 1, 100))
    const below = during(() => manager.reserve('LA', 'SOCK', 1, 100))
    deepEqual([first, crossing, below], [[], ['LA SOCK 3'], []])
    deepEqual(
      during(() => manager.release('R-000002')),
      [],
    )
    deepEqual(
      during(() => manager.release('R-000003')),
      [],
    )
    deepEqual(
      during(() => manager.reserve('LA', 'SOCK', 4, 100)),
      ['LA SOCK 0'],
    )
  })

  test('comes from every movement that takes available across', () => {
    const { manager, la, during } = watched()
    const full = () => la.countStock('SOCK', 10)
    full()
    deepEqual(
      during(() => la.removeStock('SOCK', 7, 'DAMAGED')),
      ['LA SOCK 3'],
    )
    full()
    deepEqual(
      during(() => la.countStock('SOCK', 1)),
      ['LA SOCK 1'],
    )
    full()
    deepEqual(
      during(() => manager.transfer('LA', 'SF', 'SOCK', 10)),
      ['LA SOCK 0'],
    )
    full()
    deepEqual(
      during(() => manager.fulfillAcrossWarehouses('SOCK', 20, ['LA', 'SF'])),
      ['LA SOCK 0'],
    )
  })

  test('comes not from what leaves available alone or adds to it', () => {
    const { manager, la, during } = watched()
    la.addStock('SOCK', 4, 'SUPPLIER')
    const { id } = manager.reserve('LA', 'SOCK', 3, 100)
    manager.getWarehouse('SF').addStock('SOCK', 9, 'SUPPLIER')
    deepEqual(
      during(() => {
        manager.extend(id, 200)
        manager.confirm(id, 2)
        manager.ship(id)
        manager.transfer('LA', 'SF', 'SOCK', 1, true)
        manager.transfer('SF', 'LA', 'SOCK', 1)
        la.countStock('SOCK', 3)
      }),
      [],
    )
  })

  test('knows the threshold of a single product', () => {
    const { la, during } = watched()
    deepEqual(
      during(() => la.addStock('BOOT', 8, 'SUPPLIER')),
      ['LA BOOT 8'],
    )
    deepEqual(
      during(() => la.addStock('__proto__', 2, 'SUPPLIER')),
      [],
    )
    deepEqual(
      during(() => la.addStock('constructor', 4, 'SUPPLIER')),
      [],
    )
  })

  test('comes not from a refused command, nor from half an atomically', () => {
    const { manager, la, during } = watched()
    la.addStock('SOCK', 5, 'SUPPLIER')
    const reserve = { verb: 'reserve', warehouseId: 'LA', productId: 'SOCK', ttlMs: 100 } as const
    const tryIt = (...qty: number[]) => {
      try {
        manager.atomically(qty.map((units) => ({ ...reserve, qty: units })))
      } catch {}
    }
    deepEqual(
      during(() => tryIt(5, 1)),
      [],
    )
    deepEqual(
      during(() => tryIt(1, 4)),
      ['LA SOCK 0'],
    )
  })

  test('of one warehouse is no business of another', () => {
    const { sf, during } = watched()
    deepEqual(
      during(() => sf.addStock('SOCK', 1, 'SUPPLIER')),
      [],
    )
  })
})

describe('a listener', () => {
  test('that throws is reported, and stops neither the command nor the next listener', () => {
    const { la, during, listenerErrors, counts } = watched()
    const broken = new Error('pager is down')
    let told = 0
    la.registerAlertListener({
      onLowStock: () => {
        throw broken
      },
    })
    la.registerAlertListener({ onLowStock: () => void told++ })
    deepEqual(
      during(() => la.addStock('SOCK', 1, 'SUPPLIER')),
      ['LA SOCK 1'],
    )
    deepEqual(listenerErrors, [broken])
    equal(told, 1)
    equal(counts('SOCK', la), '1/0/0')
  })

  test('may give commands itself, and each of their crossings is told once', () => {
    const { manager, la, during } = watched()
    la.addStock('SOCK', 5, 'SUPPLIER')
    let rounds = 0
    la.registerAlertListener({
      onLowStock: () => {
        if (rounds++ > 0) return
        la.addStock('SOCK', 6, 'SUPPLIER')
        manager.reserve('LA', 'SOCK', 7, 100)
      },
    })
    deepEqual(
      during(() => manager.reserve('LA', 'SOCK', 4, 100)),
      ['LA SOCK 1', 'LA SOCK 0'],
    )
  })

  test('that registers another in the middle of an alert does not make it hear this one', () => {
    const { la, during } = watched()
    let late = 0
    la.registerAlertListener({
      onLowStock: () => la.registerAlertListener({ onLowStock: () => late++ }),
    })
    during(() => la.addStock('SOCK', 1, 'SUPPLIER'))
    equal(late, 0)
  })
})

describe('reordering', () => {
  test('orders up to a multiple of the threshold, at least one unit', () => {
    const strategy = orderUpTo(2.5)
    const order = (available: number, threshold: number) =>
      purchaseOrder(strategy, 'LA', 'SOCK', available, threshold)?.qty ?? null
    deepEqual([order(3, 3), order(0, 3), order(4, 3), order(0, 0)], [5, 8, null, 1])
  })

  test('places nothing that the strategy does not want', () => {
    const never = { shouldReorder: () => false, calculateOrderQty: () => 9 }
    const zero = { shouldReorder: () => true, calculateOrderQty: () => 0 }
    equal(purchaseOrder(never, 'LA', 'SOCK', 0, 3), null)
    equal(purchaseOrder(zero, 'LA', 'SOCK', 0, 3), null)
  })

  test('listens to alerts like anything else', () => {
    const { manager, la } = watched()
    const orders: PurchaseOrder[] = []
    const listener = new ReorderListener(
      orderUpTo(4),
      (_warehouseId, productId) => (productId === 'BOOT' ? 8 : 3),
      (order) => void orders.push(order),
    )
    la.registerAlertListener(listener)
    la.addStock('SOCK', 5, 'SUPPLIER')
    manager.reserve('LA', 'SOCK', 3, 100)
    la.addStock('BOOT', 1, 'SUPPLIER')
    deepEqual(orders, [
      { warehouseId: 'LA', productId: 'SOCK', qty: 10, available: 2 },
      { warehouseId: 'LA', productId: 'BOOT', qty: 31, available: 1 },
    ])
  })
})

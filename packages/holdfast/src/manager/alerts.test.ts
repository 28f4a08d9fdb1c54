import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  orderQty,
  orderUpTo,
  ReorderListener,
  type PurchaseOrder,
  type ReorderStrategy,
} from '../rules/reorder.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

/** A warehouse with threshold 3 (BOOT: 8), whose alerts are collected as `product available`. */
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
  /** The alerts raised while `body` runs. */
  const during = (body: () => unknown) => {
    heard.length = 0
    body()
    return [...heard]
  }
  return { ...shop, la, during }
}

describe('a low-stock alert', () => {
  test('comes when incoming units are not enough to rise above the threshold', () => {
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

  test('comes once per crossing, and again after a rise above the threshold', () => {
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

  test('comes from every movement that takes available across the threshold', () => {
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

  test('does not come from what leaves available unchanged or adds to it', () => {
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

  test('uses the threshold of an individual product', () => {
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

  test('does not come from a refused command, nor from half an atomically', () => {
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

  test('of one warehouse does not reach listeners of another', () => {
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

  test('that is async and fails is reported as well', async () => {
    const { la, listenerErrors } = watched()
    const broken = new Error('pager is down')
    la.registerAlertListener({ onLowStock: () => Promise.reject(broken) as unknown as void })
    la.addStock('SOCK', 1, 'SUPPLIER')
    await turn()
    deepEqual(listenerErrors, [broken])
  })

  test('may give commands itself, and each of their crossings is reported once', () => {
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

  test('that registers another during an alert does not make it receive this alert', () => {
    const { la, during } = watched()
    let late = 0
    la.registerAlertListener({
      onLowStock: () => la.registerAlertListener({ onLowStock: () => late++ }),
    })
    during(() => la.addStock('SOCK', 1, 'SUPPLIER'))
    equal(late, 0)
  })
})

/** LA with a listener that orders up to four times the threshold whenever asked; its orders, as `qty at position`. */
function ordering() {
  const shop = watched()
  const orders: PurchaseOrder[] = []
  shop.la.registerAlertListener(
    new ReorderListener({ ...orderUpTo(4), shouldReorder: () => true }, (order) => {
      orders.push(order)
    }),
  )
  const ordered = (body: () => unknown) => {
    orders.length = 0
    body()
    return orders.map(({ qty, available, held }) => `${qty} at ${available + held}`)
  }
  return { ...shop, orders, ordered }
}

describe('reordering', () => {
  const level = { warehouseId: 'LA', productId: 'SOCK', available: 3, held: 0 }

  test('orders up to a multiple of the threshold, at least one unit', () => {
    const qty = (available: number, threshold: number) =>
      orderQty(orderUpTo(2.5), { ...level, available }, threshold)
    deepEqual([qty(3, 3), qty(0, 3), qty(4, 3), qty(0, 0)], [5, 8, 0, 1])
  })

  test('uses available + held, and passes both to a strategy', () => {
    const asked: unknown[] = []
    const strategy: ReorderStrategy = {
      shouldReorder: (...args) => asked.push(args) > 0,
      calculateOrderQty: (position, threshold, { held }) => position * 100 + threshold * 10 + held,
    }
    const inCarts = { ...level, available: 1, held: 4 }
    equal(orderQty(strategy, inCarts, 3), 534)
    deepEqual(asked, [[5, 3, inCarts]])
    equal(orderQty(orderUpTo(4), inCarts, 3), 0)
    equal(orderQty(orderUpTo(4), { ...inCarts, held: 1 }, 3), 10)
  })

  test('orders nothing if the strategy returns none', () => {
    const never = { shouldReorder: () => false, calculateOrderQty: () => 9 }
    for (const none of [0, -1, -0.5, -Infinity]) {
      const zero = { shouldReorder: () => true, calculateOrderQty: () => none }
      equal(orderQty(zero, level, 3), 0)
    }
    equal(orderQty(never, level, 3), 0)
  })

  test('refuses a strategy that answers with something else, as an async one', () => {
    const asked = (strategy: object) =>
      refusalNow(() => orderQty({ ...orderUpTo(4), ...strategy } as never, level, 3))
    const due = asked({ shouldReorder: async () => Promise.resolve(false) })
    equal(due.message, 'shouldReorder must return true or false, not a Promise')
    const qty = asked({ calculateOrderQty: async () => Promise.reject(new Error('later')) })
    equal(qty.message, 'calculateOrderQty must return a number, not a Promise')
    // As of a pack size that is missing, or half of one.
    for (const units of [NaN, 1.5, Infinity, 2 ** 53])
      equal(
        asked({ calculateOrderQty: () => units }).message,
        `calculateOrderQty must return a whole number, not ${units}`,
      )
    deepEqual(
      [due, qty].map(({ code, details }) => [code, details]),
      [
        ['POLICY_FAILED', { policy: 'shouldReorder' }],
        ['POLICY_FAILED', { policy: 'calculateOrderQty' }],
      ],
    )
  })

  test('does not come from carts that come and go, by release, expiry or a smaller confirm', () => {
    const { manager, la, clock, ordered } = ordering()
    la.addStock('SOCK', 6, 'SUPPLIER')
    const carts = ordered(() => {
      for (let cart = 0; cart < 20; cart++) {
        const { id } = manager.reserve('LA', 'SOCK', 6, 100)
        if (cart % 2 === 0) manager.release(id)
        else clock.advance(101)
      }
      const { id } = manager.reserve('LA', 'SOCK', 6, 100)
      manager.confirm(id, 2)
    })
    deepEqual(carts, [])
  })

  test('comes once per shortage, whatever comes in and goes out below the threshold', () => {
    const { manager, la, orders, ordered } = ordering()
    la.addStock('BOOT', 12, 'SUPPLIER')
    const { id } = manager.reserve('LA', 'BOOT', 6, 100)
    deepEqual(
      ordered(() => manager.confirm(id)),
      ['26 at 6'],
    )
    deepEqual(orders, [
      { warehouseId: 'LA', productId: 'BOOT', qty: 26, available: 6, held: 0, seq: 3 },
    ])
    const parts = () => {
      la.addStock('BOOT', 1, 'SUPPLIER')
      la.addStock('BOOT', 1, 'SUPPLIER')
      la.removeStock('BOOT', 2, 'LOST')
      manager.reserve('LA', 'BOOT', 6, 100)
      manager.ship(id)
      la.addStock('BOOT', 24, 'SUPPLIER')
    }
    deepEqual(ordered(parts), [])
    deepEqual(
      ordered(() => la.removeStock('BOOT', 22, 'LOST')),
      ['24 at 8'],
      'possible again above the threshold',
    )
  })

  test('comes from every movement that takes units away for good, and from none that brings some', () => {
    const { manager, la, sf, ordered } = ordering()
    sf.addStock('SOCK', 9, 'SUPPLIER')
    const held = () => manager.reserve('LA', 'SOCK', 7, 100).id
    const full = () => la.countStock('SOCK', 10)
    const down: Record<string, () => unknown> = {
      removeStock: () => la.removeStock('SOCK', 7, 'LOST'),
      countStock: () => la.countStock('SOCK', 3),
      transfer: () => manager.transfer('LA', 'SF', 'SOCK', 7),
      confirm: () => manager.ship(manager.confirm(held()).id),
    }
    for (const [verb, body] of Object.entries(down)) {
      full()
      deepEqual(ordered(body), ['9 at 3'], verb)
    }
    deepEqual(
      ordered(() => {
        la.addStock('SOCK', 1, 'SUPPLIER')
        manager.transfer('SF', 'LA', 'SOCK', 1)
        la.countStock('SOCK', 6)
        la.addStock('BOOT', 1, 'SUPPLIER')
      }),
      [],
    )
  })

  test('continues when an alert listener throws', () => {
    const { la, ordered, listenerErrors } = ordering()
    const broken = new Error('pager is down')
    let shortages = 0
    la.registerAlertListener({
      onLowStock: () => {
        throw broken
      },
      onShortage: ({ threshold }) => void (shortages += threshold),
    })
    la.addStock('SOCK', 4, 'SUPPLIER')
    deepEqual(
      ordered(() => la.removeStock('SOCK', 1, 'LOST')),
      ['9 at 3'],
    )
    deepEqual(listenerErrors, [broken])
    equal(shortages, 3)
  })
})

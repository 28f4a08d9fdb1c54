import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InventoryManager, StockLevel, type AuditTrail } from '../index.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

const counts = ({ available, reserved }: StockLevel) => `${available}/${reserved}`

describe('a level made alone', () => {
  const alone = (available = 10) => {
    let now = 1_000
    const calls: unknown[][] = []
    const auditLog: AuditTrail = { entries: [], append: (...call) => calls.push(call.slice(0, 5)) }
    const at = { warehouseId: 'SF', productId: 'SOCK', available }
    const level = new StockLevel({ ...at, clock: () => now, newId: (seq) => `R-${seq}`, auditLog })
    return { level, calls, pass: (ms: number) => (now += ms) }
  }

  test('reserves, confirms and releases, without a manager', () => {
    const { level, calls } = alone()
    equal(counts(level), '10/0')
    const hold = level.reserve(3, 60_000)
    deepEqual([hold.id, hold.status, hold.expiresAt], ['R-1', 'PENDING', 61_000])
    equal(counts(level), '7/3')
    equal(level.confirm(hold.id).status, 'CONFIRMED')
    equal(counts(level), '7/3')
    const other = level.reserve(2, 60_000, 'cart-1')
    equal(level.release(other.id).status, 'RELEASED')
    equal(level.release(other.id).status, 'RELEASED')
    equal(counts(level), '7/3')
    deepEqual(
      calls.map(([type, productId, warehouseId, qty]) => [type, productId, warehouseId, qty]),
      [
        ['RESERVED', 'SOCK', 'SF', 3],
        ['SOLD', 'SOCK', 'SF', 3],
        ['RESERVED', 'SOCK', 'SF', 2],
        ['RETURNED', 'SOCK', 'SF', 2],
      ],
    )
    deepEqual(calls[1]![4], { reservationId: 'R-1' })
  })

  test('refuses what the specification refuses', () => {
    const { level } = alone()
    const code = (action: () => unknown) => refusalNow(action).code
    equal(
      code(() => level.reserve(0, 60_000)),
      'INVALID_QTY',
    )
    equal(
      code(() => level.reserve(11, 60_000)),
      'INSUFFICIENT_STOCK',
    )
    equal(
      code(() => level.confirm('nobody')),
      'RESERVATION_NOT_FOUND',
    )
    equal(
      code(() => level.release('nobody')),
      'RESERVATION_NOT_FOUND',
    )
    const { id } = level.reserve(1, 60_000)
    level.confirm(id)
    equal(
      code(() => level.confirm(id)),
      'INVALID_RESERVATION_STATE',
    )
    equal(
      code(() => level.release(id)),
      'INVALID_RESERVATION_STATE',
    )
    equal(counts(level), '9/1')
  })

  test('takes its own clock, to test expiry', () => {
    const { level, pass } = alone()
    const { id } = level.reserve(4, 100)
    pass(100)
    equal(counts(level), '6/4')
    pass(1)
    equal(counts(level), '10/0')
    equal(refusalNow(() => level.confirm(id)).code, 'INVALID_RESERVATION_STATE')
  })

  test('needs only a warehouse and a product', () => {
    const level = new StockLevel({ warehouseId: 'SF', productId: 'SOCK' })
    equal(counts(level), '0/0')
    equal(refusalNow(() => level.reserve(1, 1)).code, 'INSUFFICIENT_STOCK')
    for (const wrong of [
      { available: -1 },
      { available: 0.5 },
      { productId: 'SOCK ' },
      { warehouseId: '' },
    ])
      throws(
        () => new StockLevel({ warehouseId: 'SF', productId: 'SOCK', ...wrong }),
        /InvalidQtyError|InvalidInputError/,
      )
  })
})

describe('a level of a manager', () => {
  test('leaves the reservations of other levels alone', () => {
    const { manager, sf, nyc } = smallShop()
    for (const [warehouse, product] of [
      [sf, 'SOCK'],
      [sf, 'HAT'],
      [nyc, 'SOCK'],
    ] as const)
      warehouse.addStock(product, 10, 'S')
    const { id } = manager.reserve('SF', 'SOCK', 3, 100)
    for (const other of [sf.stock.get('HAT')!, nyc.stock.get('SOCK')!]) {
      for (const verb of ['confirm', 'release'] as const) {
        const refused = refusalNow(() => other[verb](id))
        deepEqual([refused.code, refused.details], ['RESERVATION_NOT_FOUND', { reservationId: id }])
      }
    }
    equal(manager.getReservation(id)!.status, 'PENDING')
    equal(sf.stock.get('SOCK')!.confirm(id).status, 'CONFIRMED')
  })

  test('counts expired holds as free, as getAvailable does', () => {
    const { manager, sf, clock } = smallShop()
    sf.addStock('SOCK', 10, 'S')
    manager.reserve('SF', 'SOCK', 4, 100)
    const kept = manager.reserve('SF', 'SOCK', 1, 1_000)
    manager.confirm(manager.reserve('SF', 'SOCK', 2, 100).id)
    const level = sf.stock.get('SOCK')!
    const all = ({ available, held, allocated, reserved, onHand }: typeof level) =>
      [available, held, allocated, reserved, onHand].join('/')
    equal(all(level), '3/5/2/7/10')
    clock.advance(101)
    equal(sf.getAvailable('SOCK'), 7)
    equal(all(level), '7/1/2/3/10')
    deepEqual([...level.reservations.keys()], [kept.id])
    equal(manager.auditLog.entries.length, 5)
  })

  test('is one object as long as the manager exists, and an instance of StockLevel', () => {
    const manager = new InventoryManager({ clock: undefined, newId: undefined })
    const sf = manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
    sf.addStock('SOCK', 10, 'S')
    const level: StockLevel = sf.stock.get('SOCK')!
    manager.atomically([
      { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: 1e6 },
    ])
    equal(sf.stock.get('SOCK'), level)
    equal(counts(level), '9/1')
    deepEqual([...sf.stock.keys()], ['SOCK'])
  })
})

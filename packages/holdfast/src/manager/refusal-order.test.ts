import { equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command } from '../model/commands/commands.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

/**
 * A command that is wrong in several ways is refused for the first of them: input, warehouse or record, state, stock,
 * capacity. Each list corrects one fault after another.
 */
const LADDERS: Record<string, [refusal: string, command: Record<string, unknown>][]> = {
  addStock: [
    ['INVALID_INPUT', { warehouseId: 'MOON', productId: 'SOCK', qty: 0, source: 'S', typo: 1 }],
    ['INVALID_INPUT', { warehouseId: '', productId: 'SOCK', qty: 0, source: 'S' }],
    ['INVALID_QTY', { warehouseId: 'MOON', productId: 'SOCK', qty: 0, source: '' }],
    ['INVALID_INPUT', { warehouseId: 'MOON', productId: 'SOCK', qty: 9, source: '' }],
    ['WAREHOUSE_NOT_FOUND', { warehouseId: 'MOON', productId: 'SOCK', qty: 9, source: 'S' }],
    ['CAPACITY_EXCEEDED', { warehouseId: 'TINY', productId: 'SOCK', qty: 9, source: 'S' }],
    ['none', { warehouseId: 'TINY', productId: 'SOCK', qty: 5, source: 'S' }],
  ],
  removeStock: [
    ['INVALID_QTY', { warehouseId: 'MOON', productId: 'SOCK', qty: -1, reason: 'LOST' }],
    ['WAREHOUSE_NOT_FOUND', { warehouseId: 'MOON', productId: 'SOCK', qty: 99, reason: 'LOST' }],
    ['INSUFFICIENT_STOCK', { warehouseId: 'SF', productId: 'SOCK', qty: 99, reason: 'LOST' }],
    ['none', { warehouseId: 'SF', productId: 'SOCK', qty: 7, reason: 'LOST' }],
  ],
  countStock: [
    ['INVALID_QTY', { warehouseId: 'MOON', productId: 'SOCK', onHand: -1 }],
    ['WAREHOUSE_NOT_FOUND', { warehouseId: 'MOON', productId: 'SOCK', onHand: 0 }],
    ['INSUFFICIENT_STOCK', { warehouseId: 'SF', productId: 'SOCK', onHand: 2 }],
    ['none', { warehouseId: 'SF', productId: 'SOCK', onHand: 3 }],
  ],
  reserve: [
    ['INVALID_QTY', { warehouseId: 'MOON', productId: 'SOCK', qty: 0.5, ttlMs: 0 }],
    ['INVALID_INPUT', { warehouseId: 'MOON', productId: 'SOCK', qty: 99, ttlMs: 0 }],
    ['WAREHOUSE_NOT_FOUND', { warehouseId: 'MOON', productId: 'SOCK', qty: 99, ttlMs: 1 }],
    ['INSUFFICIENT_STOCK', { warehouseId: 'SF', productId: 'NEVER', qty: 1, ttlMs: 1 }],
    ['INSUFFICIENT_STOCK', { warehouseId: 'SF', productId: 'SOCK', qty: 8, ttlMs: 1 }],
    ['none', { warehouseId: 'SF', productId: 'SOCK', qty: 7, ttlMs: 1 }],
  ],
  confirm: [
    ['INVALID_QTY', { reservationId: 'nobody', qty: 0 }],
    ['RESERVATION_NOT_FOUND', { reservationId: 'nobody', qty: 99 }],
    ['INVALID_RESERVATION_STATE', { reservationId: 'released', qty: 99 }],
    ['INVALID_QTY', { reservationId: 'held', qty: 4 }],
    ['none', { reservationId: 'held', qty: 3 }],
  ],
  extend: [
    ['INVALID_INPUT', { reservationId: 'nobody', ttlMs: -1 }],
    ['RESERVATION_NOT_FOUND', { reservationId: 'nobody', ttlMs: 1 }],
    ['INVALID_RESERVATION_STATE', { reservationId: 'released', ttlMs: 1 }],
    ['none', { reservationId: 'held', ttlMs: 1 }],
  ],
  transfer: [
    ['INVALID_QTY', { fromWarehouseId: 'X', toWarehouseId: 'X', productId: 'SOCK', qty: 0 }],
    ['INVALID_INPUT', { fromWarehouseId: 'X', toWarehouseId: 'X', productId: 'SOCK', qty: 99 }],
    ['WAREHOUSE_NOT_FOUND', { fromWarehouseId: 'X', toWarehouseId: 'SF', productId: 'P', qty: 9 }],
    ['WAREHOUSE_NOT_FOUND', { fromWarehouseId: 'SF', toWarehouseId: 'X', productId: 'P', qty: 9 }],
    [
      'INSUFFICIENT_STOCK',
      { fromWarehouseId: 'SF', toWarehouseId: 'TINY', productId: 'SOCK', qty: 9 },
    ],
    [
      'CAPACITY_EXCEEDED',
      { fromWarehouseId: 'SF', toWarehouseId: 'TINY', productId: 'SOCK', qty: 7 },
    ],
    ['none', { fromWarehouseId: 'SF', toWarehouseId: 'TINY', productId: 'SOCK', qty: 5 }],
  ],
  fulfillAcrossWarehouses: [
    ['INVALID_INPUT', { productId: 'SOCK', qty: 99, ttlMs: 1, warehouseOrder: ['X', 'X'] }],
    ['WAREHOUSE_NOT_FOUND', { productId: 'SOCK', qty: 99, ttlMs: 1, warehouseOrder: ['SF', 'X'] }],
    ['INSUFFICIENT_STOCK', { productId: 'SOCK', qty: 8, ttlMs: 1, warehouseOrder: ['SF', 'TINY'] }],
    ['none', { productId: 'SOCK', qty: 7, ttlMs: 1, warehouseOrder: ['TINY', 'SF'] }],
  ],
}

/** SF: 10 SOCK, 3 of them held. TINY has room for 5 units and is empty. */
function shop() {
  const { manager, sf, trail } = smallShop()
  manager.addWarehouse({ id: 'TINY', name: 'Tiny', capacity: 5 })
  sf.addStock('SOCK', 10, 'SUPPLIER')
  const held = manager.reserve('SF', 'SOCK', 3, 100).id
  const released = manager.release(manager.reserve('SF', 'SOCK', 1, 100).id).id
  return { manager, trail, ids: { held, released } as Record<string, string> }
}

for (const [verb, ladder] of Object.entries(LADDERS)) {
  describe(verb, () => {
    for (const [index, [code, fields]] of ladder.entries())
      test(`${index + 1}. ${code}`, () => {
        const { manager, trail, ids } = shop()
        const id = ids[String(fields['reservationId'])]
        const command = { verb, ...fields, ...(id && { reservationId: id }) } as unknown as Command
        const before = trail().length
        if (code === 'none') manager.execute(command)
        else {
          equal(refusalNow(() => manager.execute(command)).code, code)
          equal(trail().length, before)
        }
      })
  })
}

test('a refusal creates no level for a product that was never there', () => {
  const { manager, sf } = smallShop()
  const never = { warehouseId: 'SF', productId: 'NEVER' }
  for (const command of [
    { verb: 'reserve', ...never, qty: 1, ttlMs: 1 },
    { verb: 'removeStock', ...never, qty: 1, reason: 'LOST' },
    { verb: 'fulfillAcrossWarehouses', productId: 'NEVER', qty: 1, ttlMs: 1 },
    { verb: 'transfer', fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'NEVER', qty: 1 },
  ] as Command[])
    equal(refusalNow(() => manager.execute(command)).code, 'INSUFFICIENT_STOCK')
  equal(sf.getAvailable('NEVER'), 0)
  equal(sf.stock.size, 0)
})

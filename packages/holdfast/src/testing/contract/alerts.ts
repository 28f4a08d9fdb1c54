import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { orderUpTo } from '../../domain/reorder.ts'
import { until } from './until.ts'
import { openScene, TTL, type MakeShop } from './scene.ts'

const BOOT = { warehouseId: 'LA', productId: 'BOOT' }

/** Those who are told that a product runs low. */
export function alerts(makeShop: MakeShop): void {
  test('low stock is told once per crossing, whatever crossed, and not again after reopening', async (t) => {
    const { inventory, open } = await openScene(t, makeShop)
    const heard: string[] = []
    const listener = {
      onLowStock: (warehouseId: string, productId: string, available: number) =>
        void heard.push(`${warehouseId} ${productId} ${available}`),
    }
    await inventory.alerts({ name: 'pager' }, listener)
    await inventory.addStock({ ...BOOT, qty: 8, source: 'S' })
    await inventory.addStock({ ...BOOT, qty: 4, source: 'S' })
    const { id: reservationId } = await inventory.reserve({ ...BOOT, qty: 4, ttlMs: TTL })
    await inventory.reserve({ ...BOOT, qty: 1, ttlMs: TTL })
    await inventory.release({ reservationId })
    await inventory.transfer({
      fromWarehouseId: 'LA',
      toWarehouseId: 'SF',
      productId: 'BOOT',
      qty: 5,
    })
    await inventory.addStock({ warehouseId: 'SF', productId: 'BOOT', qty: 1, source: 'S' })
    const crossings = ['LA BOOT 8', 'LA BOOT 8', 'LA BOOT 6']
    await until('three alerts', () => heard.length === 3)
    deepEqual(heard, crossings)
    await inventory.close()
    const again = await open()
    await again.alerts({ name: 'pager' }, listener)
    await again.countStock({ ...BOOT, onHand: 20 })
    await again.removeStock({ ...BOOT, qty: 19, reason: 'LOST' })
    await until('a fourth alert', () => heard.length > 3)
    deepEqual(heard, [...crossings, 'LA BOOT 0'])
  })

  test('a reorder places what its strategy wants, with the seq to deduplicate by', async (t) => {
    const { inventory, began } = await openScene(t, makeShop)
    const orders: unknown[] = []
    await inventory.reorder(
      { name: 'purchasing' },
      orderUpTo(2),
      (order) => void orders.push(order),
    )
    await inventory.addStock({ ...BOOT, qty: 10, source: 'S' })
    await inventory.reserve({ ...BOOT, qty: 4, ttlMs: TTL })
    await inventory.addStock({ warehouseId: 'LA', productId: 'SHOE', qty: 3, source: 'S' })
    await until('two orders', () => orders.length === 2)
    deepEqual(orders, [
      { ...BOOT, qty: 10, available: 6, seq: began + 2 },
      { warehouseId: 'LA', productId: 'SHOE', qty: 3, available: 3, seq: began + 3 },
    ])
  })
}

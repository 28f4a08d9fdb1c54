import { deepEqual } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { orderUpTo, type PurchaseOrder } from '../../rules/reorder.ts'
import { until } from './until.ts'
import { openFixture, TTL, type MakeShop } from './fixture.ts'

const BOOT = { warehouseId: 'LA', productId: 'BOOT' }
const SHOE = { warehouseId: 'LA', productId: 'SHOE' }

/** Alerts and orders when a product runs low. */
export function alerts(makeShop: MakeShop): void {
  test('low stock is reported once per crossing, whatever crossed, and not again after reopening', async (t) => {
    const { inventory, open } = await openFixture(t, makeShop)
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

  test('a new consumer gets new alerts, and earlier ones only if asked for', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    await inventory.addStock({ ...BOOT, qty: 12, source: 'S' })
    for (let day = 0; day < 3; day++) {
      await inventory.removeStock({ ...BOOT, qty: 6, reason: 'LOST' })
      await inventory.countStock({ ...BOOT, onHand: 12 })
    }
    const mails: string[] = []
    const mail = (name: string) => ({
      onLowStock: async (_warehouse: string, _product: string, available: number, seq: number) =>
        void mails.push(`${name} ${available} ${seq - began}`),
    })
    const orders: string[] = []
    const buy = (name: string) => (order: PurchaseOrder) =>
      void orders.push(`${name} ${order.qty} ${order.seq - began}`)
    await inventory.alerts({ name: 'new mail' }, mail('new'))
    await inventory.alerts({ name: 'old mail', from: 0 }, mail('old'))
    await inventory.reorder({ name: 'new buyer', from: undefined }, orderUpTo(2), buy('new'))
    await inventory.reorder({ name: 'old buyer', from: began + 3 }, orderUpTo(2), buy('old'))
    await inventory.removeStock({ ...BOOT, qty: 5, reason: 'LOST' })
    const isNewest = (line: string) => line.endsWith(' 8')
    await until('the newest of each', () => [...mails, ...orders].filter(isNewest).length === 4)
    deepEqual(mails.toSorted(), ['new 7 8', 'old 6 2', 'old 6 4', 'old 6 6', 'old 7 8'])
    deepEqual(orders.toSorted(), ['new 9 8', 'old 10 4', 'old 10 6', 'old 9 8'])
  })

  test('a listener is awaited, and called again if its promise rejects', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const told: number[] = []
    let broken = 1
    await inventory.alerts(
      { name: 'mail' },
      {
        onLowStock: async (_warehouseId, _productId, available) => {
          await Promise.resolve()
          told.push(available)
          if (broken-- > 0) throw new Error('the mail server is down')
        },
      },
    )
    await inventory.addStock({ ...BOOT, qty: 1, source: 'S' })
    await inventory.addStock({ ...BOOT, qty: 1, source: 'S' })
    await until('three mails', () => told.length === 3)
    deepEqual(told, [1, 1, 2])
  })

  test('carts that come and go order nothing; what is sold is ordered once', async (t) => {
    const { inventory, orders } = await buyer(t, makeShop)
    await inventory.addStock({ ...BOOT, qty: 9, source: 'S' })
    for (let cart = 0; cart < 20; cart++) {
      const { id: reservationId } = await inventory.reserve({ ...BOOT, qty: 1, ttlMs: TTL })
      await inventory.release({ reservationId })
    }
    const sale = await inventory.reserve({ ...BOOT, qty: 2, ttlMs: TTL })
    await inventory.reserve({ ...BOOT, qty: 3, ttlMs: TTL })
    const { seq } = await inventory.confirm({ reservationId: sale.id })
    await inventory.removeStock({ ...BOOT, qty: 1, reason: 'LOST' })
    // An order that certainly comes, after everything else.
    await inventory.addStock({ ...SHOE, qty: 4, source: 'S' })
    await inventory.countStock({ ...SHOE, onHand: 0 })
    await until('the shoe', () => orders.some(({ productId }) => productId === 'SHOE'))
    deepEqual(orders.slice(0, -1), [{ ...BOOT, qty: 9, available: 4, held: 3, seq }])
  })

  test('a shortage that arrives in parts is ordered once, and the next one again', async (t) => {
    const { inventory, orders } = await buyer(t, makeShop)
    await inventory.addStock({ ...BOOT, qty: 10, source: 'S' })
    const { id: reservationId } = await inventory.reserve({ ...BOOT, qty: 10, ttlMs: TTL })
    await inventory.confirm({ reservationId })
    for (const qty of [2, 2, 6, 6]) await inventory.addStock({ ...BOOT, qty, source: 'S' })
    await inventory.transfer({
      fromWarehouseId: 'LA',
      toWarehouseId: 'SF',
      productId: 'BOOT',
      qty: 8,
    })
    await until('two orders', () => orders.length === 2)
    deepEqual(
      orders.map(({ qty, available }) => `${qty} at ${available}`),
      ['16 at 0', '8 at 8'],
    )
  })

  test('an order uses the current threshold; raising it orders nothing by itself', async (t) => {
    const { inventory, orders, consumer } = await buyer(t, makeShop)
    const thresholds = async (units: number) => {
      const reorderThresholds = { BOOT: units }
      await inventory.changeWarehouse({ id: 'LA', name: 'Los Angeles', reorderThresholds })
    }
    const lose = async () => {
      const { seq } = await inventory.removeStock({ ...BOOT, qty: 1, reason: 'LOST' })
      await until('the loss', () => consumer.position >= seq)
    }
    await inventory.addStock({ ...BOOT, qty: 11, source: 'S' })
    await thresholds(10_000)
    await lose()
    deepEqual(orders, [])
    await thresholds(9)
    await lose()
    deepEqual(
      orders.map(({ qty }) => qty),
      [9],
    )
  })
}

/** A shop that fills up to twice the threshold, and its orders. */
async function buyer(t: TestContext, makeShop: MakeShop) {
  const { inventory } = await openFixture(t, makeShop)
  const orders: PurchaseOrder[] = []
  const consumer = await inventory.reorder(
    { name: 'buyer' },
    orderUpTo(2),
    (order) => void orders.push(order),
  )
  return { inventory, orders, consumer }
}

import { setTimeout as pause } from 'node:timers/promises'
import { checkOut, type Order, type Payment, type Shelf } from './checkout.ts'

const ORDERS: readonly Order[] = [
  {
    id: 'order-1',
    attempt: 1,
    lines: [
      { productId: 'MUG', qty: 2 },
      { productId: 'LID', qty: 2 },
    ],
  },
  { id: 'order-2', attempt: 1, lines: [{ productId: 'MUG', qty: 2 }] },
  {
    id: 'order-3',
    attempt: 1,
    lines: [
      { productId: 'LID', qty: 1 },
      { productId: 'MUG', qty: 4 },
    ],
  },
]
/** Their payments take longer than their holds last. */
const SLOW: Order = { id: 'order-4', attempt: 1, lines: [{ productId: 'LID', qty: 2 }] }
const TOO_SLOW: Order = {
  id: 'order-5',
  attempt: 1,
  lines: [
    { productId: 'LID', qty: 1 },
    { productId: 'MUG', qty: 2 },
  ],
}
const QUICK: Order = { id: 'order-6', attempt: 1, lines: [{ productId: 'MUG', qty: 2 }] }

/** An evening in a small shop with 5 mugs and 9 lids; answers what there is to tell of it. */
export async function evening(shelf: Shelf): Promise<string[]> {
  const told: string[] = []
  const payment: Payment = {
    take: (order) => Promise.resolve(order.id !== 'order-2'),
    refund: async (order) => void told.push(`${order.id}: money sent back`),
  }
  // The first one comes twice.
  for (const order of [...ORDERS, ORDERS[0]!]) told.push(await checkOut(shelf, order, payment))

  const late: Payment = { ...payment, take: () => pause(50, true) }
  told.push(await checkOut(shelf, SLOW, late, 1))
  // Somebody else buys the mugs meanwhile.
  const overtaken: Payment = {
    ...payment,
    take: async () => {
      await pause(50)
      told.push(await checkOut(shelf, QUICK, payment))
      return true
    },
  }
  told.push(await checkOut(shelf, TOO_SLOW, overtaken, 1))

  for (const productId of ['MUG', 'LID']) {
    const { available, held, allocated } = await shelf.stock({ warehouseId: 'SF', productId })
    told.push(`${productId}: ${available} available, ${held} held, ${allocated} sold`)
  }
  return told
}

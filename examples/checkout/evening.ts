import { checkOut, type Order, type Shelf } from './checkout.ts'

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

/** An evening in a small shop with 5 mugs and 9 lids; answers what there is to tell of it. */
export async function evening(shelf: Shelf): Promise<string[]> {
  const isPaid = (order: Order): Promise<boolean> => Promise.resolve(order.id !== 'order-2')
  const told: string[] = []
  for (const order of ORDERS) told.push(await checkOut(shelf, order, isPaid))
  // The first one came twice.
  told.push(await checkOut(shelf, ORDERS[0]!, isPaid))
  for (const productId of ['MUG', 'LID']) {
    const { available, held, allocated } = await shelf.stock({ warehouseId: 'SF', productId })
    told.push(`${productId}: ${available} available, ${held} held, ${allocated} sold`)
  }
  return told
}

import { InventoryError, type Inventory } from 'holdfast'

const UNITS = 1_000
const BUYERS = 10_000
const CONSOLE = { warehouseId: 'SF', productId: 'CONSOLE' } as const

export interface Sale {
  readonly buyers: number
  readonly units: number
  /** How many buyers got one, and how many were refused. */
  readonly held: number
  readonly refused: number
  readonly milliseconds: number
  readonly repliesPerSecond: number
  /** Units that are left. */
  readonly available: number
}

/** All buyers at once. Each answer is given when it is durable. */
export async function flashSale(inventory: Inventory): Promise<Sale> {
  await inventory.addStock({ ...CONSOLE, qty: UNITS, source: 'SUPPLIER' })
  const began = performance.now()
  const replies = await Promise.allSettled(
    Array.from({ length: BUYERS }, (_, buyer) =>
      inventory.reserve({ ...CONSOLE, qty: 1, ttlMs: 900_000, owner: `buyer-${buyer + 1}` }),
    ),
  )
  const milliseconds = performance.now() - began
  for (const reply of replies) {
    if (reply.status === 'rejected' && !isSoldOut(reply.reason)) throw reply.reason
  }
  const held = replies.filter(({ status }) => status === 'fulfilled').length
  const { available } = await inventory.stock(CONSOLE)
  return {
    buyers: BUYERS,
    units: UNITS,
    held,
    refused: BUYERS - held,
    milliseconds: Math.round(milliseconds),
    repliesPerSecond: Math.round((1000 * BUYERS) / milliseconds),
    available,
  }
}

function isSoldOut(error: unknown): boolean {
  return error instanceof InventoryError && error.code === 'INSUFFICIENT_STOCK'
}

export function saleReport(sale: Sale): string {
  const count = (value: number): string => value.toLocaleString('en')
  return [
    `   ${count(sale.held)} got one, ${count(sale.refused)} were told that it is sold out, ${count(sale.available)} left`,
    `   ${count(sale.milliseconds)} ms, ${count(sale.repliesPerSecond)} replies a second, each durable before it was given`,
  ].join('\n')
}

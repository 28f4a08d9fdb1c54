import { InsufficientStockError, type Inventory } from 'holdfast'

/** What a checkout needs of an inventory: the embedded one has it, and so has the client. */
export type Shelf = Pick<Inventory, 'atomically' | 'confirm' | 'release' | 'stock'>

export interface Line {
  readonly productId: string
  readonly qty: number
}

export interface Order {
  readonly id: string
  /** Counts on when a customer who was told "sold out" tries again: the same key would be told the same again. */
  readonly attempt: number
  readonly lines: readonly Line[]
}

const WAREHOUSE = 'SF'
const FIFTEEN_MINUTES = 15 * 60_000

/**
 * Holds the whole cart or nothing, takes the money, and sells what was held. An order that comes twice
 * (an impatient finger, a retry) is sold once: its id and attempt are the key.
 */
export async function checkOut(
  shelf: Shelf,
  order: Order,
  pay: (order: Order) => Promise<boolean>,
): Promise<string> {
  const holds = await hold(shelf, order)
  if (typeof holds === 'string') return holds
  if (!(await pay(order))) {
    await Promise.all(holds.map((reservationId) => shelf.release({ reservationId })))
    return `${order.id}: not paid, and given back`
  }
  await Promise.all(
    holds.map((reservationId, line) =>
      shelf.confirm({ reservationId, idempotencyKey: `${order.id}/sold/${line}` }),
    ),
  )
  return `${order.id}: sold`
}

/** The ids of the holds, one a line; or why there are none. */
async function hold(shelf: Shelf, order: Order): Promise<string[] | string> {
  try {
    const { answers } = await shelf.atomically({
      idempotencyKey: `${order.id}/attempt-${order.attempt}`,
      commands: order.lines.map((line) => ({
        verb: 'reserve',
        warehouseId: WAREHOUSE,
        ...line,
        ttlMs: FIFTEEN_MINUTES,
        owner: order.id,
      })),
    })
    return answers.map(({ id }) => id)
  } catch (error) {
    if (!(error instanceof InsufficientStockError)) throw error
    const { productId, requested, available } = error.details
    return `${order.id}: wants ${requested} × ${productId}, and there are ${available}`
  }
}

import { InsufficientStockError, type Inventory } from 'holdfast'

/** What a checkout needs of an inventory: the embedded one has it, and so has the client. */
export type Shelf = Pick<Inventory, 'atomically' | 'releaseAll' | 'stock'>

/** The shop's payment provider. Both act once for an order, however often they are called. */
export interface Payment {
  /** Whether the customer paid; it may take longer than the hold lasts. */
  readonly take: (order: Order) => Promise<boolean>
  readonly refund: (order: Order) => Promise<void>
}

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

/**
 * Holds the whole cart or nothing, takes the money, and sells what was held. An order that comes twice
 * (an impatient finger, a retry) is sold once: its id and attempt are in the key.
 */
export async function checkOut(
  shelf: Shelf,
  order: Order,
  { take, refund }: Payment,
  ttlMs = 15 * 60_000,
): Promise<string> {
  const holds = await soldOut(hold(shelf, order, ttlMs))
  if ('productId' in holds) {
    const { productId, requested, available } = holds
    return `${order.id}: wants ${requested} × ${productId}, and there are ${available}`
  }
  if (!(await take(order))) {
    await giveBack(shelf, order)
    return `${order.id}: not paid, and given back`
  }
  const sold = await soldOut(sell(shelf, order, holds))
  if ('productId' in sold) {
    await giveBack(shelf, order)
    await refund(order)
    return `${order.id}: paid too late for ${sold.productId}, and refunded`
  }
  return `${order.id}: sold`
}

/** The ids of the holds, one a line. */
async function hold(shelf: Shelf, order: Order, ttlMs: number): Promise<string[]> {
  const { answers } = await shelf.atomically({
    idempotencyKey: keyOf(order, 'held'),
    group: attemptOf(order),
    commands: order.lines.map((line) => ({
      verb: 'reserve',
      warehouseId: WAREHOUSE,
      ...line,
      ttlMs,
      owner: order.id,
    })),
  })
  return answers.map(({ id }) => id)
}

/**
 * All lines or none, with one key. For a hold that ended while the customer paid it takes available units anew
 * (`reacquire`); if there are too few left of one line, the whole is refused.
 */
async function sell(shelf: Shelf, order: Order, holds: readonly string[]): Promise<string[]> {
  const { answers } = await shelf.atomically({
    idempotencyKey: keyOf(order, 'sold'),
    commands: holds.map((reservationId) => ({ verb: 'confirm', reservationId, reacquire: true })),
  })
  return answers.map(({ id }) => id)
}

/** All that is still held for this attempt. */
async function giveBack(shelf: Shelf, order: Order): Promise<void> {
  const idempotencyKey = keyOf(order, 'given-back')
  await shelf.releaseAll({ of: { group: attemptOf(order) }, idempotencyKey })
}

function attemptOf({ id, attempt }: Order): string {
  return `${id}/attempt-${attempt}`
}

function keyOf(order: Order, step: string): string {
  return `${attemptOf(order)}/${step}`
}

/** What was done; or of which product there are too few. */
async function soldOut<T>(done: Promise<T>): Promise<T | InsufficientStockError['details']> {
  try {
    return await done
  } catch (error) {
    if (error instanceof InsufficientStockError) return error.details
    throw error
  }
}

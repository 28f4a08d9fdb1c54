import { checkFunction, checkObject, invalid } from '../model/limits.ts'
import { wrongAnswer } from './policies.ts'
import type { ReorderLevel, Shortage, StockAlertListener } from './alert.ts'

/**
 * When to order, and how much. It must be pure and synchronous. `position` is available + held: units in carts are not sold yet, so a
 * strategy that uses only the first two arguments does not reorder them.
 * @example
 * const byTheDozen: ReorderStrategy = {
 *   shouldReorder: (position, threshold) => position <= threshold,
 *   calculateOrderQty: () => 12,
 * }
 */
export interface ReorderStrategy {
  shouldReorder(position: number, threshold: number, level: ReorderLevel): boolean
  /** Units to order, a whole number; 0 or less for no order. */
  calculateOrderQty(position: number, threshold: number, level: ReorderLevel): number
}

export interface PurchaseOrder extends ReorderLevel {
  /** Units to order, 1 or more. */
  readonly qty: number
  /** The `seq` of the entry that began the shortage. A repeated order has the same `seq`. */
  readonly seq: number
}

/**
 * Orders up to `multiple` × threshold, at least one unit, once the position is at the threshold or below.
 * @example
 * orderUpTo(4) // at a threshold of 5 and a position of 2: orders 18
 * @throws InvalidInputError
 */
export function orderUpTo(multiple: number): ReorderStrategy {
  if (!Number.isFinite(multiple) || multiple < 0)
    throw invalid('multiple', 'must be a number, 0 or more')
  return {
    shouldReorder: (position, threshold) => position <= threshold,
    calculateOrderQty: (position, threshold) =>
      Math.max(1, Math.ceil(threshold * multiple) - position),
  }
}

/** @throws InvalidInputError */
export function checkReorder(strategy: unknown, place: unknown): void {
  checkObject(strategy, 'strategy')
  checkFunction(strategy['shouldReorder'], 'shouldReorder')
  checkFunction(strategy['calculateOrderQty'], 'calculateOrderQty')
  checkFunction(place, 'place')
}

/** Units that the strategy would order for the level now; 0 for none. @throws PolicyFailedError for another answer */
export function orderQty(
  strategy: ReorderStrategy,
  { warehouseId, productId, available, held }: ReorderLevel,
  threshold: number,
): number {
  const level = { warehouseId, productId, available, held }
  const position = available + held
  // A promise would count as true, and not as a number.
  const isDue: unknown = strategy.shouldReorder(position, threshold, level)
  if (typeof isDue !== 'boolean') throw wrongAnswer('shouldReorder', 'true or false', isDue)
  if (!isDue) return 0
  const qty: unknown = strategy.calculateOrderQty(position, threshold, level)
  if (typeof qty !== 'number') throw wrongAnswer('calculateOrderQty', 'a number', qty)
  if (qty <= 0) return 0
  if (!Number.isSafeInteger(qty)) throw wrongAnswer('calculateOrderQty', 'a whole number', qty)
  return qty
}

/**
 * A listener that asks a strategy once for each shortage and places its orders. It ignores low-stock alerts: carts and
 * each part of a delivery cause those too.
 * @example
 * warehouse.registerAlertListener(new ReorderListener(orderUpTo(4), (order) => orders.push(order)))
 */
export class ReorderListener<Told = void> implements StockAlertListener<Told> {
  readonly #strategy: ReorderStrategy
  readonly #place: (order: PurchaseOrder) => Told | void

  /** @throws InvalidInputError */
  constructor(strategy: ReorderStrategy, place: (order: PurchaseOrder) => Told | void) {
    checkReorder(strategy, place)
    this.#strategy = strategy
    this.#place = place
  }

  onLowStock(): void {}

  onShortage({ threshold, ...level }: Shortage): Told | void {
    const qty = orderQty(this.#strategy, level, threshold)
    return qty === 0 ? undefined : this.#place({ ...level, qty })
  }
}

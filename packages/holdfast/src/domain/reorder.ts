import type { StockAlertListener } from './alert.ts'

/**
 * When to order, and how much; pure.
 * @example
 * const byTheDozen: ReorderStrategy = {
 *   shouldReorder: (available, threshold) => available <= threshold,
 *   calculateOrderQty: () => 12,
 * }
 */
export interface ReorderStrategy {
  shouldReorder(available: number, threshold: number): boolean
  calculateOrderQty(available: number, threshold: number): number
}

export interface PurchaseOrder {
  readonly warehouseId: string
  readonly productId: string
  /** Units to order, 1 or more. */
  readonly qty: number
  readonly available: number
}

/**
 * Orders up to `multiple` × threshold (at least one unit) once available is at the threshold or below.
 * @example
 * orderUpTo(4).calculateOrderQty(2, 5) // 18
 */
export function orderUpTo(multiple: number): ReorderStrategy {
  return {
    shouldReorder: (available, threshold) => available <= threshold,
    calculateOrderQty: (available, threshold) =>
      Math.max(1, Math.ceil(threshold * multiple) - available),
  }
}

/** The strategy's word for one level; null where nothing is to be ordered. */
export function purchaseOrder(
  strategy: ReorderStrategy,
  warehouseId: string,
  productId: string,
  available: number,
  threshold: number,
): PurchaseOrder | null {
  if (!strategy.shouldReorder(available, threshold)) return null
  const qty = strategy.calculateOrderQty(available, threshold)
  return qty > 0 ? { warehouseId, productId, qty, available } : null
}

/**
 * A stock alert listener that asks a strategy, and places the purchase orders that it wants.
 * @example
 * warehouse.registerAlertListener(
 *   new ReorderListener(orderUpTo(4), () => warehouse.reorderThreshold, (order) => orders.push(order)),
 * )
 */
export class ReorderListener implements StockAlertListener {
  readonly #strategy: ReorderStrategy
  readonly #threshold: (warehouseId: string, productId: string) => number
  readonly #place: (order: PurchaseOrder) => void

  constructor(
    strategy: ReorderStrategy,
    threshold: (warehouseId: string, productId: string) => number,
    place: (order: PurchaseOrder) => void,
  ) {
    this.#strategy = strategy
    this.#threshold = threshold
    this.#place = place
  }

  onLowStock(warehouseId: string, productId: string, availableQty: number): void {
    const threshold = this.#threshold(warehouseId, productId)
    const order = purchaseOrder(this.#strategy, warehouseId, productId, availableQty, threshold)
    if (order !== null) this.#place(order)
  }
}

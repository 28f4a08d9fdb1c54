import { checkFunction, checkObject } from '../model/limits.ts'
import { availableBefore, positionBefore, type AuditEntry } from '../model/audit-entry.ts'
import { AdjustmentType } from '../model/adjustment-type.ts'

/** The level that a strategy decides on. */
export interface ReorderLevel {
  readonly warehouseId: string
  readonly productId: string
  readonly available: number
  readonly held: number
}

/** A level whose position, available + held, has just fallen to its threshold or below. */
export interface Shortage extends ReorderLevel {
  readonly threshold: number
  /** The `seq` of the entry that caused it. A repeated call has the same `seq`. */
  readonly seq: number
}

/**
 * Called when a product runs low in a warehouse. `Told` is the return type: nothing, or in a durable inventory a
 * promise, which is awaited.
 * @example
 * const listener: StockAlertListener = {
 *   onLowStock: (warehouseId, productId, available) => console.log(`${productId}: ${available} left`),
 * }
 */
export interface StockAlertListener<Told = void> {
  /** `seq` is that of the entry that caused the alert. A repeated alert has the same `seq`. */
  onLowStock(warehouseId: string, productId: string, availableQty: number, seq: number): Told | void
  /** Called once for each shortage. Carts cause none: held units still count. */
  onShortage?(shortage: Shortage): Told | void
}

/** @throws InvalidInputError */
export function checkListener(listener: unknown): void {
  checkObject(listener, 'listener')
  checkFunction(listener['onLowStock'], 'onLowStock')
  if (listener['onShortage'] !== undefined) checkFunction(listener['onShortage'], 'onShortage')
}

/** Whether this many available units are low stock. */
export function isLow(available: number, threshold: number): boolean {
  return available <= threshold
}

/**
 * Whether this entry causes a "low stock" alert: available fell from above the threshold to it or below (once per
 * crossing), or a delivery was not enough.
 */
export function isLowStock(entry: AuditEntry, threshold: number): boolean {
  if (!isLow(entry.available, threshold)) return false
  return entry.type === AdjustmentType.RECEIVED || !isLow(availableBefore(entry), threshold)
}

/**
 * The shortage that this entry began, or null. It began one if the position fell from above the threshold to it or
 * below. The entry alone decides that, so a repeated entry gives the same result and no state is needed.
 */
export function shortageOf(entry: AuditEntry, threshold: number): Shortage | null {
  const { warehouseId, productId, available, held, seq } = entry
  if (available + held > threshold || positionBefore(entry) <= threshold) return null
  return { warehouseId, productId, available, held, threshold, seq }
}

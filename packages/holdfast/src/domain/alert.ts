import { availableBefore, type AuditEntry } from './audit-entry.ts'
import { AdjustmentType } from './adjustment-type.ts'

/**
 * Told when a product runs low in a warehouse.
 * @example
 * const listener: StockAlertListener = {
 *   onLowStock: (warehouseId, productId, available) => console.log(`${productId}: ${available} left`),
 * }
 */
export interface StockAlertListener {
  /** `seq` is that of the entry that took it there: what is told again carries the same. */
  onLowStock(warehouseId: string, productId: string, availableQty: number, seq: number): void
}

/**
 * Whether this entry says "low stock": it took available from above the threshold to it or below
 * (once per crossing, armed again when it rises above), or stock came in and that was not enough.
 */
export function isLowStock(entry: AuditEntry, threshold: number): boolean {
  if (entry.available > threshold) return false
  return entry.type === AdjustmentType.RECEIVED || availableBefore(entry) > threshold
}

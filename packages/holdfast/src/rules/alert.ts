import { availableBefore, positionBefore, type AuditEntry } from '../model/audit-entry.ts'
import { AdjustmentType } from '../model/adjustment-type.ts'

/** A level that a strategy is asked about. */
export interface ReorderLevel {
  readonly warehouseId: string
  readonly productId: string
  readonly available: number
  readonly held: number
}

/** A level whose position, available + held, has just fallen to its threshold or below. */
export interface Shortage extends ReorderLevel {
  readonly threshold: number
  /** That of the entry that took it there: what is told again carries the same. */
  readonly seq: number
}

/**
 * Told when a product runs low in a warehouse. `Told` is what a call answers: nothing, or in a durable
 * inventory a promise, which is waited for.
 * @example
 * const listener: StockAlertListener = {
 *   onLowStock: (warehouseId, productId, available) => console.log(`${productId}: ${available} left`),
 * }
 */
export interface StockAlertListener<Told = void> {
  /** `seq` is that of the entry that took it there: what is told again carries the same. */
  onLowStock(warehouseId: string, productId: string, availableQty: number, seq: number): Told | void
  /** Told once for each shortage. Carts cause none: what they hold still counts. */
  onShortage?(shortage: Shortage): Told | void
}

/**
 * Whether this entry says "low stock": it took available from above the threshold to it or below
 * (once per crossing, armed again when it rises above), or stock came in and that was not enough.
 */
export function isLowStock(entry: AuditEntry, threshold: number): boolean {
  if (entry.available > threshold) return false
  return entry.type === AdjustmentType.RECEIVED || availableBefore(entry) > threshold
}

/**
 * The shortage that this entry began; null if it began none. It began one if it took the position
 * from above the threshold to it or below. That can be told from the entry alone, so an entry that is
 * handed over twice says the same twice, and nothing has to be remembered.
 */
export function shortageOf(entry: AuditEntry, threshold: number): Shortage | null {
  const { warehouseId, productId, available, held, seq } = entry
  if (available + held > threshold || positionBefore(entry) <= threshold) return null
  return { warehouseId, productId, available, held, threshold, seq }
}

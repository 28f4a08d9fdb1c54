import { isLowStock, type StockAlertListener } from '../domain/alert.ts'
import type { AuditEntry } from '../domain/audit-entry.ts'
import { purchaseOrder, type PurchaseOrder, type ReorderStrategy } from '../domain/reorder.ts'
import { thresholdOf, type WarehouseRecord } from '../domain/warehouse-record.ts'

export type PlaceOrder = (order: PurchaseOrder & { readonly seq: number }) => void | Promise<void>

type FindWarehouse = (id: string) => WarehouseRecord | undefined
type Handle = (entry: AuditEntry) => void | Promise<void>

/** Tells the listener of each entry that takes a level down to its threshold. */
export function alerting(listener: StockAlertListener, warehouse: FindWarehouse): Handle {
  return (entry) => {
    if (lowThreshold(entry, warehouse) === null) return
    return listener.onLowStock(entry.warehouseId, entry.productId, entry.available, entry.seq)
  }
}

/** Places what the strategy orders for each such entry. */
export function reordering(
  strategy: ReorderStrategy,
  place: PlaceOrder,
  warehouse: FindWarehouse,
): Handle {
  return async (entry) => {
    const threshold = lowThreshold(entry, warehouse)
    if (threshold === null) return
    const { warehouseId, productId, available, seq } = entry
    const order = purchaseOrder(strategy, warehouseId, productId, available, threshold)
    if (order !== null) await place({ ...order, seq })
  }
}

/** The threshold that the entry's level came down to; null where it did not. */
function lowThreshold(entry: AuditEntry, warehouse: FindWarehouse): number | null {
  const record = warehouse(entry.warehouseId)
  if (record === undefined) return null
  const threshold = thresholdOf(record, entry.productId)
  return isLowStock(entry, threshold) ? threshold : null
}

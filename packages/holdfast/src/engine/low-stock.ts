import { isLowStock, shortageOf, type StockAlertListener } from '../domain/alert.ts'
import type { AuditEntry } from '../domain/audit-entry.ts'
import { thresholdOf, type WarehouseRecord } from '../domain/warehouse-record.ts'

type FindWarehouse = (id: string) => WarehouseRecord | undefined

/** Tells the listener what each entry means by the threshold as it is now, and waits for it. */
export function alerting(
  listener: StockAlertListener<Promise<void>>,
  warehouse: FindWarehouse,
): (entry: AuditEntry) => Promise<void> {
  return async (entry) => {
    const record = warehouse(entry.warehouseId)
    if (record === undefined) return
    const threshold = thresholdOf(record, entry.productId)
    if (isLowStock(entry, threshold)) {
      await listener.onLowStock(entry.warehouseId, entry.productId, entry.available, entry.seq)
    }
    const shortage = shortageOf(entry, threshold)
    if (shortage !== null) await listener.onShortage?.(shortage)
  }
}

import { isLowStock, shortageOf } from '../../rules/alert.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import { ReorderListener, type PurchaseOrder, type ReorderStrategy } from '../../rules/reorder.ts'
import { thresholdOf, type WarehouseRecord } from '../../model/warehouse-record.ts'
import type { Handle } from './consumer.ts'
import type { AlertListener, HandlerContext } from '../inventory.ts'

/** The warehouse of an entry as it is now; called for every entry, in order. */
export type FindWarehouse = (
  entry: AuditEntry,
) => WarehouseRecord | undefined | Promise<WarehouseRecord | undefined>

export type PlaceOrder = (order: PurchaseOrder, context: HandlerContext) => void | Promise<void>

/** Tells the listener what each entry means by the threshold as it is now, and waits for it. */
export function alerting(listener: AlertListener, warehouse: FindWarehouse): Handle {
  return async (entry: AuditEntry, context: HandlerContext) => {
    const record = await warehouse(entry)
    if (record === undefined) return
    const threshold = thresholdOf(record, entry.productId)
    if (isLowStock(entry, threshold)) {
      const { warehouseId, productId, available, seq } = entry
      await listener.onLowStock(warehouseId, productId, available, seq, context)
    }
    const shortage = shortageOf(entry, threshold)
    if (shortage !== null) await listener.onShortage?.(shortage, context)
  }
}

/** Places what the strategy orders for each shortage. */
export function reordering(
  strategy: ReorderStrategy,
  place: PlaceOrder,
  warehouse: FindWarehouse,
): Handle {
  return (entry, context) => {
    const placing = (order: PurchaseOrder): Promise<void> | void => place(order, context)
    return alerting(new ReorderListener(strategy, placing), warehouse)(entry, context)
  }
}

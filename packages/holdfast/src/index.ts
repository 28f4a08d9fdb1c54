import { randomUUID } from 'node:crypto'
import { InventoryManager as Manager, type ManagerOptions } from './domain/inventory-manager.ts'
import { givenOrder, mostStockFirst } from './domain/sourcing.ts'
import { approveEverything } from './domain/transfer.ts'

export { openInventory } from './engine/open-inventory.ts'
export type { InventoryOptions } from './engine/options.ts'
export type * from './engine/inventory.ts'
export { Tally, type TallyCounts } from './engine/tally.ts'
export { memory } from './store/memory/index.ts'
export {
  FAILURE_CODES,
  OperationalError,
  StoreFailure,
  type CommitOutcome,
  type FailureCode,
} from './store/failure.ts'
export { parseRecordId, randomOf, recordId, seqOf } from './store/record-id.ts'
export type * from './store/store.ts'

export { AdjustmentType } from './domain/adjustment-type.ts'
export type { StockAlertListener } from './domain/alert.ts'
export type { AuditEntry, Metadata } from './domain/audit-entry.ts'
export type { AuditLog } from './domain/audit-log.ts'
export type * from './domain/commands.ts'
export * from './domain/errors.ts'
export { checkId, shownId } from './domain/id.ts'
export { LIMITS } from './domain/limits.ts'
export {
  orderUpTo,
  ReorderListener,
  type PurchaseOrder,
  type ReorderStrategy,
} from './domain/reorder.ts'
export { ReservationStatus, type Reservation } from './domain/reservation.ts'
export { givenOrder, mostStockFirst, type Offer, type SourcingStrategy } from './domain/sourcing.ts'
export type { LevelCounts, StockLevel } from './domain/stock-level.ts'
export {
  approvalAbove,
  approveEverything,
  TransferStatus,
  type Transfer,
  type TransferApprovalPolicy,
  type TransferRequest,
} from './domain/transfer.ts'
export type { Warehouse } from './domain/warehouse.ts'
export type { WarehouseOptions } from './domain/warehouse-record.ts'

/**
 * The specification's manager: synchronous, in memory. Every option has a default: the system's
 * clock, random UUIDs, transfers that move at once, and listeners' errors thrown as uncaught ones.
 *
 * @example
 * const manager = new InventoryManager()
 * manager.addWarehouse({ id: 'SF', name: 'San Francisco', capacity: 10_000, reorderThreshold: 5 })
 * manager.getWarehouse('SF').addStock('LAPTOP', 10, 'SUPPLIER')
 * const hold = manager.reserve('SF', 'LAPTOP', 3, 60_000)
 * manager.confirm(hold.id)
 */
export class InventoryManager extends Manager {
  constructor(options: Partial<ManagerOptions> = {}) {
    super({
      clock: options.clock ?? Date.now,
      newId: options.newId ?? (() => randomUUID()),
      transferApproval: options.transferApproval ?? approveEverything,
      sourcing: { givenOrder, mostStockFirst, ...options.sourcing },
      onListenerError:
        options.onListenerError ??
        ((error) => {
          queueMicrotask(() => {
            throw error
          })
        }),
    })
  }
}

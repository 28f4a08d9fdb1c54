export { AuditLog, InventoryManager, StockLevel } from './in-memory.ts'
export { openInventory } from './engine/open-inventory.ts'
export type { InventoryOptions } from './engine/options.ts'
export type * from './engine/inventory.ts'
export { Tally, type TallyCounts } from './engine/tally.ts'
export type { ClockState } from './engine/batch-clock.ts'
export type { ClockStats } from './engine/time.ts'
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
export type { Shortage, StockAlertListener } from './domain/alert.ts'
export type { AuditEntry, Metadata } from './domain/audit-entry.ts'
export type { AuditTrail } from './domain/audit-log.ts'
export type * from './domain/commands.ts'
export * from './domain/errors.ts'
export { checkId, shownId } from './domain/id.ts'
export { LIMITS } from './domain/limits.ts'
export {
  orderQty,
  orderUpTo,
  ReorderListener,
  type PurchaseOrder,
  type ReorderLevel,
  type ReorderStrategy,
} from './domain/reorder.ts'
export { ReservationStatus, type Reservation } from './domain/reservation.ts'
export { givenOrder, mostStockFirst, type Offer, type SourcingStrategy } from './domain/sourcing.ts'
export type { LevelCounts } from './domain/stock-level.ts'
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

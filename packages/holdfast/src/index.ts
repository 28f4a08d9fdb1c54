export { AuditLog, InventoryManager, StockLevel } from './in-memory.ts'
export { openInventory } from './engine/open/open-inventory.ts'
export { copyInventory } from './engine/proof/copy-inventory.ts'
export { rebuild } from './engine/proof/rebuild.ts'
export type { RebuildOptions, Rebuilt } from './engine/proof/write-state.ts'
export type { InventoryOptions } from './engine/open/options.ts'
export type * from './engine/inventory.ts'
export { Histogram, type HistogramCounts } from './engine/histogram.ts'
export type { ClockState } from './engine/clock/batch-clock.ts'
export type { ClockStats } from './engine/clock/time.ts'
export { memory } from './store/memory/index.ts'
export { FAILURE_CODES, OperationalError, type FailureCode } from './model/operational-error.ts'
export { StoreFailure, type CommitOutcome } from './store/failure.ts'
export { parseRecordId, randomOf, recordId, seqOf } from './model/record-id.ts'
export type * from './store/store.ts'
export type { TransactionClient } from './store/transaction-client.ts'

export { AdjustmentType } from './model/adjustment-type.ts'
export type { ReorderLevel, Shortage, StockAlertListener } from './rules/alert.ts'
export type { AuditEntry, Metadata, Reference } from './model/audit-entry.ts'
export type { AuditTrail } from './manager/audit-log.ts'
export type * from './model/commands/commands.ts'
export type { CommandMethods } from './model/commands/methods.ts'
export type { AsOf } from './model/commands/fields/as-of.ts'
export type { Common } from './model/commands/fields/of-every-command.ts'
export type { Result } from './model/commands/fields/result.ts'
export type { FilterOf, List } from './model/commands/lists.ts'
export * from './model/errors.ts'
export { checkId, shownId } from './model/id.ts'
export { LIMITS } from './model/limits.ts'
export {
  orderQty,
  orderUpTo,
  ReorderListener,
  type PurchaseOrder,
  type ReorderStrategy,
} from './rules/reorder.ts'
export type { DetailsOf, RefusalCode, RefusalDetails } from './model/refusals.ts'
export { openOf, ReservationStatus, type Holder, type Reservation } from './model/reservation.ts'
export { givenOrder, mostStockFirst, type Offer, type SourcingStrategy } from './rules/sourcing.ts'
export type { LevelCounts } from './model/level-counts.ts'
export {
  approvalAbove,
  approveEverything,
  TransferStatus,
  type Transfer,
  type TransferApprovalPolicy,
  type TransferRequest,
} from './model/transfer.ts'
export type { Warehouse } from './manager/warehouse.ts'
export type { WarehouseChanges, WarehouseOptions } from './model/warehouse-record.ts'

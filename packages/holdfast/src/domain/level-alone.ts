import type { AuditTrail } from './audit-log.ts'
import { checkId } from './id.ts'
import { checkQty } from './limits.ts'
import { ManagerBooks } from './manager-books.ts'
import type { StockLevel } from './stock-level.ts'
import { approveEverything } from './transfer.ts'

export interface LevelOptions {
  readonly warehouseId: string
  readonly productId: string
  /** Units that are there to begin with. Default: 0. No entry tells of them. */
  readonly available?: number | undefined
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Ids of reservations. */
  readonly newId: (seq: number) => string
  /** Where its trail is written. Default: an `AuditLog` of its own. */
  readonly auditLog?: AuditTrail | undefined
}

/** One level with books of its own: to try the contract of reserving without a manager. @throws InventoryError */
export function levelAlone(options: LevelOptions): { books: ManagerBooks; level: StockLevel } {
  const { warehouseId, productId, available = 0, clock, newId, auditLog } = options
  checkId(warehouseId, 'warehouseId')
  checkId(productId, 'productId')
  checkQty(available, 'available', 0)
  const books = new ManagerBooks({
    clock,
    newId,
    auditLog,
    transferApproval: approveEverything,
    sourcing: {},
  })
  books.keepWarehouse({
    id: warehouseId,
    name: warehouseId,
    capacity: null,
    reorderThreshold: 0,
    reorderThresholds: new Map(),
  })
  const level = books.openLevel(warehouseId, productId)
  level.read({ key: level.key, available, held: 0, allocated: 0, lastSeq: 0 })
  books.onHand.set(warehouseId, available)
  return { books, level }
}

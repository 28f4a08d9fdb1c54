import { checkId } from '../model/id.ts'
import { checkQty } from '../model/limits.ts'
import { approveEverything } from '../model/transfer.ts'
import type { Level } from '../rules/level.ts'
import type { AuditTrail } from './audit-log.ts'
import { Ledger } from './ledger.ts'

export interface LevelOptions {
  readonly warehouseId: string
  readonly productId: string
  /** Units present from the start, without an entry. Default: 0. */
  readonly available?: number | undefined
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Makes ids of reservations. */
  readonly newId: (seq: number) => string
  /** Where its trail is written. Default: a new `AuditLog`. */
  readonly auditLog?: AuditTrail | undefined
}

/** One level with its own ledger, to test the contract of reserving without a manager. @throws InventoryError */
export function levelAlone(options: LevelOptions): { ledger: Ledger; level: Level } {
  const { warehouseId, productId, available = 0, clock, newId, auditLog } = options
  checkId(warehouseId, 'warehouseId')
  checkId(productId, 'productId')
  checkQty(available, 'available', 0)
  const ledger = new Ledger({
    clock,
    newId,
    auditLog,
    transferApproval: approveEverything,
    sourcing: {},
  })
  ledger.state.addWarehouse({
    id: warehouseId,
    name: warehouseId,
    capacity: null,
    reorderThreshold: 0,
    reorderThresholds: new Map(),
    sells: true,
    closed: false,
  })
  return { ledger, level: ledger.state.addLevel(warehouseId, productId, available) }
}

import { approveEverything } from '../model/transfer.ts'
import { InventoryManager, type ManagerOptions } from '../manager/inventory-manager.ts'
import { givenOrder, mostStockFirst } from '../rules/sourcing.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type { Warehouse } from '../manager/warehouse.ts'
import { manualClock, type ManualClock } from './manual-clock.ts'

/** Two warehouses, SF and NYC, in an in-memory manager with a predictable clock and predictable ids. */
export interface SmallShop {
  readonly manager: InventoryManager
  readonly sf: Warehouse
  readonly nyc: Warehouse
  readonly clock: ManualClock
  /** What listeners threw. */
  readonly listenerErrors: readonly unknown[]
  /** `available/held/allocated` of a product, with expired holds counted as available. */
  readonly counts: (productId: string, warehouse?: Warehouse) => string
  /** The same as recorded: the balances after the level's newest entry. */
  readonly written: (productId: string, warehouse?: Warehouse) => string
  /** `type qty` of each entry after a position. */
  readonly trail: (afterSeq?: number) => string[]
  readonly lastEntry: () => AuditEntry
}

export function smallShop(options: Partial<ManagerOptions> = {}): SmallShop {
  const clock = manualClock(1_000)
  const listenerErrors: unknown[] = []
  const manager = new InventoryManager({
    clock: clock.now,
    newId: (seq) => `R-${String(seq).padStart(6, '0')}`,
    onListenerError: (error) => listenerErrors.push(error),
    transferApproval: approveEverything,
    sourcing: { givenOrder, mostStockFirst },
    ...options,
  })
  const sf = manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
  const nyc = manager.addWarehouse({ id: 'NYC', name: 'New York' })
  return {
    manager,
    sf,
    nyc,
    clock,
    listenerErrors,
    counts: (productId, warehouse = sf) => shown(warehouse.stock.get(productId)),
    written: (productId, warehouse = sf) =>
      shown(
        manager.auditLog.entries.findLast(
          (entry) => entry.productId === productId && entry.warehouseId === warehouse.id,
        ),
      ),
    trail: (afterSeq = 0) =>
      manager.auditLog.entries.slice(afterSeq).map((entry) => `${entry.type} ${entry.qty}`),
    lastEntry: () => manager.auditLog.entries.at(-1)!,
  }
}

function shown(level: { available: number; held: number; allocated: number } | undefined): string {
  return level ? `${level.available}/${level.held}/${level.allocated}` : 'no level'
}

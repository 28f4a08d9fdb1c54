import { randomUUID } from 'node:crypto'
import { AuditLog as Log } from './manager/audit-log.ts'
import { InventoryManager as Manager, type ManagerOptions } from './manager/inventory-manager.ts'
import { levelAlone, type LevelOptions } from './manager/level-alone.ts'
import { StockLevel as Level } from './manager/stock-level.ts'
import { checkFunction, checkOptions, invalid } from './model/limits.ts'
import { checkPolicies } from './rules/policies.ts'
import { givenOrder, mostStockFirst } from './rules/sourcing.ts'
import { approveEverything } from './model/transfer.ts'

const OF_A_MANAGER: ReadonlySet<string> = new Set<keyof ManagerOptions>([
  'auditLog',
  'clock',
  'newId',
  'newGroup',
  'transferApproval',
  'sourcing',
  'onListenerError',
])
const OF_A_LEVEL: ReadonlySet<string> = new Set<keyof LevelOptions>([
  'warehouseId',
  'productId',
  'available',
  'clock',
  'newId',
  'auditLog',
])

/** What a manager and a level alone are both made of. @throws InvalidInputError */
function checkParts({
  clock,
  newId,
  auditLog,
}: {
  readonly [Name in 'clock' | 'newId' | 'auditLog']?: ManagerOptions[Name] | undefined
}): void {
  if (clock !== undefined) checkFunction(clock, 'clock')
  if (newId !== undefined) checkFunction(newId, 'newId')
  if (auditLog === undefined) return
  if (typeof auditLog?.append !== 'function')
    throw invalid('auditLog', 'must be a log: { entries, append(…) }')
}

// The specification's classes, with what the rules must not use themselves: a clock, and random ids.

/**
 * The specification's manager: synchronous, in memory. Defaults of its options: the system's clock, random UUIDs,
 * transfers that move immediately, and errors of listeners thrown as uncaught exceptions.
 *
 * @example
 * const manager = new InventoryManager()
 * manager.addWarehouse({ id: 'SF', name: 'San Francisco', capacity: 10_000, reorderThreshold: 5 })
 * manager.getWarehouse('SF').addStock('LAPTOP', 10, 'SUPPLIER')
 * const hold = manager.reserve('SF', 'LAPTOP', 3, 60_000)
 * manager.confirm(hold.id)
 * @throws InvalidInputError
 */
export class InventoryManager extends Manager {
  constructor(
    options: { readonly [Name in keyof ManagerOptions]?: ManagerOptions[Name] | undefined } = {},
  ) {
    checkOptions(options, OF_A_MANAGER)
    checkParts(options)
    if (options.newGroup !== undefined) checkFunction(options.newGroup, 'newGroup')
    if (options.onListenerError !== undefined)
      checkFunction(options.onListenerError, 'onListenerError')
    checkPolicies(options)
    super({
      auditLog: options.auditLog,
      clock: options.clock ?? Date.now,
      newId: options.newId ?? (() => randomUUID()),
      newGroup: options.newGroup,
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

/** Options of a level without a manager. Defaults: the system's clock, random UUIDs. */
export interface StockLevelOptions extends Omit<LevelOptions, 'clock' | 'newId'> {
  readonly clock?: (() => number) | undefined
  readonly newId?: ((seq: number) => string) | undefined
}

/**
 * The specification's level. A manager's warehouses contain theirs; one made alone has the same contract and no
 * manager, for use in a test.
 * @throws InvalidInputError, InvalidQtyError
 * @example
 * const level = new StockLevel({ warehouseId: 'SF', productId: 'LAPTOP', available: 10 })
 * const hold = level.reserve(3, 60_000)
 * level.confirm(hold.id)
 */
export class StockLevel extends Level {
  constructor(options: StockLevelOptions) {
    checkOptions(options, OF_A_LEVEL)
    checkParts(options)
    super(
      levelAlone({
        ...options,
        clock: options.clock ?? Date.now,
        newId: options.newId ?? (() => randomUUID()),
      }),
    )
  }
}

/**
 * The specification's log: append-only, for use alone or in a manager.
 * @example
 * const log = new AuditLog()
 * log.append('RECEIVED', 'LAPTOP', 'SF', 10, { source: 'SUPPLIER' })
 */
export class AuditLog extends Log {
  /**
   * `clock`: milliseconds since the epoch. Default: the system's clock.
   * @throws InvalidInputError
   */
  constructor(clock: () => number = Date.now) {
    checkFunction(clock, 'clock')
    super(clock)
  }
}

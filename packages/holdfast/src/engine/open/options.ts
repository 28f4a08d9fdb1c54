import type { SourcingStrategy } from '../../rules/sourcing.ts'
import type { TransferApprovalPolicy } from '../../model/transfer.ts'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'
import type { Store } from '../../store/store.ts'

export const TIMEOUT_MS = 30_000

/** A day. */
export const KEEP_KEYS_MS = 24 * 60 * 60_000

/** Five minutes. */
export const BELIEVE_CLOCK_AFTER_MS = 5 * 60_000

/**
 * Options of `openInventory`.
 * @example
 * await using inventory = await openInventory({
 *   store: sqlite({ path: 'stock.db' }),
 *   warehouses: [{ id: 'SF', name: 'San Francisco', capacity: 10_000, reorderThreshold: 5 }],
 *   transferApproval: approvalAbove(100),
 * })
 */
export interface InventoryOptions {
  readonly store: Store
  /**
   * Stored at the first open; at later ones it adds or changes warehouses. A warehouse with stock must not be left out.
   * An empty one that is left out stays as stored; without a list, all do.
   */
  readonly warehouses?: readonly WarehouseOptions[] | undefined
  /** Only reads, even while another process writes. `warehouses` is then ignored. */
  readonly readOnly?: boolean | undefined
  /**
   * Milliseconds since the epoch, up to the year 9999. While it tells anything else, its last time is used. Default:
   * `Date.now`.
   */
  readonly clock?: (() => number) | undefined
  /** Milliseconds that never jump. Default: `clock` if given, else `performance.now`. */
  readonly monotonicClock?: (() => number) | undefined
  /**
   * Milliseconds that never jump and include the machine's sleep, which `monotonicClock` may not. Default: none if
   * `clock` is given; else the system's uptime where `performance.now` excludes sleep (Linux).
   */
  readonly uptimeClock?: (() => number) | undefined
  /**
   * If the clock jumps by more than a minute, how long its new time must be stable before it is believed, in
   * milliseconds. Until then the jump is reported and not followed. Default: 300,000; at most 86,400,000; 0 believes
   * every jump immediately. On Linux, macOS and Windows, sleep of the machine is not a jump.
   */
  readonly believeClockAfterMs?: number | undefined
  /** Returns 52 random bits as an integer. */
  readonly random?: (() => number) | undefined
  /**
   * Which transfers wait for approval. Default: none.
   * @example
   * transferApproval: approvalAbove(100)
   */
  readonly transferApproval?: TransferApprovalPolicy | undefined
  /**
   * Strategies for split orders, besides `givenOrder` and `mostStockFirst`.
   * @example
   * sourcing: { leastStockFirst: { rank: (offers) => offers.toSorted((a, b) => a.available - b.available) } }
   */
  readonly sourcing?: Readonly<Record<string, SourcingStrategy>> | undefined
  /**
   * How often to record expired holds and delete old idempotency keys, in milliseconds: 24 days at most. Default: 1,000;
   * 0 disables it. Expiry is exact either way.
   */
  readonly sweepMs?: number | undefined
  /** The most commands in one commit. Default: 1,000. */
  readonly batchLimit?: number | undefined
  /** The most commands in the queue. Default: 65,536. */
  readonly queueLimit?: number | undefined
  /** How long a command may wait until its batch begins, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
  /** How long answers are kept for their idempotency keys, in milliseconds. Default: 24 hours. */
  readonly keepKeysMs?: number | undefined
  /** The most records of each kind to keep in memory. Default: 100,000. */
  readonly cacheRecords?: number | undefined
  /** Opens a store even if its newest entry is more than five minutes ahead of the clock. */
  readonly allowClockBehind?: boolean | undefined
  /** Called with problems that no caller would see: a clock that jumps, a sweep that fails. */
  readonly onWarning?: ((warning: Error) => void) | undefined
}

import type { SourcingStrategy } from '../../rules/sourcing.ts'
import type { TransferApprovalPolicy } from '../../model/transfer.ts'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'
import type { Store } from '../../store/store.ts'

/** A day. */
export const KEEP_KEYS_MS = 24 * 60 * 60_000

/** Five minutes. */
export const BELIEVE_CLOCK_AFTER_MS = 5 * 60_000

/**
 * How an inventory is opened.
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
   * Stored at the first open; later they add or change warehouses. A warehouse with stock cannot be
   * left out; an empty one that is left out stays as it was stored, and so do all where there is no list.
   */
  readonly warehouses?: readonly WarehouseOptions[] | undefined
  /** Only reads; beside a running writer. `warehouses` then changes nothing. */
  readonly readOnly?: boolean | undefined
  /** Milliseconds since the epoch; `Date.now` where it is left out. */
  readonly clock?: (() => number) | undefined
  /** Milliseconds that never jump; where it is left out `clock` if that is given, else `performance.now`. */
  readonly monotonicClock?: (() => number) | undefined
  /**
   * Milliseconds that never jump and that count the machine's sleep, which `monotonicClock` may leave out.
   * Default: the system's where `performance.now` leaves it out (Linux), none if `clock` is given.
   */
  readonly uptimeClock?: (() => number) | undefined
  /**
   * How long a clock that jumped by more than a minute must stand still at its new time before it is
   * believed, in milliseconds. Until then it is reported and not followed. Default: 300,000; 0 believes
   * every jump at once; at most 86,400,000. Sleep of the machine is no jump on Linux, macOS and Windows.
   */
  readonly believeClockAfterMs?: number | undefined
  /** 52 random bits as an integer. */
  readonly random?: (() => number) | undefined
  /**
   * Which transfers wait for approval; none where it is left out.
   * @example
   * transferApproval: approvalAbove(100)
   */
  readonly transferApproval?: TransferApprovalPolicy | undefined
  /**
   * Beside `givenOrder` and `mostStockFirst`.
   * @example
   * sourcing: { leastStockFirst: { rank: (offers) => offers.toSorted((a, b) => a.available - b.available) } }
   */
  readonly sourcing?: Readonly<Record<string, SourcingStrategy>> | undefined
  /**
   * So often expired holds are written down and old idempotency keys removed; 1,000 ms where it is left
   * out, 0 for never. No hold lives longer for it: expiry is exact without.
   */
  readonly sweepMs?: number | undefined
  /** Commands of one commit at most; 1,000 where it is left out. */
  readonly batchLimit?: number | undefined
  /** Commands that may wait; 65,536 where it is left out. */
  readonly queueLimit?: number | undefined
  /** How long a command may wait in the queue; 30,000 ms where it is left out. */
  readonly timeoutMs?: number | undefined
  /** How long answers are kept for their idempotency keys; 24 h where it is left out. */
  readonly keepKeysMs?: number | undefined
  /** Records of each kind that are kept in memory; 100,000 where it is left out. */
  readonly cacheRecords?: number | undefined
  /** Opens a store whose newest entry lies more than five minutes ahead of the clock. */
  readonly allowClockBehind?: boolean | undefined
  /** Told of what goes wrong where no caller can hear it: a clock that jumps, a sweep that fails. */
  readonly onWarning?: ((warning: Error) => void) | undefined
}

import type { BatchClock, ClockState } from './batch-clock.ts'

/** How long reads and the sweeper rely on the store's clock without hearing it. */
export const HEARD_MS = 10_000

/** How an inventory's time relates to the clock that it follows. */
export interface ClockStats extends ClockState {
  /** Which clock it follows: the process's own, or on PostgreSQL the database's. */
  readonly source: 'process' | 'database'
  /** The inventory's time, in milliseconds since the epoch. */
  readonly now: number
  /** The process's clock minus the database's, in milliseconds; null if the database's is not used. */
  readonly aheadOfDatabaseMs: number | null
}

/** The source of an inventory's current time. */
export interface Time {
  /** Milliseconds since the epoch, whole. Never runs backwards. */
  now(): number
  /** The clock itself, whether it is believed or not. */
  read(): number
  /** Milliseconds that never jump. */
  monotonic(): number
  /** Takes in the store's time, asked for at `askedAt` on the monotonic clock. */
  hear(storeNow: number, askedAt: number): void
  /** Whether the clock was heard within the last `ms`. The process's own clock always is. */
  isFresh(ms: number): boolean
  /** Reads the clock unless it was heard within the last `ms`; null if there is nothing to wait for. */
  refresh(ms: number): Promise<void> | null
  stats(): ClockStats
}

/** Time by the clock of this process. */
export class OwnTime implements Time {
  readonly read: () => number
  readonly monotonic: () => number
  readonly #clock: BatchClock

  constructor(clock: BatchClock, wall: () => number, monotonic: () => number) {
    this.#clock = clock
    this.read = wall
    this.monotonic = monotonic
  }

  now(): number {
    return this.#clock.now()
  }

  hear(): void {
    // The store's clock is not used.
  }

  isFresh(): boolean {
    return true
  }

  refresh(): null {
    return null
  }

  stats(): ClockStats {
    const now = this.now()
    return { source: 'process', now, ...this.#clock.state(), aheadOfDatabaseMs: null }
  }
}

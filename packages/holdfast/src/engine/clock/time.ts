import type { BatchClock, ClockState } from './batch-clock.ts'

/** How an inventory's time stands to the clock that it follows. */
export interface ClockStats extends ClockState {
  /** Whose clock it follows: the process's own, or on PostgreSQL the database's. */
  readonly source: 'process' | 'database'
  /** The inventory's time, in milliseconds since the epoch. */
  readonly now: number
  /** The process's clock less the database's, in milliseconds; null if the database's does not count. */
  readonly aheadOfDatabaseMs: number | null
}

/** What an inventory takes for the present. */
export interface Time {
  /** Milliseconds since the epoch, whole. Never runs backwards. */
  now(): number
  /** The clock itself, whatever is believed of it. */
  read(): number
  /** Milliseconds that never jump. */
  monotonic(): number
  /** Told the store's time, that was asked for at a moment of `monotonic`. */
  hear(storeNow: number, askedAt: number): void
  /** Whether the clock was heard within the last `ms`; a clock of one's own always is. */
  isFresh(ms: number): boolean
  /** Hears the clock unless it was heard within the last `ms`; null if there is nothing to wait for. */
  refresh(ms: number): Promise<void> | null
  stats(): ClockStats
}

/** By the clock of this process. */
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
    // The store's clock does not count.
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

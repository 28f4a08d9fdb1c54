import { BatchClock, type BatchClockParts } from './batch-clock.ts'
import type { ClockStats, Time } from './time.ts'

/** An answer that took longer tells too little to go on with; the clock is then asked again soon. */
const QUICK_MS = 1000
/** Tries for a quick answer. */
const TRIES = 3
/** A process's clock that differs from the store's by more, or by that much more than was told, is told of. */
const APART_MS = 5000

export interface StoreTimeParts extends BatchClockParts {
  /** Asks the store for its time, in whole milliseconds. */
  readonly ask: () => Promise<number>
  /** Called when the process's clock is found to differ, with its lead over the store's. */
  readonly onApart: (aheadMs: number) => void
}

/**
 * By the clock of a store that several processes share. It is heard with each commit, asked for where it
 * was not heard for a while, and counted on from there by the monotonic clock. It is believed as far as
 * our own would be: it may be set wrong, too.
 */
export class StoreTime implements Time {
  readonly #parts: StoreTimeParts
  readonly monotonic: () => number
  #clock: BatchClock | null = null
  /** What the store's clock is ahead of the monotonic one. */
  #offset = -Infinity
  #heard = { at: -Infinity, wall: 0 }
  #asking: Promise<void> | null = null
  #toldApart = 0

  constructor(parts: StoreTimeParts) {
    this.#parts = parts
    this.monotonic = parts.monotonic
  }

  /** After it was first heard. */
  now(): number {
    return this.#clock!.now()
  }

  read(): number {
    return this.monotonic() + this.#offset
  }

  /**
   * The store's time in whole milliseconds, read at some moment since it was asked for (Cristian, 1989).
   * What fits that is not corrected; what does not is set behind the store rather than ahead of it. So
   * the time is off by no more than the last answer took, and the drift of a clock since then.
   */
  hear(storeNow: number, askedAt: number): void {
    const at = this.monotonic()
    const [least, most] = [storeNow - at, storeNow + 1 - askedAt]
    const fits = this.#offset >= least && this.#offset <= most
    const isQuick = at - askedAt < QUICK_MS
    if (!fits) this.#offset = least
    // A late answer may confirm what is known. By itself it leaves the time behind by as much as it was late.
    const counts = fits || isQuick
    this.#heard = { at: counts ? at : -Infinity, wall: this.#parts.wall() }
    this.#clock ??= new BatchClock({ ...this.#parts, wall: () => this.read() })
    // Beside a clock that is not believed itself nobody's is wrong.
    if (isQuick && this.#clock.state().state !== 'distrusted') {
      this.#compare(this.#parts.wall() - this.read())
    }
  }

  /** A wall clock that has stepped since then tells of a machine that slept, too. */
  isFresh(ms: number): boolean {
    const age = this.monotonic() - this.#heard.at
    return age < ms && Math.abs(this.#parts.wall() - this.#heard.wall - age) < QUICK_MS
  }

  refresh(ms: number): Promise<void> | null {
    if (this.isFresh(ms)) return null
    this.#asking ??= this.#ask().finally(() => (this.#asking = null))
    return this.#asking
  }

  stats(): ClockStats {
    const aheadOfDatabaseMs = Math.round(this.#parts.wall() - this.read())
    return { source: 'database', now: this.now(), ...this.#clock!.state(), aheadOfDatabaseMs }
  }

  async #ask(): Promise<void> {
    for (let tries = 0; tries === 0 || (tries < TRIES && !this.isFresh(QUICK_MS)); tries++) {
      const askedAt = this.monotonic()
      this.hear(await this.#parts.ask(), askedAt)
    }
  }

  #compare(aheadMs: number): void {
    if (Math.abs(aheadMs) <= APART_MS) this.#toldApart = 0
    else if (Math.abs(aheadMs - this.#toldApart) > APART_MS) {
      this.#toldApart = aheadMs
      this.#parts.onApart(aheadMs)
    }
  }
}

import { CLOCKS_APART_MS } from '../../rules/as-of.ts'
import { BatchClock, type BatchClockParts } from './batch-clock.ts'
import type { ClockStats, Time } from './time.ts'

/** A slower answer is too inexact to rely on; the clock is then read again soon. */
const QUICK_MS = 1000
/** Tries for a quick answer. */
const TRIES = 3

export interface StoreTimeParts extends BatchClockParts {
  /** Reads the store's clock, in whole milliseconds. */
  readonly ask: () => Promise<number>
  /** Called when the process's clock is wrong, and again once that has changed; with its lead over the store's. */
  readonly onApart: (aheadMs: number) => void
}

/**
 * Time by the clock of a store that several processes share. Each commit reports it; it is read if it was not heard for
 * a while; in between the monotonic clock counts on. It is believed as far as our own would be, because it may be wrong
 * too.
 */
export class StoreTime implements Time {
  readonly #parts: StoreTimeParts
  readonly monotonic: () => number
  #clock: BatchClock | null = null
  /** The store's clock minus the monotonic one. */
  #offset = -Infinity
  #heard = { at: -Infinity, wall: 0 }
  #asking: Promise<void> | null = null
  #toldApart = 0

  constructor(parts: StoreTimeParts) {
    this.#parts = parts
    this.monotonic = parts.monotonic
  }

  /** Call it only after the clock was first heard. */
  now(): number {
    return this.#clock!.now()
  }

  read(): number {
    return this.monotonic() + this.#offset
  }

  /**
   * Hears the store's time in whole milliseconds, read at some moment since it was asked for (Cristian, 1989). If it
   * agrees with the current time, nothing changes. If not, the time is set behind the store's clock rather than ahead
   * of it. So the error is at most the duration of the last answer, plus the drift of a clock since then.
   */
  hear(storeNow: number, askedAt: number): void {
    const at = this.monotonic()
    const [least, most] = [storeNow - at, storeNow + 1 - askedAt]
    const fits = this.#offset >= least && this.#offset <= most
    const isQuick = at - askedAt < QUICK_MS
    if (!fits) this.#offset = least
    // A late answer can confirm the current time. On its own it would make the time lag by as much as it was late.
    const counts = fits || isQuick
    this.#heard = { at: counts ? at : -Infinity, wall: this.#parts.wall() }
    this.#clock ??= new BatchClock({ ...this.#parts, wall: () => this.read() })
    // While the store's clock is distrusted, it cannot show that ours is wrong.
    if (isQuick && this.#clock.state().state !== 'distrusted') {
      this.#compare(this.#parts.wall() - this.read())
    }
  }

  /** If the wall clock has stepped since then, the machine may have slept. */
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
    if (Math.abs(aheadMs) <= CLOCKS_APART_MS) this.#toldApart = 0
    else if (Math.abs(aheadMs - this.#toldApart) > CLOCKS_APART_MS) {
      this.#toldApart = aheadMs
      this.#parts.onApart(aheadMs)
    }
  }
}

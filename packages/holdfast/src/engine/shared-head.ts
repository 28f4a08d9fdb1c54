import type { Head, Writer } from '../store/store.ts'
import { BatchClock } from './batch-clock.ts'

/** So many turns in a row have to find the head where we left it before we count on it. */
const OURS_AFTER = 3
/** The store's clock is heard of at least this often; in between it is counted on from there. */
const CLOCK_MS = 1000

export interface SharedHeadOptions {
  readonly take: NonNullable<Writer['take']>
  /** The program's own clock; null where the store's counts. */
  readonly clock: BatchClock | null
  readonly monotonic: () => number
  readonly onStoreClockJump: (jumpMs: number) => void
}

/**
 * The head of the trail where other processes write it, too. A batch waits for its turn and then looks
 * whether somebody came between. While nobody does, the next one may be decided before it has its turn:
 * on the state that the commit under way will leave, which the store looks at before it writes.
 */
export class SharedHead {
  readonly #options: SharedHeadOptions
  #clock: BatchClock | null
  /** What the store's clock is ahead of ours. */
  #offset = -Infinity
  #heardAt = -Infinity
  #unmoved = 0

  constructor(options: SharedHeadOptions) {
    this.#options = options
    this.#clock = options.clock
  }

  /** Waits for the turn; answers whether the head is no longer what it was. */
  async take(expected: Head): Promise<{ readonly isMoved: boolean }> {
    const { take, monotonic, onStoreClockJump } = this.#options
    const askedAt = monotonic()
    const { head, now } = await take()
    this.hear(now, askedAt)
    const storeClock = (): number => monotonic() + this.#offset
    this.#clock ??= new BatchClock(storeClock, monotonic, onStoreClockJump)
    const isMoved = head.commit !== expected.commit || head.hash !== expected.hash
    if (isMoved) this.moved()
    else this.#unmoved++
    return { isMoved }
  }

  /**
   * The store's time in whole milliseconds, read at some moment since it was asked for (Cristian, 1989).
   * What fits that is not corrected; what does not is set behind the store rather than ahead of it.
   */
  hear(now: number, askedAt: number): void {
    this.#heardAt = this.#options.monotonic()
    const [least, most] = [now - this.#heardAt, now + 1 - askedAt]
    if (this.#offset < least || this.#offset > most) this.#offset = least
  }

  /** Somebody else has committed. */
  moved(): void {
    this.#unmoved = 0
  }

  /** Whether a batch may be decided before it has its turn. */
  get isOurs(): boolean {
    const age = this.#options.monotonic() - this.#heardAt
    return this.#unmoved >= OURS_AFTER && age < CLOCK_MS
  }

  /** After the first turn. The store's clock is believed as far as our own: it may be set wrong, too. */
  now(): number {
    return this.#clock!.now()
  }
}

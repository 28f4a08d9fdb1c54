import type { Head, Writer } from '../../store/store.ts'
import type { Time } from '../clock/time.ts'

/** So many turns in a row have to find the head where we left it before we count on it. */
const OURS_AFTER = 3
/** The store's clock is heard of at least this often while batches are decided before their turn. */
const CLOCK_MS = 1000

export interface SharedHeadOptions {
  readonly take: NonNullable<Writer['take']>
  readonly time: Time
}

/**
 * The head of the trail where other processes write it, too. A batch waits for its turn and then looks
 * whether somebody came between. While nobody does, the next one may be decided before it has its turn:
 * on the state that the commit under way will leave, which the store looks at before it writes.
 */
export class SharedHead {
  readonly #options: SharedHeadOptions
  #unmoved = 0

  constructor(options: SharedHeadOptions) {
    this.#options = options
  }

  /** Waits for the turn; answers whether the head is no longer what it was. */
  async take(expected: Head): Promise<{ readonly isMoved: boolean }> {
    const { take, time } = this.#options
    const askedAt = time.monotonic()
    const { head, now } = await take()
    time.hear(now, askedAt)
    const isMoved = head.commit !== expected.commit || head.hash !== expected.hash
    if (isMoved) this.moved()
    else this.#unmoved++
    return { isMoved }
  }

  /** Somebody else has committed. */
  moved(): void {
    this.#unmoved = 0
  }

  /** Whether a batch may be decided before it has its turn. */
  get isOurs(): boolean {
    return this.#unmoved >= OURS_AFTER && this.#options.time.isFresh(CLOCK_MS)
  }
}

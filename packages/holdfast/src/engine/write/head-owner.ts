import type { Head, HeadLock } from '../../store/store.ts'
import type { Time } from '../clock/time.ts'

/** So many batches in a row have to find the head where we left it before we count on it. */
const OURS_AFTER = 3
/** The store's clock is heard of at least this often while batches are decided without the lock. */
const CLOCK_MS = 1000

/** How this process owns the head of the trail: alone, or by locking it for each batch. */
export interface HeadOwner {
  /** Whether other processes write, too: then records are loaded only while the head is locked. */
  readonly isShared: boolean
  /** Whether the next batch may be decided while a commit is in flight, on the state that it will leave. */
  readonly mayPipeline: boolean
  /** Locks the head; answers whether it is no longer what it was. */
  acquire(expected: Head): Promise<{ readonly isMoved: boolean }>
  /** Without a commit. */
  release(): Promise<void>
  /** Somebody else has committed. */
  moved(): void
}

/** Of a store that no other process writes. */
export const SOLE_WRITER: HeadOwner = {
  isShared: false,
  mayPipeline: true,
  acquire: async () => ({ isMoved: false }),
  release: async () => undefined,
  moved: () => undefined,
}

/**
 * The head of the trail where other processes write it, too. A batch waits for the lock and then looks
 * whether somebody came between. While nobody does, the next one may be decided before it has the lock:
 * on the state that the commit in flight will leave, which the store looks at before it writes.
 */
export class SharedHead implements HeadOwner {
  readonly isShared = true
  readonly #lock: HeadLock
  readonly #time: Time
  #unmoved = 0

  constructor(lock: HeadLock, time: Time) {
    this.#lock = lock
    this.#time = time
  }

  get mayPipeline(): boolean {
    return this.#unmoved >= OURS_AFTER && this.#time.isFresh(CLOCK_MS)
  }

  async acquire(expected: Head): Promise<{ readonly isMoved: boolean }> {
    const askedAt = this.#time.monotonic()
    const { head, now } = await this.#lock.acquire()
    this.#time.hear(now, askedAt)
    const isMoved = head.commit !== expected.commit || head.hash !== expected.hash
    if (isMoved) this.moved()
    else this.#unmoved++
    return { isMoved }
  }

  async release(): Promise<void> {
    return this.#lock.release()
  }

  moved(): void {
    this.#unmoved = 0
  }
}

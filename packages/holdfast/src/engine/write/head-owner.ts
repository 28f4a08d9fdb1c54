import type { Head, HeadLock } from '../../store/store.ts'
import type { Time } from '../clock/time.ts'

/** How many batches in a row must find the head unchanged before it is assumed to be. */
const OURS_AFTER = 3
/** How often the store's clock must be heard while batches are decided without the lock. */
const CLOCK_MS = 1000

/** How this process owns the head of the trail: as the only writer, or by locking it for each batch. */
export interface HeadOwner {
  /** Whether other processes write too. Then records are loaded only while the head is locked. */
  readonly isShared: boolean
  /** Whether the next batch may be decided while a commit is in flight, on the state after that commit. */
  readonly mayPipeline: boolean
  /** Locks the head, and returns whether it has moved. */
  acquire(expected: Head): Promise<{ readonly isMoved: boolean }>
  /** Releases the head without a commit. */
  release(): Promise<void>
  /** Another process has committed. */
  moved(): void
}

/** For a store that no other process writes. */
export const SOLE_WRITER: HeadOwner = {
  isShared: false,
  mayPipeline: true,
  acquire: async () => ({ isMoved: false }),
  release: async () => undefined,
  moved: () => undefined,
}

/**
 * The head of the trail when other processes write too. A batch waits for the lock, then checks whether another one
 * came between. While none does, the next batch may be decided before it has the lock, on the state after the commit in
 * flight. The store checks the head before it writes.
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

import { assert } from '../../model/errors.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { Rules } from '../../rules/policies.ts'
import { CarriedFailed, HeadMoved, unsent, type StoreFailure } from '../../store/failure.ts'
import type { BatchWriter, Commit, Head, WarehouseRow } from '../../store/store.ts'
import type { Carrying } from '../also/carrying.ts'
import { CachedState } from '../cache/cached-state.ts'
import type { Time } from '../clock/time.ts'
import { lostBatch } from '../failures.ts'
import { Answers } from './answers.ts'
import { Batch } from './batch.ts'
import { decideInParts } from './decide-in-parts.ts'
import { Epoch } from './epoch.ts'
import { SharedHead, SOLE_WRITER, type HeadOwner } from './head-owner.ts'
import type { Job } from './job.ts'
import { decideFrom, loadAndDecide } from './load-and-decide.ts'
import { weightOf, type Queue, type Waiting } from './queue.ts'
import { seal } from './seal.ts'
import { sendCommit } from './commit-outcome.ts'

export interface PipelineOptions {
  readonly writer: BatchWriter
  readonly rules: Rules
  readonly time: Time
  readonly monotonic: () => number
  readonly newBatchId: () => string
  /** `count` salts of 22 characters, concatenated. */
  readonly salts: (count: number) => string
  readonly cacheRecords: number
  readonly keepKeysMs: number
  /** Called after each commit with entries, before its callers are answered. */
  readonly onCommit: (commit: Commit) => void
  readonly onWarning: (warning: Error) => void
}

interface PipelineParts {
  readonly queue: Queue<Job>
  readonly carrying: Carrying
  /** Called when a batch has failed, before the commit counts as settled. */
  readonly onFailed: (items: readonly Waiting<Job>[], failure: StoreFailure) => Promise<void>
  /** Called when a commit is settled. */
  readonly onSettled: () => void
}

/**
 * Takes batches from the queue to the disk: each is decided on the cached state, committed, and answered, never before
 * its commit is durable.
 *
 * - Ready: batches are decided on the state of the epoch, which runs ahead of the disk.
 * - Recovering, once the epoch has failed: everything decided on it fails too. The next batch waits until nothing is
 *   in flight and reads the state again. That begins a new epoch: ready.
 * - Read-only, after a fatal failure: no further batch begins.
 *
 * There is no mode "closed": the intake stops accepting commands, then waits until the committer is idle.
 */
export class Pipeline {
  readonly answers = new Answers()
  readonly #options: PipelineOptions
  readonly #parts: PipelineParts
  readonly #owner: HeadOwner
  #epoch: Epoch
  #readOnly: OperationalError | null = null

  constructor(
    options: PipelineOptions,
    parts: PipelineParts,
    head: Head,
    warehouses: readonly WarehouseRow[],
  ) {
    const { headLock } = options.writer
    this.#options = options
    this.#parts = parts
    this.#owner = headLock === null ? SOLE_WRITER : new SharedHead(headLock, options.time)
    this.#epoch = this.#newEpoch(head, warehouses)
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  get readOnly(): OperationalError | null {
    return this.#readOnly
  }

  /** The most commits in flight, including the one being decided. */
  get depth(): number {
    return this.#owner.mayPipeline ? this.#options.writer.depth : 1
  }

  /** Decides and commits. Returns null if there was nothing to wait for, to keep fast paths fast. */
  begin(items: readonly Waiting<Job>[]): Promise<void> | null {
    if (this.#readOnly !== null) throw this.#readOnly
    const { isCareful } = this.#parts.carrying
    if (items.some(({ also, apart }) => apart || (also !== null && isCareful)))
      return this.#beginCarefully(items)
    const { hasFailed, inFlight } = this.#epoch
    const { isShared, mayPipeline } = this.#owner
    if (hasFailed || (isShared && !(mayPipeline && inFlight > 0))) return this.#beginAnew(items)
    const batch = this.#newBatch()
    const jobs = items.map((item) => item.job)
    if (decideFrom(batch, jobs)) {
      void this.#commit(batch, items)
      return null
    }
    // Nothing can be loaded without the lock. The needs are noted, and loaded once it is held.
    if (isShared) return this.#beginAnew(items)
    return loadAndDecide(this.#options.writer, this.#settled, batch, jobs).then(
      () => void this.#commit(batch, items),
    )
  }

  /** The epoch has failed; after a fatal failure no other begins. */
  fail(failure: StoreFailure): void {
    this.#epoch.hasFailed = true
    if (!failure.fatal) return
    this.#readOnly ??= new OperationalError(
      'STORE_READ_ONLY',
      `the store takes no more writes: ${failure.message}; close it, and verify before opening it again`,
      { cause: failure.cause ?? failure },
    )
    this.#options.onWarning(this.#readOnly)
  }

  /** Waits for the commits under way. */
  readonly #settled = async (): Promise<void> => this.#epoch.drain()

  /** With nothing in flight and the head locked. */
  async #beginAnew(taken: readonly Waiting<Job>[]): Promise<void> {
    const { batch, items } = await this.#beginBatch(taken)
    const jobs = items.map((item) => item.job)
    try {
      await loadAndDecide(this.#options.writer, this.#settled, batch, jobs)
      void this.#commit(batch, items)
    } catch (error) {
      await this.#owner.release()
      throw error
    }
    if (batch.isEmpty) await this.#owner.release()
  }

  /**
   * For a while after a failed statement, there is one commit at a time. Commands are decided in parts, and each part's
   * statements run before the next part. What fails is refused, and the rest of its part is decided again.
   */
  async #beginCarefully(taken: readonly Waiting<Job>[]): Promise<void> {
    const { monotonic } = this.#options
    const { queue, carrying } = this.#parts
    const { batch, items } = await this.#beginBatch(taken)
    if (items.length === 0) return this.#owner.release()
    const began = monotonic()
    let committed: Promise<StoreFailure | null>
    try {
      const settled = this.#settled
      const decided = await decideInParts(batch, items, { ...this.#options, carrying, settled })
      committed = this.#commit(batch, items.slice(0, decided))
      queue.putBack(items.slice(decided))
    } catch (error) {
      await this.#owner.release()
      if (error instanceof CarriedFailed) carrying.oneByOne()
      throw error
    }
    if (batch.isEmpty) await this.#owner.release()
    const failure = await committed
    // Each part succeeded, but all of them together failed.
    if (failure instanceof CarriedFailed) carrying.oneByOne()
    else if (failure === null && !batch.isEmpty) carrying.wentWell()
    // Not if the store was away: then the statements are not to blame.
    if (items[0]!.apart && (failure === null || failure instanceof CarriedFailed))
      carrying.wasApart(began, monotonic())
  }

  /** Resolves with the head locked and nothing in flight, and with the items that did not time out meanwhile. */
  async #beginBatch(
    taken: readonly Waiting<Job>[],
  ): Promise<{ readonly batch: Batch; readonly items: readonly Waiting<Job>[] }> {
    const { queue } = this.#parts
    queue.hold(taken)
    let items: readonly Waiting<Job>[] = []
    try {
      await this.#lockHead()
    } finally {
      items = queue.begin(this.#options.monotonic())
    }
    return { batch: this.#newBatch(), items }
  }

  async #lockHead(): Promise<void> {
    await this.#epoch.drain()
    if (this.#epoch.hasFailed) await this.#recover()
    const { isMoved } = await this.#owner.acquire(this.#epoch.state.head)
    if (isMoved) await this.#recover()
  }

  /** @throws OperationalError STORE_READ_ONLY */
  async #recover(): Promise<void> {
    assert(this.#epoch.inFlight === 0, 'the state is read again while a commit is in flight')
    if (this.#readOnly !== null) throw this.#readOnly
    const { head, warehouses } = await this.#options.writer.recover()
    this.#epoch = this.#newEpoch(head, warehouses)
  }

  #newEpoch(head: Head, warehouses: readonly WarehouseRow[]): Epoch {
    const { rules, cacheRecords } = this.#options
    return new Epoch(new CachedState(rules, head, warehouses, cacheRecords))
  }

  /** Time never runs backwards in the trail. */
  #newBatch(): Batch {
    const { state } = this.#epoch
    const now = this.#options.time.now()
    return new Batch(state, Math.max(state.head.at, now), this.#options.keepKeysMs)
  }

  /** Hands a batch to the store. Resolves once its callers are answered, with its failure, if any. */
  #commit(batch: Batch, items: readonly Waiting<Job>[]): Promise<StoreFailure | null> {
    const epoch = this.#epoch
    if (epoch.hasFailed) throw lostBatch()
    if (batch.isEmpty) return this.#answerAfter(epoch.newest, batch, items)
    const commit = this.#seal(batch)
    const began = performance.now()
    const durable = sendCommit(commit, this.#options, (failure) => {
      epoch.hasFailed = true
      if (failure instanceof HeadMoved) this.#owner.moved()
    })
    return epoch.add(weightOf(items), durable, async (failure) => {
      if (failure === null) {
        this.answers.committed(weightOf(items), performance.now() - began)
        this.#options.onCommit(commit)
        this.answers.give(batch, items)
      } else await this.#parts.onFailed(items, failure)
      this.#parts.onSettled()
    })
  }

  /** Makes it the next batch's state. Nothing is sent yet, so an error here is not the store's. */
  #seal(batch: Batch): Commit {
    try {
      const { newBatchId, salts } = this.#options
      const commit = seal(batch, newBatchId(), salts)
      batch.settleIn(commit.head)
      return commit
    } catch (error) {
      throw unsent(error)
    }
  }

  /** A batch that writes nothing still depends on what it read: it is answered once that is durable. */
  async #answerAfter(
    before: Promise<unknown> | undefined,
    batch: Batch,
    items: readonly Waiting<Job>[],
  ): Promise<null> {
    const epoch = this.#epoch
    batch.root.rotate()
    if (before !== undefined) await before
    if (epoch.hasFailed) await this.#parts.onFailed(items, lostBatch())
    else this.answers.give(batch, items)
    return null
  }
}

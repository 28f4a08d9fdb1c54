import { setTimeout as pause } from 'node:timers/promises'
import { OperationalError } from '../../model/operational-error.ts'
import { CarriedFailed, HeadMoved } from '../../store/failure.ts'
import type { Head, WarehouseRow } from '../../store/store.ts'
import { Carrying } from '../also/carrying.ts'
import type { CachedState } from '../cache/cached-state.ts'
import { asFailure, toldOf } from '../failures.ts'
import type { Answers } from './answers.ts'
import { retryOf } from './retry.ts'
import type { Job } from './job.ts'
import { Pipeline, type PipelineOptions } from './pipeline.ts'
import { Queue, type Waiting } from './queue.ts'

export interface CommitterOptions extends PipelineOptions {
  readonly batchLimit: number
  readonly queueLimit: number
}

/** From this many commands on, they are split between two batches. */
const SPLIT_ABOVE = 256

/**
 * Group commit: waiting commands share one commit. Takes batches from the queue while there are any, and hands them to
 * the pipeline. If a batch fails, its commands go back to the queue or are refused.
 */
export class Committer {
  readonly queue: Queue<Job>
  readonly #options: CommitterOptions
  readonly #pipeline: Pipeline
  readonly #carrying = new Carrying()
  #running = false
  #apartTimer: NodeJS.Timeout | null = null
  #idle: (() => void)[] = []

  constructor(options: CommitterOptions, head: Head, warehouses: readonly WarehouseRow[]) {
    this.#options = options
    this.queue = new Queue(options.queueLimit)
    const parts = {
      queue: this.queue,
      carrying: this.#carrying,
      onFailed: this.#fail.bind(this),
      onSettled: this.#tellIdle.bind(this),
    }
    this.#pipeline = new Pipeline(options, parts, head, warehouses)
  }

  get readOnly(): OperationalError | null {
    return this.#pipeline.readOnly
  }

  get state(): CachedState {
    return this.#pipeline.epoch.state
  }

  get answers(): Answers {
    return this.#pipeline.answers
  }

  /** Whether commands may have statements of the shop. */
  get carries(): boolean {
    return this.#options.writer.carry !== null
  }

  wake(): void {
    if (this.#running) return
    this.#running = true
    // Later in the same turn, so that commands of callers answered together are decided together. Not by
    // `queueMicrotask`: Jest's fake timers stop that.
    void Promise.resolve().then(() => this.#run())
  }

  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  async #run(): Promise<void> {
    const pipeline = this.#pipeline
    while (this.queue.weight > 0 || this.#mayComeApart()) {
      if (pipeline.epoch.inFlight >= pipeline.depth) await pipeline.epoch.oldest
      const items = this.#next()
      if (items.length === 0) continue
      try {
        const pending = pipeline.begin(items)
        if (pending !== null) await pending
      } catch (error) {
        await this.#fail(items, error)
      }
    }
    this.#running = false
    this.#wakeForApart()
    this.#tellIdle()
  }

  /** Sets a timer for the next commit apart. */
  #wakeForApart(): void {
    if (this.queue.apart === 0 || this.#apartTimer !== null) return
    const waitMs = this.#carrying.apartAt - this.#options.monotonic()
    this.#apartTimer = setTimeout(() => {
      this.#apartTimer = null
      this.wake()
    }, waitMs + 1)
  }

  #mayComeApart(): boolean {
    return this.queue.apart > 0 && this.#options.monotonic() >= this.#carrying.apartAt
  }

  /** The commands of the next commit. */
  #next(): Waiting<Job>[] {
    const now = this.#options.monotonic()
    if (this.#mayComeApart()) return this.queue.takeApart(now)
    const carrying = this.#carrying
    return this.queue.take(this.#share(), now, {
      most: carrying.most,
      isApart: (also) => carrying.isSlow(also, now),
    })
  }

  /** With half of the commands in each of two batches, this thread and the store are both busy. */
  #share(): number {
    const { batchLimit } = this.#options
    const { depth, epoch } = this.#pipeline
    const all = this.queue.weight + epoch.weight
    const isAlone = depth < 2 || (this.#carrying.isCareful && this.queue.nextCarries)
    if (isAlone || all < SPLIT_ABOVE) return batchLimit
    return Math.min(batchLimit, Math.ceil(all / 2))
  }

  /** These items were not executed, or their outcome is unknown: rejects each, or puts it back. */
  async #fail(taken: readonly Waiting<Job>[], error: unknown): Promise<void> {
    const items = taken.filter(({ gone }) => !gone)
    const failure = error instanceof OperationalError ? error : asFailure(error)
    if (failure instanceof OperationalError) {
      for (const item of items) item.reject(failure)
      return
    }
    this.#pipeline.fail(failure)
    const { readOnly } = this
    if (readOnly !== null || !failure.retriable || failure.outcome !== 'not-committed') {
      for (const item of items) item.reject(toldOf(failure, readOnly))
      return
    }
    const { putBack, refused } = retryOf(items, failure, this.#carrying, this.#options.monotonic())
    if (refused !== null) this.answers.refuse(refused.item, refused.error)
    this.queue.putBack(putBack)
    const isTrouble = !(failure instanceof HeadMoved || failure instanceof CarriedFailed)
    for (const item of putBack) item.trouble = isTrouble ? failure : null
    if (isTrouble) await pause(10 + Math.random() * 40)
    this.wake()
  }

  get #isIdle(): boolean {
    const { weight, apart } = this.queue
    return !this.#running && weight === 0 && apart === 0 && this.#pipeline.epoch.inFlight === 0
  }

  #tellIdle(): void {
    if (!this.#isIdle) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

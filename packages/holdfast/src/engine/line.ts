import { setTimeout as pause } from 'node:timers/promises'
import { InventoryError } from '../model/errors.ts'
import type { Rules } from '../rules/policies.ts'
import { OperationalError } from '../model/operational-error.ts'
import { HeadMoved, StoreFailure, unsent } from '../store/failure.ts'
import type { Commit, Head, WarehouseRow, Writer } from '../store/store.ts'
import { Batch } from './batch.ts'
import { asFailure, lostBatch, toldOf } from './batch-failure.ts'
import type { Job } from './job.ts'
import { CachedState } from './cached-state.ts'
import { Queue, type Waiting } from './queue.ts'
import { seal } from './seal.ts'
import { SharedHead } from './shared-head.ts'
import { Tally } from './tally.ts'
import type { Time } from './time.ts'

export interface LineOptions {
  readonly writer: Writer
  readonly rules: Rules
  readonly time: Time
  readonly monotonic: () => number
  readonly newBatchId: () => string
  /** So many salts of 22 characters, one after another. */
  readonly salts: (count: number) => string
  readonly batchLimit: number
  readonly queueLimit: number
  readonly cacheRecords: number
  readonly keepKeysMs: number
  /** Called after each commit with entries, before its callers are answered. */
  readonly onCommit: (commit: Commit) => void
  readonly onWarning: (warning: Error) => void
}

/** From so many commands on they are shared between two batches. */
const SPLIT_ABOVE = 256
/** How long a commit of unknown outcome is looked for before its callers are told so. */
const SEARCH_MS = 20_000
const SIZES = [1, 10, 50, 100, 200, 500, 1000]
const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30]

/**
 * The production line: whoever waits is served together. Takes a batch, lets it be decided on the
 * cached state, has it committed, and answers; a reply is never given before its commit is durable.
 *
 * The state runs ahead of the disk by the commits under way. When one of those fails, everything
 * behind it is forgotten with it, and the state is read anew.
 */
export class Line {
  readonly queue: Queue<Job>
  readonly #options: LineOptions
  #state: CachedState
  #running = false
  #readOnly: OperationalError | null = null
  /** Commits under way, in order; each settles once its callers are answered. */
  #underWay: Promise<void>[] = []
  #weightUnderWay = 0
  #lost = false
  /** Null where this process is the only one that writes. */
  readonly #shared: SharedHead | null
  #idle: (() => void)[] = []
  batches = 0
  commands = 0
  readonly refusals = new Map<string, number>()
  /** Commands that shared a commit. */
  readonly sizes = new Tally(SIZES)
  /** From handing a commit to the store until it was durable, in seconds. */
  readonly commitSeconds = new Tally(SECONDS)

  constructor(options: LineOptions, head: Head, warehouses: readonly WarehouseRow[]) {
    this.#options = options
    this.queue = new Queue(options.queueLimit)
    this.#state = this.#newState(head, warehouses)
    const { writer, time } = options
    const { take } = writer
    this.#shared = take === null ? null : new SharedHead({ take, time })
  }

  get readOnly(): OperationalError | null {
    return this.#readOnly
  }

  get state(): CachedState {
    return this.#state
  }

  wake(): void {
    if (this.#running) return
    this.#running = true
    // Later in the same turn: commands of callers that are answered together are decided together.
    queueMicrotask(() => void this.#run())
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    if (!this.#running && this.queue.weight === 0 && this.#underWay.length === 0)
      return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  async #run(): Promise<void> {
    while (this.queue.weight > 0) {
      if (this.#underWay.length >= this.#depth) await this.#underWay[0]
      const items = this.queue.take(this.#share(), this.#options.monotonic())
      if (items.length === 0) continue
      try {
        const pending = this.#begin(items)
        if (pending !== null) await pending
      } catch (error) {
        await this.#fail(items, error)
      }
    }
    this.#running = false
    this.#tellIdle()
  }

  /** How many commits may be under way, the one that is decided next among them. */
  get #depth(): number {
    return this.#shared?.isOurs === false ? 1 : this.#options.writer.depth
  }

  /** Two batches under way keep this thread and the store busy at once, if each has its half. */
  #share(): number {
    const { batchLimit } = this.#options
    const all = this.queue.weight + this.#weightUnderWay
    if (this.#depth < 2 || all < SPLIT_ABOVE) return batchLimit
    return Math.min(batchLimit, Math.ceil(all / 2))
  }

  /** Decides and commits; null where nothing had to be waited for, so that fast paths stay fast. */
  #begin(items: Waiting<Job>[]): Promise<void> | null {
    if (this.#readOnly !== null) throw this.#readOnly
    const isAhead = this.#shared !== null && this.#underWay.length > 0 && this.#shared.isOurs
    if (this.#lost || (this.#shared !== null && !isAhead)) return this.#beginAnew(items)
    const batch = this.#newBatch()
    const jobs = items.map((item) => item.job)
    if (decideFrom(batch, jobs)) {
      this.#commit(batch, items)
      return null
    }
    // Ahead of its turn nothing can be loaded: what is missing was noted, and is in it.
    if (isAhead) return this.#beginAnew(items)
    return this.#loadAndDecide(batch, jobs).then(() => this.#commit(batch, items))
  }

  /** With nothing under way: in a turn of its own where other processes write, too. */
  async #beginAnew(items: Waiting<Job>[]): Promise<void> {
    const { writer } = this.#options
    while (this.#underWay.length > 0) await this.#underWay[0]
    if (this.#lost) await this.#recover()
    if (this.#shared !== null) {
      const { isMoved } = await this.#shared.take(this.#state.head)
      if (isMoved) await this.#recover()
    }
    const batch = this.#newBatch()
    try {
      await this.#loadAndDecide(
        batch,
        items.map((item) => item.job),
      )
      this.#commit(batch, items)
    } catch (error) {
      await writer.abandon()
      throw error
    }
    if (batch.isEmpty) await writer.abandon()
  }

  async #loadAndDecide(batch: Batch, jobs: readonly Job[]): Promise<void> {
    for (let done = false; !done;) {
      const needs = batch.root.takeNeeds()
      if (needs !== null) batch.root.receive(needs, await this.#options.writer.load(needs))
      done = decideFrom(batch, jobs)
    }
  }

  #commit(batch: Batch, items: Waiting<Job>[]): void {
    if (this.#lost) throw lostBatch()
    const commands = items.reduce((sum, item) => sum + item.weight, 0)
    this.commands += commands
    if (batch.isEmpty) {
      this.#answerAfter(this.#underWay.at(-1), batch, items)
      return
    }
    const commit = this.#seal(batch)
    this.batches++
    this.sizes.add(commands)
    const began = performance.now()
    const { time } = this.#options
    const askedAt = time.monotonic()
    this.#weightUnderWay += commands
    const done = this.#options.writer.commit(commit).then(
      (now) => {
        if (now !== null) time.hear(now, askedAt)
        return null
      },
      (error: unknown) => this.#failureOf(commit, error),
    )
    const settled: Promise<void> = done
      .then(async (failure) => {
        this.#weightUnderWay -= commands
        this.#underWay = this.#underWay.filter((one) => one !== settled)
        if (failure !== null) return this.#fail(items, failure)
        this.commitSeconds.add((performance.now() - began) / 1000)
        this.#options.onCommit(commit)
        this.#answer(batch, items)
      })
      .then(() => this.#tellIdle())
    this.#underWay.push(settled)
  }

  /** Nothing was sent yet: what goes wrong here is no fault of the store's. */
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

  /** A batch that writes nothing still rests on what it saw: it is answered once that is durable. */
  #answerAfter(before: Promise<void> | undefined, batch: Batch, items: Waiting<Job>[]): void {
    batch.root.rotate()
    if (before === undefined) this.#answer(batch, items)
    else {
      void before.then(() => {
        if (this.#state === batch.root && !this.#lost) this.#answer(batch, items)
        else void this.#fail(items, lostBatch())
      })
    }
  }

  /**
   * What came of a commit that failed; null where it became durable all the same. Whatever was decided
   * on top of it is forgotten with it.
   */
  async #failureOf(commit: Commit, error: unknown): Promise<StoreFailure | null> {
    const failure = asFailure(error)
    this.#lost = true
    if (failure instanceof HeadMoved) this.#shared?.moved()
    if (failure.outcome !== 'unknown' || failure.fatal) return failure
    const isDurable = await this.#search(commit)
    if (isDurable === null) return failure
    return isDurable ? null : failure.as('not-committed')
  }

  /** Whether the commit became durable; null where nobody could say in time. */
  async #search(commit: Commit): Promise<boolean | null> {
    const until = this.#options.monotonic() + SEARCH_MS
    for (let wait = 20; this.#options.monotonic() < until; wait = Math.min(wait * 2, 1000)) {
      try {
        return await this.#options.writer.wasCommitted(commit.batchId)
      } catch (error) {
        // Closed meanwhile, or a bug: then nobody can say, either.
        if (!(error instanceof StoreFailure)) return null
        await pause(wait)
      }
    }
    return null
  }

  async #recover(): Promise<void> {
    const { head, warehouses } = await this.#options.writer.recover()
    this.#state = this.#newState(head, warehouses)
    this.#lost = false
  }

  /** Nothing of these items was done, or nobody knows: tells each of them, or tries again. */
  async #fail(items: readonly Waiting<Job>[], error: unknown): Promise<void> {
    const failure = error instanceof OperationalError ? error : asFailure(error)
    if (failure instanceof OperationalError) {
      for (const item of items) item.reject(failure)
      return
    }
    this.#lost = true
    if (failure.fatal) this.#stopWriting(failure)
    if (failure.retriable && failure.outcome === 'not-committed' && this.#readOnly === null) {
      this.queue.putBack(items)
      if (!(failure instanceof HeadMoved)) await pause(10 + Math.random() * 40)
      this.wake()
      return
    }
    for (const item of items) item.reject(toldOf(failure, this.#readOnly))
  }

  #stopWriting(failure: StoreFailure): void {
    this.#readOnly ??= new OperationalError(
      'STORE_READ_ONLY',
      `the store takes no more writes: ${failure.message}; close it, and verify before opening it again`,
      { cause: failure.cause ?? failure },
    )
    this.#options.onWarning(this.#readOnly)
  }

  /** Time never runs backwards in the trail. */
  #newBatch(): Batch {
    const { head } = this.#state
    const now = this.#options.time.now()
    return new Batch(this.#state, Math.max(head.at, now), this.#options.keepKeysMs)
  }

  #newState(head: Head, warehouses: readonly WarehouseRow[]): CachedState {
    return new CachedState(this.#options.rules, head, warehouses, this.#options.cacheRecords)
  }

  #answer(batch: Batch, items: readonly Waiting<Job>[]): void {
    for (let index = 0; index < items.length; index++) {
      const outcome = batch.outcomes[index]!
      if (outcome.ok) items[index]!.resolve(outcome.value)
      else {
        const { error } = outcome
        const code = error instanceof InventoryError ? error.code : 'UNKNOWN'
        this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
        items[index]!.reject(error)
      }
    }
  }

  #tellIdle(): void {
    if (this.#running || this.queue.weight > 0 || this.#underWay.length > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** A text or an array that V8 cannot make is no bug: it fails this batch, and stops nobody else. */
function decideFrom(batch: Batch, jobs: readonly Job[]): boolean {
  try {
    return batch.decideFrom(jobs)
  } catch (error) {
    throw error instanceof RangeError ? unsent(error) : error
  }
}

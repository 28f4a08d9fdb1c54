import { setTimeout as pause } from 'node:timers/promises'
import { InventoryError } from '../../model/errors.ts'
import type { Rules } from '../../rules/policies.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { CarriedFailed, HeadMoved, StoreFailure, unsent } from '../../store/failure.ts'
import type { BatchWriter, Commit, Head, WarehouseRow } from '../../store/store.ts'
import { alsoFailed, lossWithin } from '../also/also-failed.ts'
import { Batch } from './batch.ts'
import { asFailure, lostBatch, toldOf } from '../failures.ts'
import { Carrying } from '../also/carrying.ts'
import type { Job } from './job.ts'
import { CachedState } from '../cache/cached-state.ts'
import { Queue, type Waiting } from './queue.ts'
import { seal } from './seal.ts'
import { SharedHead } from './shared-head.ts'
import { decideInParts } from './decide-in-parts.ts'
import { decideFrom, loadAndDecide } from './load-and-decide.ts'
import { Histogram } from '../histogram.ts'
import type { Time } from '../clock/time.ts'

export interface CommitterOptions {
  readonly writer: BatchWriter
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
 * Group commit: commands that wait share one commit. Takes a batch, lets it be decided on the
 * cached state, has it committed, and answers; a reply is never given before its commit is durable.
 *
 * The state runs ahead of the disk by the commits under way. When one of those fails, everything
 * behind it is forgotten with it, and the state is read anew.
 */
export class Committer {
  readonly queue: Queue<Job>
  readonly #options: CommitterOptions
  #state: CachedState
  #running = false
  #readOnly: OperationalError | null = null
  /** Commits under way, in order; each settles once its callers are answered. */
  #underWay: Promise<void>[] = []
  #weightUnderWay = 0
  #lost = false
  /** Null where this process is the only one that writes. */
  readonly #shared: SharedHead | null
  readonly #carrying = new Carrying()
  #apartTimer: NodeJS.Timeout | null = null
  #idle: (() => void)[] = []
  batches = 0
  commands = 0
  readonly refusals = new Map<string, number>()
  /** Commands that shared a commit. */
  readonly sizes = new Histogram(SIZES)
  /** From handing a commit to the store until it was durable, in seconds. */
  readonly commitSeconds = new Histogram(SECONDS)

  constructor(options: CommitterOptions, head: Head, warehouses: readonly WarehouseRow[]) {
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

  /** Whether commands may carry statements of the shop's own. */
  get carries(): boolean {
    return this.#options.writer.carry !== null
  }

  wake(): void {
    if (this.#running) return
    this.#running = true
    // Later in the same turn: commands of callers that are answered together are decided together.
    queueMicrotask(() => void this.#run())
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  async #run(): Promise<void> {
    while (this.queue.weight > 0 || this.#mayComeApart()) {
      if (this.#underWay.length >= this.#depth) await this.#underWay[0]
      const items = this.#next()
      if (items.length === 0) continue
      try {
        const pending = this.#begin(items)
        if (pending !== null) await pending
      } catch (error) {
        await this.#fail(items, error)
      }
    }
    this.#running = false
    this.#wakeForApart()
    this.#tellIdle()
  }

  /** Wakes when the next commit apart may begin. */
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

  /** Those of the next commit. */
  #next(): Waiting<Job>[] {
    const now = this.#options.monotonic()
    if (this.#mayComeApart()) return this.queue.takeApart(now)
    const carrying = this.#carrying
    return this.queue.take(this.#share(), now, {
      most: carrying.most,
      isApart: (also) => carrying.isSlow(also, now),
    })
  }

  /** How many commits may be under way, the one that is decided next among them. */
  get #depth(): number {
    return this.#shared?.isOurs === false ? 1 : this.#options.writer.depth
  }

  /** Two batches under way keep this thread and the store busy at once, if each has its half. */
  #share(): number {
    const { batchLimit } = this.#options
    const all = this.queue.weight + this.#weightUnderWay
    const isAlone = this.#depth < 2 || (this.#carrying.isCareful && this.queue.nextCarries)
    if (isAlone || all < SPLIT_ABOVE) return batchLimit
    return Math.min(batchLimit, Math.ceil(all / 2))
  }

  /** Decides and commits; null where nothing had to be waited for, so that fast paths stay fast. */
  #begin(items: Waiting<Job>[]): Promise<void> | null {
    if (this.#readOnly !== null) throw this.#readOnly
    if (items.some(({ also, apart }) => apart || (also !== null && this.#carrying.isCareful)))
      return this.#beginCarefully(items)
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
    return loadAndDecide(this.#options.writer, batch, jobs).then(() => this.#commit(batch, items))
  }

  /** With nothing under way: in a turn of its own where other processes write, too. */
  async #beginAnew(items: Waiting<Job>[]): Promise<void> {
    const batch = await this.#decideAnew(items)
    const { writer } = this.#options
    try {
      this.#commit(batch, items)
    } catch (error) {
      await writer.abandon()
      throw error
    }
    if (batch.isEmpty) await writer.abandon()
  }

  async #decideAnew(items: readonly Waiting<Job>[]): Promise<Batch> {
    const batch = await this.#beginBatch()
    try {
      await loadAndDecide(
        this.#options.writer,
        batch,
        items.map((item) => item.job),
      )
    } catch (error) {
      await this.#options.writer.abandon()
      throw error
    }
    return batch
  }

  /** Has the turn when it resolves. */
  async #beginBatch(): Promise<Batch> {
    while (this.#underWay.length > 0) await this.#underWay[0]
    if (this.#lost) await this.#recover()
    if (this.#shared !== null) {
      const { isMoved } = await this.#shared.take(this.#state.head)
      if (isMoved) await this.#recover()
    }
    return this.#newBatch()
  }

  /**
   * For a while after a carried statement failed, one commit at a time. Commands are decided some at a time, and their
   * statements run before the next ones: what fails is refused, and the others of its part are decided again without it.
   */
  async #beginCarefully(items: readonly Waiting<Job>[]): Promise<void> {
    const { monotonic, writer } = this.#options
    const batch = await this.#beginBatch()
    const began = monotonic()
    let commit: Commit | null
    let decided: readonly Waiting<Job>[]
    try {
      decided = items.slice(
        0,
        await decideInParts(batch, items, { writer, monotonic, carrying: this.#carrying }),
      )
      commit = batch.isEmpty ? null : this.#sealed(batch)
    } catch (error) {
      await writer.abandon()
      if (error instanceof CarriedFailed) this.#carrying.oneByOne()
      throw error
    }
    this.queue.putBack(items.slice(decided.length))
    let failure: StoreFailure | null = null
    if (commit !== null) failure = await this.#commitTried(batch, commit, decided)
    else {
      await writer.abandon()
      batch.root.rotate()
      this.#answer(batch, decided)
    }
    // Not where the store was away: that is nobody's doing.
    if (items[0]!.apart && (failure === null || failure instanceof CarriedFailed))
      this.#carrying.wasApart(began, monotonic())
    if (failure !== null) await this.#fail(decided, failure)
  }

  /** Null once it is durable, and answered. */
  async #commitTried(
    batch: Batch,
    commit: Commit,
    items: readonly Waiting<Job>[],
  ): Promise<StoreFailure | null> {
    const began = performance.now()
    const failure = await this.#send(commit)
    // Each part went well, but all of them together do not.
    if (failure instanceof CarriedFailed) this.#carrying.oneByOne()
    if (failure !== null) return failure
    // A commit that was looked for and found is known from elsewhere.
    if (!this.#lost) batch.settleIn(commit.head)
    this.#carrying.wentWell()
    this.#committed(batch, commit, items, began)
    return null
  }

  #commit(batch: Batch, items: Waiting<Job>[]): void {
    if (this.#lost) throw lostBatch()
    if (batch.isEmpty) {
      this.#answerAfter(this.#underWay.at(-1), batch, items)
      return
    }
    const commit = this.#seal(batch)
    const began = performance.now()
    const commands = weightOf(items)
    this.#weightUnderWay += commands
    const settled: Promise<void> = this.#send(commit)
      .then(async (failure) => {
        this.#weightUnderWay -= commands
        this.#underWay = this.#underWay.filter((one) => one !== settled)
        if (failure !== null) return this.#fail(items, failure)
        this.#committed(batch, commit, items, began)
      })
      .then(() => this.#tellIdle())
    this.#underWay.push(settled)
  }

  /** Null once it is durable. */
  #send(commit: Commit): Promise<StoreFailure | null> {
    const { time, writer } = this.#options
    const askedAt = time.monotonic()
    return writer.commit(commit).then(
      (now) => {
        if (now !== null) time.hear(now, askedAt)
        return null
      },
      (error: unknown) => this.#failureOf(commit, error),
    )
  }

  #committed(batch: Batch, commit: Commit, items: readonly Waiting<Job>[], began: number): void {
    this.batches++
    this.sizes.add(weightOf(items))
    this.commitSeconds.add((performance.now() - began) / 1000)
    this.#options.onCommit(commit)
    this.#answer(batch, items)
  }

  /** Sealed, and the state that the next batch stands on. */
  #seal(batch: Batch): Commit {
    try {
      const commit = this.#sealed(batch)
      batch.settleIn(commit.head)
      return commit
    } catch (error) {
      throw unsent(error)
    }
  }

  /** Nothing was sent yet: what goes wrong here is no fault of the store's. */
  #sealed(batch: Batch): Commit {
    try {
      const { newBatchId, salts } = this.#options
      return seal(batch, newBatchId(), salts)
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
    if (failure instanceof CarriedFailed) {
      this.#carriedFailed(items, failure)
      return
    }
    if (failure.fatal) this.#stopWriting(failure)
    if (failure.retriable && failure.outcome === 'not-committed' && this.#readOnly === null) {
      this.queue.putBack(this.#withoutSuspect(items, failure))
      if (!(failure instanceof HeadMoved)) await pause(10 + Math.random() * 40)
      this.wake()
      return
    }
    for (const item of items) item.reject(toldOf(failure, this.#readOnly))
  }

  /** Refuses whose statement it was, if that is known, and puts back the others. */
  #carriedFailed(items: readonly Waiting<Job>[], failure: CarriedFailed): void {
    this.#carrying.failed()
    const [fault] = items.length === 1 ? [failure.ofOne()] : failure.faults
    if (fault !== undefined) {
      const item = items[fault.place]!
      if (fault.tookTooLong) this.#carrying.tookTooLong(item.also!, this.#options.monotonic())
      this.#reject(item, alsoFailed(fault))
    }
    this.queue.putBack(items.filter((_, place) => place !== fault?.place))
    this.wake()
  }

  /** Within whose statements the connection was lost comes apart; and if it is lost again, not at all. */
  #withoutSuspect(items: readonly Waiting<Job>[], failure: StoreFailure): readonly Waiting<Job>[] {
    const { suspect } = failure
    const item = suspect === null ? undefined : items[suspect]
    if (item === undefined) return items
    if (!item.apart) {
      item.apart = true
      return items
    }
    this.#reject(item, alsoFailed(lossWithin(failure, suspect!)))
    return items.filter((one) => one !== item)
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
      else this.#reject(items[index]!, outcome.error)
    }
    this.commands += weightOf(items)
  }

  #reject(item: Waiting<Job>, error: Error): void {
    const code = error instanceof InventoryError ? error.code : 'UNKNOWN'
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
    item.reject(error)
  }

  get #isIdle(): boolean {
    const { weight, apart } = this.queue
    return !this.#running && weight === 0 && apart === 0 && this.#underWay.length === 0
  }

  #tellIdle(): void {
    if (!this.#isIdle) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

function weightOf(items: readonly Waiting<Job>[]): number {
  return items.reduce((sum, item) => sum + item.weight, 0)
}

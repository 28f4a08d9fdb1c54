import { setTimeout as pause } from 'node:timers/promises'
import { InventoryError } from '../model/errors.ts'
import type { Rules } from '../rules/policies.ts'
import { OperationalError } from '../model/operational-error.ts'
import { CarriedFailed, HeadMoved, StoreFailure, unsent } from '../store/failure.ts'
import type { CarriedFault } from '../store/failure.ts'
import type { BatchWriter, Commit, Head, WarehouseRow } from '../store/store.ts'
import { alsoFailed, lossWithin } from './also-failed.ts'
import { Batch } from './batch.ts'
import { asFailure, lostBatch, toldOf } from './batch-failure.ts'
import { Carrying } from './carrying.ts'
import type { Job } from './job.ts'
import { CachedState } from './cached-state.ts'
import { Queue, type Waiting } from './queue.ts'
import { seal } from './seal.ts'
import { SharedHead } from './shared-head.ts'
import { Tally } from './tally.ts'
import type { Time } from './time.ts'

export interface LineOptions {
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
/** So often those that are left are tried together, then each for itself. */
const CAREFUL_ROUNDS = 3
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
  readonly #carrying = new Carrying()
  #apartTimer: NodeJS.Timeout | null = null
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

  /** Whether commands may carry statements of the shop's own. */
  get carries(): boolean {
    return this.#options.writer.carries
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
    if (this.#depth < 2 || all < SPLIT_ABOVE) return batchLimit
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
    return this.#loadAndDecide(batch, jobs).then(() => this.#commit(batch, items))
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

  /** Has the turn when it resolves. */
  async #decideAnew(items: readonly Waiting<Job>[]): Promise<Batch> {
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
    } catch (error) {
      await this.#options.writer.abandon()
      throw error
    }
    return batch
  }

  /**
   * For a while after a carried statement failed: one commit at a time, and the state is not advanced before it is durable.
   * Commands whose statements fail are refused, and the others decided again without them.
   */
  async #beginCarefully(items: Waiting<Job>[]): Promise<void> {
    const began = this.#options.monotonic()
    const [first] = items
    let left: readonly Waiting<Job>[] = items
    for (let round = 1; left.length > 0; round++) {
      // Round 1 has tried each for itself. Statements that go on failing, by turns, get a commit for each command.
      const now = round <= CAREFUL_ROUNDS ? left : left.slice(0, 1)
      try {
        left = [...(await this.#commitCarefully(now, round !== 2)), ...left.slice(now.length)]
      } catch (error) {
        await this.#fail(left, error)
        break
      }
    }
    if (first!.apart) this.#carrying.wasApart(began, this.#options.monotonic())
  }

  /** Answers those that are to be decided again. */
  async #commitCarefully(
    items: readonly Waiting<Job>[],
    each: boolean,
  ): Promise<readonly Waiting<Job>[]> {
    const batch = await this.#decideAnew(items)
    if (batch.isEmpty) {
      await this.#options.writer.abandon()
      this.#answer(batch, items)
      return []
    }
    const commit = this.#sealed(batch, each)
    const began = performance.now()
    const failure = await this.#send(commit)
    if (failure instanceof CarriedFailed) {
      this.#lost = false
      return this.#refuseCarried(items, failure)
    }
    if (failure !== null) {
      await this.#fail(items, failure)
      return []
    }
    // What was looked for and found is known from elsewhere.
    if (!this.#lost) batch.settleIn(commit.head)
    this.#carrying.wentWell()
    this.#committed(batch, commit, items, began)
    return []
  }

  /** Refuses those whose statements failed, puts back those that were not reached, and answers the others. */
  #refuseCarried(items: readonly Waiting<Job>[], failure: CarriedFailed): readonly Waiting<Job>[] {
    this.#carrying.failed()
    const { faults, notReached } =
      items.length > 1 ? failure : { faults: [failure.ofOne()], notReached: [] }
    const gone = new Set(notReached)
    this.queue.putBack(notReached.map((place) => items[place]!))
    for (const fault of faults) {
      gone.add(fault.place)
      this.#refuse(items[fault.place]!, fault)
    }
    return items.filter((_, place) => !gone.has(place))
  }

  #refuse(item: Waiting<Job>, fault: CarriedFault): void {
    if (fault.tookTooLong) this.#carrying.tookTooLong(item.also!, this.#options.monotonic())
    this.#reject(item, alsoFailed(fault))
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
      const commit = this.#sealed(batch, false)
      batch.settleIn(commit.head)
      return commit
    } catch (error) {
      throw unsent(error)
    }
  }

  /** Nothing was sent yet: what goes wrong here is no fault of the store's. */
  #sealed(batch: Batch, eachCarried: boolean): Commit {
    try {
      const { newBatchId, salts } = this.#options
      return seal(batch, newBatchId(), salts, eachCarried)
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
      this.queue.putBack(this.#refuseCarried(items, failure))
      this.wake()
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

  /** Within whose statements the connection was lost comes apart; and if it is lost again, not at all. */
  #withoutSuspect(items: readonly Waiting<Job>[], failure: StoreFailure): readonly Waiting<Job>[] {
    const { suspect } = failure
    const item = suspect === null ? undefined : items[suspect]
    if (item === undefined) return items
    if (!item.apart) {
      item.apart = true
      return items
    }
    this.#refuse(item, lossWithin(failure, suspect!))
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

/** A text or an array that V8 cannot make is no bug: it fails this batch, and stops nobody else. */
function decideFrom(batch: Batch, jobs: readonly Job[]): boolean {
  try {
    return batch.decideFrom(jobs)
  } catch (error) {
    throw error instanceof RangeError ? unsent(error) : error
  }
}

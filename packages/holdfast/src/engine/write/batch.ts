import { IdempotencyConflictError, InventoryError } from '../../model/errors.ts'
import { newestEntry } from '../../model/newest-entry.ts'
import { answerWith, type Reservation } from '../../model/reservation.ts'
import { decide } from '../../rules/decide/decide.ts'
import { UnitOfWork } from '../../rules/unit-of-work.ts'
import type { Carried, DocumentChange, Head, StoredKey } from '../../store/store.ts'
import { filled } from '../also/also.ts'
import { fingerprintOf } from './fingerprint.ts'
import { runInternal, type Job, type Outcome } from './job.ts'
import { mustHaveLeft, noteNeeds } from './prefetch.ts'
import { NOT_LOADED, type CachedState } from '../cache/cached-state.ts'
import { KeyHashSet } from '../cache/key-hash-set.ts'
import { outcomeOf, storedAnswer } from './stored-answer.ts'

/**
 * Jobs decided in order in one unit of work, each seeing the effects of those before it. Nothing is true until it is
 * committed; dropping the batch undoes it.
 */
export class Batch {
  readonly root: CachedState
  readonly unit: UnitOfWork
  /** Where commands are decided: in the unit itself, or in a part of it. */
  #top: UnitOfWork
  readonly outcomes: Outcome[] = []
  readonly keys: StoredKey[] = []
  /** Stored keys whose answers have expired and are replaced. */
  readonly replacedKeys = new Set<string>()
  readonly documents: DocumentChange[] = []
  /** The statements of commands that were not refused, and how many of them already ran before the commit. */
  readonly carried: Carried[] = []
  carriedBefore = 0
  /** The sizes when the part began; null if there is none. */
  #part: PartBegan | null = null
  /** Commands to be refused without being decided, by index. */
  readonly #refused = new Map<number, Error>()
  /** Delete keys of commits up to this one; 0 for none. */
  forgotten = 0
  /** The time of everything in this batch. */
  readonly now: number
  readonly #keepKeysMs: number
  /** May also contain keys that were rolled back: a hit means "look in `keys`". */
  readonly #own = new KeyHashSet(Infinity)
  /** The first entries of `keys`, by text; filled only when a key may be among them. */
  readonly #byKey = new Map<string, StoredKey>()

  constructor(root: CachedState, now: number, keepKeysMs: number) {
    this.root = root
    this.now = now
    this.#keepKeysMs = keepKeysMs
    this.unit = new UnitOfWork(root)
    this.unit.now = now
    root.now = now
    this.#top = this.unit
  }

  get isEmpty(): boolean {
    const { unit, keys, documents, carried, forgotten } = this
    const changes = unit.entries.length + keys.length + documents.length + carried.length
    return changes === 0 && forgotten === 0
  }

  /**
   * Decides jobs up to `end` until one needs a record that is not loaded. Returns whether all are decided. If not, the
   * root has noted the needs of that job and of all after it.
   */
  decideFrom(jobs: readonly Job[], end = jobs.length): boolean {
    for (let index = this.outcomes.length; index < end; index++) {
      try {
        const refused = this.#refused.get(index)
        const outcome = refused === undefined ? this.#settle(jobs[index]!, this.#top) : no(refused)
        this.outcomes.push(outcome)
      } catch (error) {
        if (error !== NOT_LOADED) throw error
        noteNeeds(jobs.slice(index), new UnitOfWork(this.#top), this.root, (key) => {
          const stored = this.#stored(key)
          return stored !== null && !this.#isOver(stored)
        })
        return false
      }
    }
    return true
  }

  /** Whatever is decided from now on can be rolled back. */
  beginPart(): void {
    const { outcomes, keys, documents, carried, forgotten } = this
    this.#part = {
      ...{ outcomes: outcomes.length, keys: keys.length, documents: documents.length },
      ...{ carried: carried.length, forgotten },
    }
    this.#top = new UnitOfWork(this.unit)
  }

  get carriedInPart(): readonly Carried[] {
    return this.carried.slice(this.#part!.carried)
  }

  /** Keeps the part; its statements have run. */
  keepPart(): void {
    this.#top.merge()
    this.#top = this.unit
    this.carriedBefore = this.carried.length
  }

  /** Rolls the part back. */
  dropPart(): void {
    const began = this.#part!
    this.outcomes.length = began.outcomes
    this.keys.length = began.keys
    this.#byKey.clear()
    this.documents.length = began.documents
    this.carried.length = began.carried
    this.forgotten = began.forgotten
    this.#top = this.unit
  }

  /** Refuses the command at this index when it comes up next. */
  refuse(place: number, error: Error): void {
    this.#refused.set(place, error)
  }

  /** Hands all changes to the root, the state on which the next batch is decided. */
  settleIn(head: Head): void {
    this.unit.merge()
    for (const stored of this.keys) this.root.keys.use(stored)
    this.root.head = head
    this.root.now = head.at
    this.root.rotate()
  }

  #settle(job: Job, unit: UnitOfWork): Outcome {
    if (job.kind === 'document') return this.#setDocument(job)
    if (job.kind === 'forget') return this.#forget(job)
    if (job.kind === 'internal' || job.key === null) return this.#decide(job, unit)
    const fingerprint = fingerprintOf(job.command, job.also)
    const stored = this.#stored(job.key)
    if (stored !== null && !this.#isOver(stored)) return replay(stored, fingerprint, job.command)
    const outcome = this.#decide(job, unit)
    // Once that is fixed, the command may come again with the same key.
    if (!outcome.ok && NEVER_STORED.has((outcome.error as InventoryError).code)) return outcome
    if (stored !== null) this.replacedKeys.add(job.key)
    this.#own.add(job.key)
    this.keys.push({
      key: job.key,
      fingerprint,
      answer: storedAnswer(outcome, job.command, this.now),
      at: this.now,
    })
    return outcome
  }

  #setDocument({ document, expected }: Extract<Job, { kind: 'document' }>): Outcome {
    const own = this.documents.findLast(({ name }) => name === document.name)
    const value = own === undefined ? this.root.document(document.name) : own.value
    if (value !== expected) return { ok: true, value: { value } }
    this.documents.push(document)
    return { ok: true, value: { value: document.value } }
  }

  #forget({ through }: Extract<Job, { kind: 'forget' }>): Outcome {
    this.forgotten = Math.max(this.forgotten, through)
    return { ok: true, value: {} }
  }

  #decide(job: CommandJob, unit: UnitOfWork): Outcome {
    if (job.kind === 'batch') return this.#decideEach(job, unit)
    const { seq } = unit
    // Its statements may refer to something it did not make; then all of it must be undone.
    const own = job.also === null ? unit : new UnitOfWork(unit)
    try {
      const result = job.kind === 'internal' ? runInternal(job, own) : decide(own, job.decided)
      if (result instanceof InventoryError) return { ok: false, error: result }
      const outcome = this.#succeed(job, own, result)
      if (own !== unit) own.merge()
      return outcome
    } catch (error) {
      mustHaveLeft(unit, seq, error)
      if (error instanceof InventoryError) return { ok: false, error }
      throw error
    }
  }

  /** A batch with its own key, in a separate unit of work: if a record is missing, all of it must be undone. */
  #decideEach(job: Extract<Job, { kind: 'batch' }>, unit: UnitOfWork): Outcome {
    const overlay = new UnitOfWork(unit)
    const [keys, documents] = [this.keys.length, this.documents.length]
    try {
      const answers = job.jobs.map((one) => plainOutcome(this.#settle(one, overlay)))
      const outcome = this.#succeed(job, overlay, { answers })
      overlay.merge()
      return outcome
    } catch (error) {
      this.keys.length = keys
      this.#byKey.clear()
      this.documents.length = documents
      if (error instanceof InventoryError) return { ok: false, error }
      throw error
    }
  }

  #succeed(job: CommandJob, unit: UnitOfWork, result: object): Outcome {
    const value = withSeq(result, unit.seq)
    if (job.also !== null) {
      const statements = filled(job.also, value, this.now)
      this.carried.push({ place: this.outcomes.length, statements })
    }
    for (const document of job.documents) this.documents.push(document)
    return { ok: true, value }
  }

  #stored(key: string): StoredKey | null {
    const own = this.#own.has(key) ? this.#find(key) : undefined
    return own ?? this.root.keyed(key)
  }

  #find(key: string): StoredKey | undefined {
    for (let index = this.#byKey.size; index < this.keys.length; index++) {
      const stored = this.keys[index]!
      this.#byKey.set(stored.key, stored)
    }
    return this.#byKey.get(key)
  }

  /** Whether its time has passed. It then no longer counts, whether deleted or not. */
  #isOver(stored: StoredKey): boolean {
    return this.now > stored.at + this.#keepKeysMs
  }
}

interface PartBegan {
  readonly outcomes: number
  readonly keys: number
  readonly documents: number
  readonly carried: number
  readonly forgotten: number
}

function withSeq(result: object, seq: number): object {
  const isReservation = newestEntry(result) > 0 && 'cameBack' in result
  return isReservation ? answerWith(result as Reservation, seq) : { ...result, seq }
}

function no(error: Error): Outcome {
  return { ok: false, error }
}

type CommandJob = Exclude<Job, { kind: 'document' | 'forget' }>

/** Refusals that say nothing about the inventory: bad input found only when deciding, or a failing policy. */
const NEVER_STORED: ReadonlySet<string> = new Set(['INVALID_INPUT', 'POLICY_FAILED'])

/** An outcome as an element of a list of answers. */
function plainOutcome(outcome: Outcome): object {
  if (outcome.ok) {
    const { value, replayed } = outcome
    return replayed === true ? { ok: true, replayed, ...value } : { ok: true, ...value }
  }
  const { code, message, details, replayed } = outcome.error as InventoryError
  const refused = { ok: false, code, message, details }
  return replayed === true ? { ...refused, replayed } : refused
}

function replay(stored: StoredKey, fingerprint: string, command: unknown): Outcome {
  if (stored.fingerprint === fingerprint) return outcomeOf(stored, command)
  const error = new IdempotencyConflictError('this idempotency key was used for another command')
  return { ok: false, error }
}

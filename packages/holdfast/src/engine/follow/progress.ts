import type { BoundStatement } from '../../model/also.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import type { AlsoFailedError } from '../../model/errors.ts'
import { CarriedFailed, StoreFailure, type CarriedFault } from '../../store/failure.ts'
import type { Reader, Writer } from '../../store/store.ts'
import { alsoFailed, lossWithin } from '../also/also-failed.ts'
import { positionAhead } from '../position-ahead.ts'
import type { EntryAlso } from '../also/also.ts'

/** About how many bytes of statements wait to be stored; those of one entry come on top. */
const BYTES = 1_048_576
/** How long a handled entry waits to be stored, in milliseconds: until the next one is handled after that. */
const WAIT_MS = 1000

interface Unsaved {
  readonly entry: AuditEntry
  readonly statements: readonly BoundStatement[]
  readonly bytes: number
}

/** Statements of an entry failed. Those before it are stored, and it is to be handed over again. */
export class EntryFailed extends Error {
  readonly entry: AuditEntry
  readonly reason: AlsoFailedError

  constructor(entry: AuditEntry, fault: CarriedFault) {
    const reason = alsoFailed(fault)
    super(reason.message, { cause: reason })
    this.entry = entry
    this.reason = reason
  }

  override get name(): string {
    return 'EntryFailed'
  }
}

/** Whose position it is, and where a new one begins. */
export interface ProgressOptions {
  readonly name: string
  readonly from: number | 'end'
}

/**
 * How far a consumer is: what it has handled, and what of that is stored. The position and the statements of the
 * entries up to it are stored in one transaction, which begins at the position that was stored before: so of two that
 * handled the same entries, here or elsewhere, one is stored.
 */
export class Progress {
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #options: ProgressOptions
  /** Of the last entry that was handled, and of the last one that is stored. */
  #position = 0
  #stored = -1
  /** Whether what is stored has to be read before anything else. */
  #isUnsure = true
  /** Entries that were handled and have statements. */
  #unsaved: readonly Unsaved[] = []
  /** When the first one that is not stored was handled, in monotonic time. */
  #since = 0
  /** Entries that are stored one by one: it was not known which of them failed, or it is to be seen whether it does again. */
  #apart = { from: 0, to: -1 }
  /** `seq` of the entry within whose statements the connection was lost last. */
  #suspect: number | null = null
  /** Resolves when what was begun before has ended. */
  #idle: Promise<unknown> = Promise.resolve()

  constructor(reader: Reader, writer: Writer, options: ProgressOptions) {
    this.#reader = reader
    this.#writer = writer
    this.#options = options
  }

  get position(): number {
    return this.#position
  }

  /** `seq` of the last entry that is stored as handled. */
  get stored(): number {
    return this.#stored
  }

  /** Whether what was handled should be stored now, and not at the end of its page. */
  get isDue(): boolean {
    if (this.#position === this.#stored) return false
    if (this.#unsaved.some(this.#isApart)) return true
    const bytes = this.#unsaved.reduce((sum, one) => sum + one.bytes, 0)
    return bytes >= BYTES || performance.now() - this.#since >= WAIT_MS
  }

  /**
   * The entry after `before` was handled. False if the position is not there any more: the entry is to be handed over
   * again, or another process has handled it.
   */
  handled(before: number, entry: AuditEntry, { statements, bytes }: EntryAlso): boolean {
    if (this.#isUnsure || this.#position !== before) return false
    if (before === this.#stored) this.#since = performance.now()
    this.#position = entry.seq
    if (statements.length > 0) this.#unsaved = [...this.#unsaved, { entry, statements, bytes }]
    return true
  }

  /**
   * Reads what is stored; what was handled after it is forgotten, and will be handed over again.
   * @throws PositionAheadError if the trail does not reach it
   */
  async read(): Promise<void> {
    return this.#inLine(() => this.#read())
  }

  /**
   * Stores what was handled. False if another process had moved the position: it is then where that one put it.
   * @throws EntryFailed; or what kept the store from it: then it is tried again at the next call
   */
  async save(): Promise<boolean> {
    return this.#inLine(() => this.#save())
  }

  async #inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#idle.then(work)
    this.#idle = done.catch(() => undefined)
    return done
  }

  async #read(): Promise<void> {
    this.#isUnsure = true
    const { name, from } = this.#options
    for (;;) {
      const positions = await this.#reader.positions()
      const found = positions.find((one) => one.name === name)
      const { seq } = await this.#reader.head()
      const to = found?.seq ?? (from === 'end' ? seq : from)
      if (to > seq) throw await positionAhead(this.#reader, { after: to, seq })
      if (found !== undefined) return this.#isAt(to)
      const isFirst = await this.#writer.movePosition({ name, from: null, to, carried: [] })
      if (isFirst) return this.#isAt(to)
    }
  }

  #isAt(seq: number): void {
    this.#unsaved = []
    this.#position = this.#stored = seq
    this.#isUnsure = false
  }

  async #save(): Promise<boolean> {
    let failed: EntryFailed | null = null
    while (!this.#isUnsure && this.#position !== this.#stored) {
      const some = this.#next
      try {
        this.#isUnsure = !(await this.#move(some))
      } catch (error) {
        failed = this.#failed(some, error) ?? failed
      }
    }
    const isMine = !this.#isUnsure
    if (!isMine) await this.#read()
    if (failed === null || this.#position >= failed.entry.seq) return isMine
    throw failed
  }

  /** What one transaction takes. */
  get #next(): readonly Unsaved[] {
    const apart = this.#unsaved.findIndex(this.#isApart)
    return apart < 0 ? this.#unsaved : this.#unsaved.slice(0, Math.max(1, apart))
  }

  readonly #isApart = ({ entry: { seq } }: Unsaved): boolean =>
    seq >= this.#apart.from && seq <= this.#apart.to

  /** Stores the first entries with statements, and what was handled between and, if these are all, after them. */
  async #move(some: readonly Unsaved[]): Promise<boolean> {
    const isAll = some.length === this.#unsaved.length
    const to = isAll ? this.#position : some.at(-1)!.entry.seq
    const carried = some.map(({ statements }, place) => ({ place, statements }))
    const { name } = this.#options
    const isMoved = await this.#writer.movePosition({ name, from: this.#stored, to, carried })
    if (!isMoved) return false
    this.#stored = to
    this.#since = performance.now()
    this.#unsaved = this.#unsaved.slice(some.length)
    return true
  }

  /** Prepares the next try; an entry whose fault it is, and those after it, are left out of it. @throws what forbids one now */
  #failed(some: readonly Unsaved[], error: unknown): EntryFailed | null {
    if (!(error instanceof StoreFailure)) throw error
    if (error.outcome === 'unknown') this.#isUnsure = true
    const fault = error instanceof CarriedFailed ? error.faults[0] : this.#loss(some, error)
    if (fault !== undefined) return this.#goBack(some, fault)
    if (!(error instanceof CarriedFailed) || some.length === 1) throw error
    // Of several it is not known whose fault it is.
    this.#apart = { from: some[0]!.entry.seq, to: some.at(-1)!.entry.seq }
    return null
  }

  /**
   * The fault of an entry that was stored for itself, if its statements lose the connection again. Of several it is
   * not known which one did.
   */
  #loss(some: readonly Unsaved[], failure: StoreFailure): CarriedFault | undefined {
    if (!failure.isLostInCarried) return undefined
    const { seq } = some[0]!.entry
    this.#apart = { from: seq, to: some.at(-1)!.entry.seq }
    if (some.length > 1) return undefined
    const isAgain = seq === this.#suspect
    this.#suspect = seq
    return isAgain ? lossWithin(failure, 0) : undefined
  }

  #goBack(some: readonly Unsaved[], fault: CarriedFault): EntryFailed {
    const { entry } = some[fault.place]!
    this.#apart = { from: entry.seq, to: entry.seq }
    this.#unsaved = some.slice(0, fault.place)
    this.#position = entry.seq - 1
    return new EntryFailed(entry, fault)
  }
}

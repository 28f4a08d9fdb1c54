import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { SqlStatement } from '../../model/also.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import { PositionAheadError } from '../../model/errors.ts'
import { backOffMs, type BackOff } from '../../model/back-off.ts'
import { checkFunction, checkOptions, checkText, invalid, LIMITS } from '../../model/limits.ts'
import { LONGEST_TIMER_MS } from '../../model/longest-timer.ts'
import type { Reader, Writer } from '../../store/store.ts'
import { carriesNone, EntryAlso } from '../also/also.ts'
import type { Consumer, ConsumerOptions, HandlerContext } from '../inventory.ts'
import { EntryFailed, Progress } from './progress.ts'
import type { Notifier } from '../notifier.ts'
import { positionAhead } from '../position-ahead.ts'

const PAGE = 200
const POLL_MS = 1000
/** How often a process that does not lead looks whether it may. */
const LEAD_MS = 2000
const BACK_OFF: BackOff = { firstMs: 100, longestMs: 30_000 }
/** After this many failures in a row, some 3 s, the store's are reported, once. */
const STANDS_STILL = 6

const STOP_WITHIN_MS = 10_000

const KNOWN: ReadonlySet<string> = new Set<keyof ConsumerOptions>([
  'name',
  'from',
  'onError',
  'stopWithinMs',
])

export type Handle = (entry: AuditEntry, context: HandlerContext) => void | Promise<void>

/** What consumers of one inventory share. */
export interface ConsumerParts {
  readonly writer: Writer
  readonly notifier: Notifier
  readonly warn: (warning: Error) => void
}

/** In the asynchronous context of a handler: the entry that it was handed. */
const handling = new AsyncLocalStorage<AuditEntry>()

/**
 * A named reader of the trail whose position outlives the process: every entry is handed over in
 * order, at least once, by one process at a time. A handler that throws gets the same entry again
 * after a pause that doubles. What it hands to `also` is stored together with the position: exactly once.
 *
 * Stopping waits for the entry in hand, but not for ever, and never for the handler that asks for it. It ends by itself,
 * with a warning, if the trail does not reach its position any more: going on would skip entries.
 */
export class TrailConsumer implements Consumer {
  readonly name: string
  readonly #stopWithinMs: number
  readonly #onError: ConsumerOptions['onError']
  readonly #handle: Handle
  readonly #reader: Reader
  readonly #parts: ConsumerParts
  readonly #stop = new AbortController()
  /** Aborts when nobody waits for the handler any more. */
  readonly #late = new AbortController()
  /** Resolves when a handler stops its own consumer. */
  readonly #stoppedWithin = Promise.withResolvers<'within'>()
  #stopped: Promise<void> | null = null
  #failure: PositionAheadError | null = null
  #onEnd = (): void => undefined
  /** The entry that the handler is at work on. */
  #inHand: AuditEntry | null = null
  /** The last error that `#tell` has told of. */
  #told: unknown = null
  readonly #progress: Progress
  #running: Promise<void> = Promise.resolve()
  #over: Promise<void> = Promise.resolve()

  constructor(reader: Reader, parts: ConsumerParts, options: ConsumerOptions, handle: Handle) {
    checkOptions(options, KNOWN)
    const { name, from = 0, stopWithinMs = STOP_WITHIN_MS, onError } = options
    checkText(name, 'name', LIMITS.idLength)
    if (from !== 'end' && (!Number.isSafeInteger(from) || from < 0)) {
      throw invalid('from', "must be a whole number, 0 or more, or 'end'")
    }
    if (!Number.isInteger(stopWithinMs) || stopWithinMs < 0 || stopWithinMs > LONGEST_TIMER_MS) {
      throw invalid('stopWithinMs', `must be a whole number from 0 to ${LONGEST_TIMER_MS}`)
    }
    if (onError !== undefined) checkFunction(onError, 'onError')
    checkFunction(handle, 'handle')
    this.name = name
    this.#stopWithinMs = stopWithinMs
    this.#onError = onError
    this.#handle = handle
    this.#reader = reader
    this.#parts = parts
    this.#progress = new Progress(reader, parts.writer, { name, from })
  }

  get position(): number {
    return this.#progress.position
  }

  get failure(): PositionAheadError | null {
    return this.#failure
  }

  /**
   * `onEnd`: it hands over no more entries, and nobody waits for its handler. `onOver`, which must not fail: its handler
   * has ended, too, and what it gave to `also` is stored.
   */
  async start(onEnd: () => void, onOver: () => Promise<void>): Promise<this> {
    await this.#progress.read()
    this.#onEnd = onEnd
    this.#running = this.#run().then(onEnd)
    this.#over = this.#running.then(onOver)
    return this
  }

  stop(): Promise<void> {
    this.#stop.abort()
    if (this.#inHand !== null && handling.getStore() === this.#inHand)
      this.#stoppedWithin.resolve('within')
    this.#stopped ??= this.#finish()
    return this.#stopped
  }

  async #finish(): Promise<void> {
    const stopWithinMs = this.#stopWithinMs
    const inTime = new AbortController()
    const late = pause(stopWithinMs, 'late' as const, { signal: inTime.signal })
    const ended = this.#running.then(() => 'ended' as const)
    const how = await Promise.race([ended, this.#stoppedWithin.promise, late])
    inTime.abort()
    if (how === 'ended') return this.#over
    // Of the entries before the one in hand.
    const saved = this.#save().catch(() => undefined)
    if (how === 'late') {
      this.#late.abort(new Error(`the consumer ${this.name} was stopped`))
      const what = `the consumer ${this.name} was stopped in the middle of an entry, after ${stopWithinMs} ms`
      this.#parts.warn(new Error(`${what}: it will be handed over again`))
      this.#onEnd()
    }
    await saved
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let failures = 0
    let leads = false
    while (!signal.aborted) {
      const { stored } = this.#progress
      const { notifier } = this.#parts
      const { times } = notifier
      try {
        const led = leads
        leads = await this.#parts.writer.lead(this.name)
        if (!leads) {
          await this.#pause(LEAD_MS)
          continue
        }
        // Another process led meanwhile: go on where it stopped.
        if (!led) await this.#progress.read()
        if ((await this.#handleSome()) === 0) await notifier.wait(times, POLL_MS, signal)
        failures = 0
      } catch (error) {
        if (error instanceof PositionAheadError) return this.#end(error)
        // A store that cannot be read or written now may be later.
        failures = this.#progress.stored > stored ? 1 : failures + 1
        if (error !== this.#told && failures === STANDS_STILL) this.#warnOf('cannot go on', error)
        await this.#pause(backOffMs(BACK_OFF, failures))
      }
    }
  }

  /** However much is written meanwhile. */
  async #pause(ms: number): Promise<void> {
    const how = { signal: this.#stop.signal, ref: false }
    await pause(ms, undefined, how).catch(() => undefined)
  }

  #end(why: PositionAheadError): void {
    this.#failure = why
    this.#stop.abort()
    this.#parts.warn(
      new Error(`the consumer ${this.name} has ended: ${why.message}`, { cause: why }),
    )
  }

  /** Returns how many entries there were to handle. */
  async #handleSome(): Promise<number> {
    // What could not be stored before.
    await this.#save()
    const after = this.position
    const page = await this.#reader.entries({ afterSeq: after, limit: PAGE })
    const { scannedTo: seq } = page
    if (seq < after) throw await positionAhead(this.#reader, { after, seq })
    for (const entry of page.rows) {
      if (this.#stop.signal.aborted || !(await this.#handleOne(entry))) break
    }
    await this.#save()
    return page.rows.length
  }

  /** False if the entries after it are not to be handled now. */
  async #handleOne(entry: AuditEntry): Promise<boolean> {
    const before = this.position
    const also = new EntryAlso()
    try {
      await this.#hand(entry, also)
    } catch (error) {
      // Of the entries before it.
      await this.#save()
      throw error
    }
    if (this.#late.signal.aborted || !this.#progress.handled(before, entry, also)) return false
    return !this.#progress.isDue || this.#save()
  }

  async #hand(entry: AuditEntry, also: EntryAlso): Promise<void> {
    this.#inHand = entry
    const context = this.#contextOf(also)
    try {
      await handling.run(entry, async () => this.#handle(entry, context))
    } catch (error) {
      this.#told = error
      if (!this.#late.signal.aborted) void this.#tell(error, entry)
      throw error
    } finally {
      also.end()
      this.#inHand = null
    }
  }

  /** Why an entry is handed over again. Nobody else would hear of it, so it is a warning if there is no `onError`. */
  async #tell(error: unknown, entry: AuditEntry): Promise<void> {
    const failed = (what: string, cause: unknown): void =>
      this.#warnOf(`goes on later: ${what} failed at entry ${entry.seq}`, cause)
    if (this.#onError === undefined) return failed('it', error)
    try {
      // It may be async, whatever its type says.
      const told: unknown = this.#onError(error, entry)
      await told
    } catch (cause) {
      failed('onError', cause)
    }
  }

  #warnOf(what: string, cause: unknown): void {
    const message = `the consumer ${this.name} ${what}: ${textOf(cause)}`
    this.#parts.warn(new Error(message, { cause }))
  }

  #contextOf(own: EntryAlso): HandlerContext {
    const carries = this.#parts.writer.carry !== null
    const also = (statement: SqlStatement): void => {
      if (!carries) throw carriesNone()
      own.add(statement)
    }
    return { signal: this.#late.signal, also }
  }

  /** False if another process had gone on. */
  async #save(): Promise<boolean> {
    try {
      return await this.#progress.save()
    } catch (error) {
      if (error instanceof EntryFailed) {
        this.#told = error
        void this.#tell(error.reason, error.entry)
      }
      throw error
    }
  }
}

/** Whatever a handler may throw. */
function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return 'it has no text'
  }
}

import type { LevelId } from '../../model/level-counts.ts'
import { checkCommand, checkList } from '../../model/commands/check.ts'
import type { Command, ListedCommand, Verb } from '../../model/commands/commands.ts'
import type { AsOf } from '../../model/commands/fields/as-of.ts'
import { COMMON, type Common } from '../../model/commands/fields/of-every-command.ts'
import { InventoryError } from '../../model/errors.ts'
import { ownCopy } from '../../model/own-copy.ts'
import { jsonBytes } from '../../model/json-bytes.ts'
import {
  checkObject,
  checkFunction,
  checkOptions,
  checkSignal,
  checkText,
  invalid,
  LIMITS,
} from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { scopedKey } from '../../store/key-scope.ts'
import type { Books } from '../../rules/as-of.ts'
import type { DocumentChange } from '../../store/store.ts'
import type { CallOptions } from '../inventory.ts'
import type { Job } from './job.ts'
import type { Committer } from './committer.ts'
import { carriesNone, ownAlso, type Also } from '../also/also.ts'
import { ownDocuments } from './documents.ts'
import { Waiting } from './queue.ts'
import { ENTRY_BYTES, trailBytes } from './trail-bytes.ts'

/** The most commands in one batch, those inside `atomically` included: more would delay everybody else. */
const BATCH_WEIGHT = 10_000

const NO_DOCUMENTS: readonly DocumentChange[] = []

type BooksAsOf = (place: LevelId, asOf: AsOf) => Promise<Books>

/** Where commands come in: they are checked, get a deadline, and go into the queue. */
export class Intake {
  readonly #committer: Committer | null
  readonly #timeoutMs: number
  #closed = false
  #watch: NodeJS.Timeout | null = null

  readonly #booksAsOf: BooksAsOf

  constructor(committer: Committer | null, timeoutMs: number, booksAsOf: BooksAsOf) {
    this.#committer = committer
    this.#booksAsOf = booksAsOf
    this.#timeoutMs = timeoutMs
  }

  /** Refuses everything from now on, and resolves once all accepted commands are answered. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#committer?.idle()
    if (this.#watch !== null) clearInterval(this.#watch)
  }

  /** `verb` is used if the command has none. */
  execute(given: unknown, wishes?: CallOptions, verb?: Verb): Promise<unknown> {
    let command: unknown
    let job: CommandJob
    let options: OwnOptions
    let weight: Weight
    try {
      // A getter of the caller's may throw here.
      command = ownCopy(given, verb)
      checkCommand(command)
      options = ownOptions(wishes)
      job = commandJob(command, options)
      weight = this.#weightOf(command)
      mustFit(weight.bytes, 'command')
    } catch (error) {
      return Promise.reject(error as Error)
    }
    if (!isAsOf(job.command)) return this.#submit(job, weight, options)
    return this.#lookedUp(job, options).then((found) => this.#submit(found, weight, options))
  }

  /** Adds the counts at `asOf` to a count. Looking them up later, in the batch, would take too long. */
  async #lookedUp(
    job: CommandJob,
    options: OwnOptions,
    until: number = performance.now() + (options.timeoutMs ?? this.#timeoutMs),
  ): Promise<CommandJob> {
    const { command } = job
    const expected = (one: ListedCommand) => this.#expected(one, until, options.signal)
    if (command.verb !== 'atomically')
      return { ...job, decided: { ...command, ...(await expected(command)) } }
    const commands: ListedCommand[] = []
    for (const [index, inner] of command.commands.entries()) {
      try {
        commands.push({ ...inner, ...(await expected(inner)) })
      } catch (error) {
        throw error instanceof InventoryError ? error.at(index) : error
      }
    }
    return { ...job, decided: { ...command, commands } }
  }

  async #expected(
    command: ListedCommand,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<Partial<Books>> {
    if (command.verb !== 'countStock' || command.asOf === undefined) return {}
    signal?.throwIfAborted()
    if (performance.now() > until)
      throw new OperationalError('TIMEOUT', 'the command waited too long; it was not executed')
    return await this.#booksAsOf(command, command.asOf)
  }

  async batch(given: unknown, wishes?: CallOptions): Promise<unknown> {
    const batch = ownCopy(given)
    checkBatch(batch)
    const { commands: list, idempotencyKey, ...common } = batch
    const options = ownOptions(wishes)
    const weight = { commands: 0, bytes: 0 }
    const jobs = list.map((command, index) => {
      try {
        // What it has from the list was checked there, once: metadata may be 50 KB.
        checkCommand(command)
        const whole: Command = { ...common, ...command }
        // One key has one answer: the list's would replace the command's.
        if (whole.idempotencyKey !== undefined && whole.idempotencyKey === idempotencyKey)
          throw invalid('idempotencyKey', 'is also the key of the whole list')
        const { commands, bytes } = this.#weightOf(whole)
        weight.commands += commands
        weight.bytes += bytes
        return commandJob(whole, { ...options, documents: NO_DOCUMENTS, also: null })
      } catch (error) {
        throw error instanceof InventoryError ? error.at(index) : error
      }
    })
    if (weight.commands > BATCH_WEIGHT)
      throw invalid('commands', `must have at most ${BATCH_WEIGHT} in total`)
    mustFit(weight.bytes, 'commands')
    const until = performance.now() + (options.timeoutMs ?? this.#timeoutMs)
    for (const [index, one] of jobs.entries()) {
      if (!isAsOf(one.command)) continue
      try {
        jobs[index] = await this.#lookedUp(one, options, until)
      } catch (error) {
        throw error instanceof InventoryError ? error.at(index) : error
      }
    }
    const key = scoped(idempotencyKey, options)
    const { documents, also } = options
    const job: Job = { kind: 'batch', jobs, key, command: batch, documents, also }
    return this.#submit(job, weight, options)
  }

  #weightOf(command: Command): Weight {
    const commands = command.verb === 'atomically' ? command.commands.length : 1
    // Only a committer executes commands; without one all are refused.
    const warehouses = this.#committer?.state.warehouses.size ?? 1
    return { commands, bytes: trailBytes(command, warehouses) }
  }

  /** A job of the engine itself, which writes about `bytes`. Default: one entry. */
  internal(
    decision: Extract<Job, { kind: 'internal' }>['decision'],
    how: { actor?: string | null; options?: CallOptions | undefined; bytes?: number } = {},
  ): Promise<unknown> {
    const { actor = null, bytes = ENTRY_BYTES } = how
    const options = ownOptions(how.options)
    const { documents, also } = options
    const job: Job = { kind: 'internal', decision, actor, documents, also }
    return this.#submit(job, { commands: 1, bytes }, options)
  }

  /** Sets a document if its value is `expected`, and resolves with its value afterwards. */
  async setDocument(document: DocumentChange, expected: string | null): Promise<string | null> {
    const job: Job = { kind: 'document', document, expected, documents: [], also: null }
    const bytes = ENTRY_BYTES + documentBytes([document])
    const answer = await this.#submit(job, { commands: 1, bytes }, NO_OPTIONS)
    return (answer as { readonly value: string | null }).value
  }

  /** Deletes the keys of commits up to `through`. */
  async forgetKeys(through: number): Promise<void> {
    const job: Job = { kind: 'forget', through, documents: [], also: null }
    await this.#submit(job, { commands: 1, bytes: ENTRY_BYTES }, NO_OPTIONS)
  }

  #submit(job: Job, weight: Weight, options: OwnOptions): Promise<unknown> {
    const committer = this.#committer
    if (this.#closed)
      return Promise.reject(new OperationalError('STORE_CLOSED', 'the inventory is closed'))
    if (committer === null) {
      return Promise.reject(
        new OperationalError('STORE_READ_ONLY', 'the inventory was opened for reading only'),
      )
    }
    const { signal } = options
    return new Promise((resolve, reject) => {
      const bytes = weight.bytes + documentBytes(job.documents)
      mustFit(bytes, 'documents')
      const { also } = job
      if (also !== null && !committer.carries) throw carriesNone()
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const deadline = performance.now() + (options.timeoutMs ?? this.#timeoutMs)
      const item = new Waiting<Job>({
        ...{ job, weight: weight.commands, deadline, resolve, reject, also },
        bytes: also === null ? bytes : bytes + also.canonical.length,
        onReplay: options.onReplay,
      })
      // Before it enters the queue: with an invalid signal it must not be executed later.
      if (signal !== undefined) {
        const leave = (): void => committer.queue.leave(item, signal.reason)
        const listen = (): void => signal.addEventListener('abort', leave, { once: true })
        listen()
        item.listen = () => (signal.aborted ? leave() : listen())
        item.unlisten = () => signal.removeEventListener('abort', leave)
      }
      try {
        committer.queue.push(item)
      } catch (error) {
        item.unlisten?.()
        reject(error as Error)
        return
      }
      this.#watch ??= setInterval(() => committer.queue.expire(performance.now()), 500).unref()
      committer.wake()
    })
  }
}

/** What a job costs others: its number of commands, and about how much they write. */
interface Weight {
  readonly commands: number
  readonly bytes: number
}

/** @throws InvalidInputError */
function mustFit(bytes: number, field: string): void {
  if (bytes <= LIMITS.commandBytes) return
  const most = `at most ${LIMITS.commandBytes} bytes into the trail`
  throw invalid(field, `must write ${most}, metadata once per entry; these are ${bytes}`)
}

function documentBytes(documents: readonly DocumentChange[]): number {
  let bytes = 0
  for (const { name, value } of documents)
    bytes += jsonBytes(name) + (value === null ? 0 : jsonBytes(value))
  return bytes
}

type CommandJob = Extract<Job, { kind: 'command' }>

function isAsOf(command: Command): boolean {
  return command.verb === 'atomically'
    ? command.commands.some((inner) => inner.verb === 'countStock' && inner.asOf !== undefined)
    : command.verb === 'countStock' && command.asOf !== undefined
}

function commandJob(command: Command, options: OwnOptions): CommandJob {
  const key = scoped(command.idempotencyKey, options)
  const { documents, also } = options
  return { kind: 'command', command, decided: command, key, documents, also }
}

function scoped(key: string | undefined, { scope }: OwnOptions): string | null {
  return key === undefined ? null : scopedKey(scope, key)
}

/** The options of a call, read once and checked. The caller's object is not read again. */
interface OwnOptions {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
  readonly scope: string
  readonly onReplay: (() => void) | undefined
  readonly documents: readonly DocumentChange[]
  readonly also: Also | null
}

const NO_OPTIONS: OwnOptions = {
  signal: undefined,
  timeoutMs: undefined,
  scope: '',
  onReplay: undefined,
  documents: NO_DOCUMENTS,
  also: null,
}

const OPTIONS: ReadonlySet<string> = new Set(Object.keys(NO_OPTIONS))

/** @throws InvalidInputError */
function ownOptions(wishes: CallOptions | undefined): OwnOptions {
  if (wishes === undefined) return NO_OPTIONS
  checkOptions(wishes, OPTIONS)
  const { signal, timeoutMs, scope = '', onReplay, documents, also } = wishes
  if (scope !== '') checkText(scope, 'scope', LIMITS.keyLength)
  checkSignal(signal)
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0))
    throw invalid('timeoutMs', 'must be a number of milliseconds, 0 or more')
  if (onReplay !== undefined) checkFunction(onReplay, 'onReplay')
  return {
    signal,
    timeoutMs,
    scope,
    onReplay,
    documents: documents === undefined ? NO_DOCUMENTS : ownDocuments(documents),
    also: also === undefined ? null : ownAlso(also),
  }
}

interface CheckedBatch extends Common {
  readonly commands: readonly object[]
}

function checkBatch(batch: unknown): asserts batch is CheckedBatch {
  checkObject(batch, 'batch')
  const { commands, ...common } = batch
  for (const field in common)
    if (!Object.hasOwn(COMMON, field)) throw invalid(field, 'is not a field of batch')
  checkList(commands, 'commands')
  for (const [name, { check }] of Object.entries(COMMON))
    if (common[name] !== undefined) check(common[name], name)
  // Not `forEach`, which skips the holes of a list.
  for (const [index, command] of commands.entries()) checkObject(command, `commands[${index}]`)
}

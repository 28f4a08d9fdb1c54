import type { LevelId } from '../../model/level-counts.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import type * as c from '../../model/commands/commands.ts'
import { jsonBytes } from '../../model/json-bytes.ts'
import {
  checkFunction,
  checkObject,
  checkOptions,
  checkSignal,
  checkText,
  invalid,
  LIMITS,
  ownSignal,
} from '../../model/limits.ts'
import { ownCopy } from '../../model/own-copy.ts'
import { ownDocuments, readDocument } from '../write/documents.ts'
import { checkListener } from '../../rules/alert.ts'
import { checkReorder, type ReorderStrategy } from '../../rules/reorder.ts'
import {
  checkChanges,
  patchedWarehouse,
  plainWarehouse,
  warehouseRecord,
  type WarehouseChanges,
  type WarehouseOptions,
  type WarehouseRecord,
} from '../../model/warehouse-record.ts'
import { commandMethods } from '../../model/commands/methods.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type {
  DocumentChange,
  Head,
  OpenStore,
  Reader,
  StoredDocument,
  Writer,
} from '../../store/store.ts'
import type { TransactionClient } from '../../store/transaction-client.ts'
import type { Handle } from '../follow/consumer.ts'
import { Consumers } from '../follow/consumers.ts'
import { audit, feed } from '../read/feed.ts'
import { Answers } from '../write/answers.ts'
import { Intake } from '../write/intake.ts'
import type * as api from '../inventory.ts'
import { inTransaction } from './in-transaction.ts'
import { Works } from './works.ts'
import type { Committer, CommitterOptions } from '../write/committer.ts'
import { CurrentWarehouses } from '../follow/current-warehouses.ts'
import { alerting, reordering, type FindWarehouse, type PlaceOrder } from '../follow/low-stock.ts'
import { KEEP_KEYS_MS, TIMEOUT_MS, type InventoryOptions } from './options.ts'
import { booksAsOf, explain, stockAt } from '../read/past.ts'
import { Reads } from '../read/reads.ts'
import { Indexer } from '../follow/indexer.ts'
import { Sweeper } from '../follow/sweeper.ts'
import { ENTRY_BYTES } from '../write/trail-bytes.ts'
import { verify } from '../proof/verify.ts'
import type { Effect, Reading } from '../../rules/decision.ts'
import { keepWarehouse } from '../../rules/decide/warehouses.ts'
import { mustKeep } from './warehouses.ts'
import { HEARD_MS, type Time } from '../clock/time.ts'
import type { Notifier } from '../notifier.ts'

const OF_A_BACKUP: ReadonlySet<string> = new Set(['onProgress', 'signal'])

type WarehouseDecision = (read: Reading) => Effect<object>

/** For an inventory that writes nothing. */
const NONE = new Answers()

export interface OpenParts {
  readonly open: OpenStore
  /** null if it was opened read-only. */
  readonly committer: Committer | null
  readonly committerOptions: Omit<CommitterOptions, 'writer'>
  /** The newest durable head that is known. */
  readonly known: () => Head
  readonly notifier: Notifier
  readonly time: Time
  readonly options: InventoryOptions
  readonly warn: (warning: Error) => void
}

/** An open inventory: commands go to the committer, reads to the store's reader. */
export class OpenInventory extends commandMethods<api.CallOptions>() implements api.Inventory {
  readonly #parts: OpenParts
  readonly #intake: Intake
  readonly #reads: Reads
  readonly #now: () => Promise<number>
  readonly #sweeper: Sweeper | null
  readonly #indexer: Indexer | null
  readonly #consumers: Consumers
  readonly #works = new Works()
  readonly #unwatch: (() => void) | null
  #closing: Promise<void> | null = null

  constructor(parts: OpenParts) {
    super()
    this.#parts = parts
    const { open, committer, options, time, warn, notifier } = parts
    this.#intake = new Intake(committer, options.timeoutMs ?? TIMEOUT_MS, async (place, asOf) =>
      booksAsOf(this.#reader, place, asOf, await this.#now()),
    )
    // A clock that runs behind the trail does not revive expired holds.
    this.#now = async () => {
      await time.refresh(HEARD_MS)
      return Math.max(committer?.state.head.at ?? 0, time.now())
    }
    this.#reads = new Reads(open.reader, this.#now)
    this.#consumers = new Consumers(open.writer, notifier, warn)
    const everyMs = options.sweepMs ?? 1000
    this.#unwatch = open.writer?.watch?.(() => notifier.notify()) ?? null
    this.#sweeper =
      open.writer === null || everyMs === 0
        ? null
        : new Sweeper({
            writer: open.writer,
            now: this.#now,
            everyMs,
            keepKeysMs: options.keepKeysMs ?? KEEP_KEYS_MS,
            submit: async (decisions) => {
              await Promise.all(decisions.map((decision) => this.#intake.internal(decision)))
            },
            forgetKeys: (through) => this.#intake.forgetKeys(through),
            onWarning: warn,
          })
    const { writer, postings } = open
    this.#indexer =
      writer === null || postings === null
        ? null
        : new Indexer({ writer, postings, head: parts.known, onWarning: warn })
  }

  /** After each commit. */
  committed(): void {
    this.#indexer?.committed()
  }

  get readOnly(): boolean {
    return this.#parts.committer === null || this.#parts.committer.readOnly !== null
  }

  get #reader(): Reader {
    if (this.#closing !== null)
      throw new OperationalError('STORE_CLOSED', 'the inventory is closed')
    return this.#parts.open.reader
  }

  get #writer(): Writer {
    const { writer } = this.#parts.open
    if (writer !== null) return writer
    throw new OperationalError('STORE_READ_ONLY', 'the inventory was opened for reading only')
  }

  protected override perform(
    verb: c.SingleVerb,
    command: object,
    options?: api.CallOptions,
  ): Promise<unknown> {
    return this.#intake.execute(command, options, verb)
  }
  atomically<const Commands extends readonly c.ListedCommand[]>(
    command: c.Atomically<Commands>,
    options?: api.CallOptions,
  ): Promise<c.AtomicAnswer<Commands>> {
    return this.#intake.execute(command, options, 'atomically') as Promise<c.AtomicAnswer<Commands>>
  }
  execute<const C extends c.Command>(
    command: C,
    options?: api.CallOptions,
  ): Promise<c.AnswerTo<C>> {
    return this.#intake.execute(command, options) as Promise<c.AnswerTo<C>>
  }
  batch<const Commands extends readonly c.Command[]>(
    command: c.Batch<Commands>,
    options?: api.CallOptions,
  ): Promise<api.BatchResult<Commands>> {
    return this.#intake.batch(command, options) as Promise<api.BatchResult<Commands>>
  }

  async inTransaction<T>(
    client: TransactionClient,
    work: (own: api.OwnInventory) => T | Promise<T>,
    options?: api.InTransactionOptions,
  ): Promise<T> {
    void this.#reader
    return inTransaction({ ...this.#parts, works: this.#works }, client, work, options)
  }

  async stock(place: LevelId): Promise<api.StockAnswer> {
    void this.#reader
    return this.#reads.stock(place)
  }
  async listStock(filter?: api.StockFilter): ReturnType<Reads['listStock']> {
    void this.#reader
    return this.#reads.listStock(filter)
  }
  async getReservation(query: { reservationId: string }): Promise<api.ReservationAnswer> {
    void this.#reader
    return this.#reads.getReservation(query)
  }
  async listReservations(filter?: api.ReservationFilter): ReturnType<Reads['listReservations']> {
    void this.#reader
    return this.#reads.listReservations(filter)
  }
  async getTransfer(query: { transferId: string }): Promise<api.TransferAnswer> {
    void this.#reader
    return this.#reads.getTransfer(query)
  }
  async listTransfers(filter?: api.TransferFilter): ReturnType<Reads['listTransfers']> {
    void this.#reader
    return this.#reads.listTransfers(filter)
  }
  async listWarehouses(): Promise<api.ListPage<api.WarehouseView>> {
    void this.#reader
    return this.#reads.listWarehouses()
  }
  audit(filter?: api.AuditFilter): AsyncIterable<AuditEntry> {
    return audit(this.#reader, filter)
  }
  feed(filter?: api.FeedFilter): AsyncIterable<AuditEntry> {
    return feed(this.#reader, this.#parts.notifier, filter)
  }
  async consumers(): Promise<readonly api.ConsumerPosition[]> {
    const positions = await this.#reader.positions()
    return positions.map(({ name, seq }) => ({ name, position: seq }))
  }
  async forgetConsumer(name: string): Promise<boolean> {
    return this.#consumers.forget(this.#reader, name)
  }
  async stockAt(
    query: LevelId & { time: number },
    options?: api.ReadOptions,
  ): Promise<api.PastStockAnswer> {
    const answer = await stockAt(this.#reader, query, ownSignal(options))
    // A warehouse that is closed now had counts then.
    if (answer.onHand === 0) await this.#reads.mustKnow(answer.warehouseId, { evenClosed: true })
    return answer
  }
  async explain(
    query: LevelId & { limit?: number | undefined },
    options?: api.ReadOptions,
  ): Promise<api.Explanation> {
    const answer = await explain(this.#reader, query, this.#now, ownSignal(options))
    if (answer.entries.length === 0) await this.#reads.mustKnow(answer.warehouseId)
    return answer
  }
  async verify(options?: api.VerifyOptions): Promise<api.Verdict> {
    return verify(this.#reader, options)
  }
  async head(): Promise<api.Remembered & { readonly at: number; readonly commit: number }> {
    const { seq, hash, at, commit } = await this.#reader.head()
    return { seq, hash, at, commit }
  }
  async document(name: string): Promise<string | null> {
    return readDocument(this.#reader, name)
  }
  async documents(prefix: string): Promise<readonly StoredDocument[]> {
    if (prefix !== '') checkText(prefix, 'prefix', LIMITS.keyLength)
    return this.#reader.documents(prefix)
  }
  async setDocuments(documents: readonly DocumentChange[]): Promise<void> {
    await this.#intake.internal(() => () => ({}), { options: { documents } })
  }
  async compareAndSetDocument(
    document: DocumentChange,
    expected: string | null,
  ): Promise<string | null> {
    const [own] = ownDocuments([document])
    if (expected !== null && typeof expected !== 'string')
      throw invalid('expected', 'must be a string or null')
    return this.#intake.setDocument(own!, expected)
  }
  async tryWrite(): Promise<void> {
    void this.#reader
    await this.#writer.tryWrite()
  }
  async storeBytes(): Promise<number | null> {
    return this.#reader.bytes()
  }
  async backup(path: string, options: api.BackupOptions = {}): Promise<void> {
    if (typeof path !== 'string' || path === '' || path.includes('\0'))
      throw invalid('path', 'must be the path of a file')
    checkOptions(options, OF_A_BACKUP)
    const { onProgress, signal } = options
    if (onProgress !== undefined) checkFunction(onProgress, 'onProgress')
    checkSignal(signal)
    signal?.throwIfAborted()
    const stop = new AbortController()
    const abort = (error: unknown): void => stop.abort(error)
    await this.#reader.backup(path, {
      // Thrown in the middle of the store's messages it would end the process.
      onProgress: (done) => {
        try {
          // It may be async, whatever its type says.
          const told: unknown = onProgress?.(done)
          Promise.resolve(told).catch(abort)
        } catch (error) {
          abort(error)
        }
      },
      signal: signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]),
    })
    stop.signal.throwIfAborted()
  }

  stats(): api.InventoryStats {
    const committer = this.#parts.committer
    return {
      queued: committer?.queue.weight ?? 0,
      ...(committer?.answers ?? NONE).read(),
      readOnly: this.readOnly,
      clock: this.#parts.time.stats(),
      entriesNotPosted: this.#indexer?.behind ?? null,
    }
  }

  async changeWarehouse(
    warehouse: WarehouseOptions,
    options?: api.CallOptions & { actor?: string | undefined },
  ): Promise<api.WarehouseView & c.Answered> {
    const record = warehouseRecord(warehouse)
    return this.#change(plainWarehouse(record), (read) => keepWarehouse(read, record), options)
  }

  async patchWarehouse(
    given: WarehouseChanges,
    options?: api.CallOptions & { actor?: string | undefined },
  ): Promise<api.WarehouseView & c.Answered> {
    const changes = ownCopy(given) as WarehouseChanges
    checkChanges(changes)
    const decision: WarehouseDecision = (read) =>
      keepWarehouse(read, patchedWarehouse(read.warehouse(changes.id), changes))
    return this.#change(changes, decision, options)
  }

  async #change(
    told: object,
    decision: WarehouseDecision,
    options: api.CallOptions & { actor?: string | undefined } = {},
  ): Promise<api.WarehouseView & c.Answered> {
    checkObject(options, 'options')
    const { actor, ...call } = options
    if (actor !== undefined) checkText(actor, 'actor', LIMITS.keyLength)
    // A list of thresholds may be as long as a list of commands, and no longer.
    const bytes = ENTRY_BYTES + jsonBytes(JSON.stringify(told))
    const how = { actor: actor ?? null, options: call, bytes }
    const answer = this.#intake.internal(decision, how)
    return (await answer) as api.WarehouseView & c.Answered
  }

  /** Updates the stored warehouses to the options, at every open. */
  async keepWarehouses(records: readonly WarehouseRecord[]): Promise<void> {
    await this.#intake.internal((read) => {
      mustKeep(read, records)
      // A warehouse closed by a command stays closed, whatever the options say.
      const open = records.filter(({ id }) => read.warehouses.get(id)?.closed !== true)
      const effects = open.map((record) => keepWarehouse(read, record))
      return (write) => {
        for (const effect of effects) effect(write)
        return {}
      }
    })
  }

  async consume(options: api.ConsumerOptions, handle: Handle): Promise<api.Consumer> {
    return this.#consumers.start(this.#reader, options, handle)
  }

  /** A new name starts at the end: alerts about years of past crossings would be useless. */
  async alerts(options: api.ConsumerOptions, listener: api.AlertListener): Promise<api.Consumer> {
    checkObject(options, 'options')
    checkListener(listener)
    return this.consume(
      { ...options, from: options.from ?? 'end' },
      alerting(listener, this.#currentWarehouses()),
    )
  }

  async reorder(
    options: api.ConsumerOptions,
    strategy: ReorderStrategy,
    place: PlaceOrder,
  ): Promise<api.Consumer> {
    checkObject(options, 'options')
    checkReorder(strategy, place)
    return this.consume(
      { ...options, from: options.from ?? 'end' },
      reordering(strategy, place, this.#currentWarehouses()),
    )
  }

  close(): Promise<void> {
    this.#works.leaveOut()
    if (this.#closing === null) this.#closing = this.#close()
    // In a handler that another caller's close is waiting for.
    else void this.#consumers.stop()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    // First stop accepting commands. Those already accepted are committed while the rest stops.
    const emptied = this.#intake.close()
    await this.#consumers.stop()
    await Promise.all([this.#sweeper?.stop(), this.#indexer?.stop()])
    await emptied
    const left = await this.#works.ended()
    if (left > 0)
      this.#parts.warn(new Error('the inventory is closed while an inTransaction is at work'))
    this.#unwatch?.()
    await this.#parts.open.close()
    // Feeds that wait would notice only when they look again, which keeps no process alive.
    this.#parts.notifier.notify()
  }

  /** Where other processes write too, the committer has not heard of what they have changed since its own last commit. */
  #currentWarehouses(): FindWarehouse {
    const { open, committer } = this.#parts
    if (open.writer?.headLock === null)
      return ({ warehouseId }) => committer?.state.warehouses.get(warehouseId)
    return new CurrentWarehouses(open.reader).of
  }
}

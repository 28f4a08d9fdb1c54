import type { Shortage } from '../rules/alert.ts'
import type { SqlStatement } from '../model/also.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type * as c from '../model/commands/commands.ts'
import type { PositionAheadError } from '../model/errors.ts'
import type { CommandMethods } from '../model/commands/methods.ts'
import type { FilterOf } from '../model/commands/lists.ts'
import type { DetailsOf, RefusalCode } from '../model/refusals.ts'
import type { Remembered } from '../model/remembered.ts'
import type { PurchaseOrder, ReorderStrategy } from '../rules/reorder.ts'
import type { Reservation } from '../model/reservation.ts'
import type { LevelCounts } from '../model/level-counts.ts'
import type { Transfer } from '../model/transfer.ts'
import type {
  WarehouseChanges,
  WarehouseOptions,
  WarehouseView,
} from '../model/warehouse-record.ts'
import type { DocumentChange, StoredDocument } from '../store/store.ts'
import type { TransactionClient } from '../store/transaction-client.ts'
import type { HistogramCounts } from './histogram.ts'
import type { ClockStats } from './clock/time.ts'

type Answered = c.Answered
export type { Remembered, WarehouseView }

/** Options of one call, apart from the command itself. */
export interface CallOptions {
  /** Aborting before the command's batch begins cancels it. Later it has no effect: the true outcome is returned. */
  readonly signal?: AbortSignal | undefined
  /**
   * How long the command may wait until its batch begins, in milliseconds; on PostgreSQL waiting for other processes
   * counts. Then it is refused with TIMEOUT, within half a second. Default: the inventory's `timeoutMs`.
   */
  readonly timeoutMs?: number | undefined
  /** Namespace of the idempotency key: the same key in two scopes is two keys. */
  readonly scope?: string | undefined
  /**
   * Called before the promise settles if the answer or refusal is that of an earlier call with the same idempotency
   * key. A refusal also says so itself, by `replayed`. What the callback throws is not caught.
   * @example
   * await inventory.reserve(line, { onReplay: () => console.log('answered before') })
   */
  readonly onReplay?: (() => void) | undefined
  /**
   * Written in the same transaction as the command's effect, and only if it is not refused.
   * @example
   * // an import says how far it is; after a crash it continues from `document('import')`
   * await inventory.addStock(line, { documents: [{ name: 'import', value: '17' }] })
   */
  readonly documents?: readonly DocumentChange[] | undefined
  /**
   * The shop's own SQL statements, run in order after the command's effect, in the same transaction: both happen, or
   * neither. At most 20, 1 MiB together. If a statement fails, only its own command is refused, with ALSO_FAILED. A
   * refused command runs none. PostgreSQL only: see docs/one-commit.md.
   * @example
   * import { made } from 'holdfast/sql'
   *
   * const text = 'INSERT INTO orders (id, reservation) VALUES ($1, $2)'
   * await inventory.sell(sale, { also: [{ text, values: ['A-17', made('reservationId')] }] })
   */
  readonly also?: readonly SqlStatement[] | undefined
}

/** Options of `inTransaction`. */
export interface InTransactionOptions {
  /**
   * How long the transaction may be idle once its first command has locked the inventory, in milliseconds: 1 to 10,000.
   * Then PostgreSQL closes the connection and rolls back. Default: 2,000. A shorter limit of the role still applies.
   */
  readonly idleMs?: number | undefined
}

/**
 * An inventory inside the caller's transaction. Its reads see what its commands and the transaction have done;
 * nothing of it is durable before the caller's COMMIT. It takes no `also`: run the statement on the client.
 */
export type OwnInventory = Pick<
  Inventory,
  | keyof CommandMethods<CallOptions>
  | 'atomically'
  | 'batch'
  | 'execute'
  | 'stock'
  | 'listStock'
  | 'getReservation'
  | 'listReservations'
  | 'getTransfer'
  | 'listTransfers'
  | 'document'
>

export type StockAnswer = LevelCounts & Answered
export type ReservationAnswer = Reservation & Answered
export type TransferAnswer = Transfer & Answered

/** A refused command of a batch. `code` determines the type of `details`. */
export type Refused = {
  readonly [Code in RefusalCode]: {
    readonly ok: false
    readonly code: Code
    readonly message: string
    readonly details: DetailsOf<Code>
    /** Present if the refusal is that of an earlier call with the same idempotency key. */
    readonly replayed?: true
  }
}[RefusalCode]

/**
 * The answer of one command of a batch, typed by its verb. `replayed` is present if the answer is that of an earlier
 * call with the same idempotency key.
 * @example
 * const [answer] = answers
 * if (answer.ok) console.log(answer.seq)
 * else console.log(answer.code, answer.details)
 */
export type BatchAnswer<C extends c.Command> =
  | ({ readonly ok: true; readonly replayed?: true } & c.AnswerTo<C>)
  | Refused

export interface BatchResult<Commands extends readonly c.Command[]> extends Answered {
  readonly answers: { readonly [I in keyof Commands]: BatchAnswer<Commands[I]> }
}

/**
 * One page of a list. `cursor` opens the next page; it is null at the end. Each page is a snapshot of its own. A page of
 * reservations or transfers examines at most 5,000 of them: it may have few items, or none, and still not be the last.
 * @example
 * for (let cursor: string | undefined; ;) {
 *   const page = await inventory.listStock({ warehouseId: 'SF', cursor })
 *   for (const level of page.items) console.log(level.productId, level.available)
 *   if (page.cursor === null) break
 *   cursor = page.cursor
 * }
 */
export interface ListPage<T> extends Answered {
  readonly items: readonly T[]
  readonly cursor: string | null
}

export type StockFilter = FilterOf<'listStock'>
export type ReservationFilter = FilterOf<'listReservations'>
export type TransferFilter = FilterOf<'listTransfers'>

/** `limit`: the maximum number of entries. Default: all. */
export type AuditFilter = FilterOf<'audit'> & { readonly limit?: number | undefined }

/** The filter of a feed. A feed has no end, so it has no time range. */
export type FeedFilter = Omit<AuditFilter, 'from' | 'to'> & {
  readonly signal?: AbortSignal | undefined
}

/** "Why is this 47?": the newest entries of a level, and the expired holds that are not recorded yet. */
export interface Explanation extends StockAnswer {
  /** Newest first; each has the balances after it. */
  readonly entries: readonly AuditEntry[]
  /** Expired holds that no entry records yet. Their units already count as available. */
  readonly due: readonly {
    readonly reservationId: string
    readonly qty: number
    readonly expiresAt: number
  }[]
  /** Whether older entries exist. */
  readonly more: boolean
  /**
   * Whether there are more expired holds than those in `due`, made before the level's newest 5,000 entries. The
   * counts are exact either way.
   */
  readonly moreDue: boolean
}

/** The counts of a level at a past time. */
export interface PastStockAnswer extends StockAnswer {
  /**
   * The units in `held` whose holds were made before the level's last 5,000 entries at that time. Whether those holds
   * had expired by then was not checked. Usually 0.
   */
  readonly unchecked: number
}

/** Options of a read. */
export interface ReadOptions {
  /** Aborting stops the read: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface VerifyOptions {
  /** A remembered position. Only with it can `verify` notice that the end of the trail was cut off. */
  readonly expect?: Remembered | undefined
  readonly onProgress?: ((done: { readonly seq: number; readonly of: number }) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface BackupOptions {
  /** Called with 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Fault {
  /** What is wrong. */
  readonly what:
    | 'hash'
    | 'gap'
    | 'balance'
    | 'level'
    | 'reservation'
    | 'transfer'
    | 'warehouse'
    | 'text'
    | 'key'
    | 'document'
    | 'posting'
    | 'position'
    | 'format'
    | 'time'
    | 'end-missing'
    | 'storage'
  readonly message: string
  /** The first wrong commit: its number and the entries it covers. */
  readonly commit?: number
  readonly firstSeq?: number
  readonly lastSeq?: number
  /** The wrong entry, if balances or a gap reveal it. */
  readonly seq?: number
}

export type Verdict = Answered & {
  readonly entries: number
  readonly commits: number
  readonly levels: number
  /** Hash of the newest commit, in hex. Store it with `seq`, so that a later `verify` can expect it. */
  readonly hash: string
} & ({ readonly ok: true } | { readonly ok: false; readonly fault: Fault })

/** A consumer reads the trail in order, each entry at least once. Its position is stored. */
export interface ConsumerOptions {
  /** Names the stored position. Consumers of the same name share it, so give each its own. */
  readonly name: string
  /**
   * The `seq` after which a new name starts: 0 is the beginning of the trail, 'end' skips existing entries. Default:
   * 0 for `consume`, 'end' for `alerts` and `reorder`. A name that already has a position continues there and ignores
   * `from`.
   */
  readonly from?: number | 'end' | undefined
  /**
   * Called with what the handler threw, or with an AlsoFailedError if a statement given to `also` failed. The entry
   * is delivered again after a pause that doubles, up to 30 s. Default: `onWarning` is called.
   */
  readonly onError?: ((error: unknown, entry: AuditEntry) => void) | undefined
  /**
   * How long `stop` and `close` wait for the running handler, in milliseconds: 0 to 2,147,483,647. Default: 10,000.
   * After that its signal aborts, `onWarning` is called, and `stop` or `close` continues without it.
   */
  readonly stopWithinMs?: number | undefined
}

/** Passed to a handler with each entry. */
export interface HandlerContext {
  /**
   * Aborts when the consumer stops waiting for the handler, `stopWithinMs` after `stop` or `close` was called. The
   * current entry is delivered again when the consumer next runs.
   */
  readonly signal: AbortSignal
  /**
   * Adds an SQL statement of the shop to the transaction that stores the consumer's position. It runs once per entry,
   * even if the handler runs several times for it, and only after the handler has succeeded: together with the
   * statements of up to 200 entries, about a second later at most, unless the next handler takes longer. At most 20 per
   * entry, 1 MiB together; `made(…)` is refused, because an entry makes nothing. If one fails, `onError` gets an
   * AlsoFailedError and its entry is delivered again after a pause. PostgreSQL only: see docs/one-commit.md.
   * @throws InvalidInputError
   * @example
   * await inventory.consume({ name: 'outbox' }, (entry, { also }) => {
   *   also({ text: 'INSERT INTO outbox (seq, message) VALUES ($1, $2)', values: [entry.seq, entry] })
   * })
   */
  also(this: void, statement: SqlStatement): void
}

/** How far a consumer has come. */
export interface ConsumerPosition {
  readonly name: string
  /** `seq` of the last entry it has processed. */
  readonly position: number
}

/** Called by `alerts`, which awaits what a method returns before the next entry. */
export interface AlertListener {
  /** `seq` is that of the entry that caused the alert. A repeated alert has the same `seq`. */
  onLowStock(
    warehouseId: string,
    productId: string,
    availableQty: number,
    seq: number,
    context: HandlerContext,
  ): Promise<void> | void
  /** Called once for each shortage. Carts cause none: held units still count. */
  onShortage?(shortage: Shortage, context: HandlerContext): Promise<void> | void
}

export interface Consumer {
  readonly name: string
  /** `seq` of the last entry it has processed. It goes back if a statement given to `also` fails afterwards. */
  readonly position: number
  /** Why it has ended by itself: the trail does not reach its position any more. Null unless it has. */
  readonly failure: PositionAheadError | null
  /**
   * Delivers no further entry. Resolves once the running handler has ended and the position is stored, after
   * `stopWithinMs` at the latest. Called within the consumer's own handler, it does not wait for that handler; the
   * entry counts as processed if the handler succeeds while the inventory is open.
   */
  stop(): Promise<void>
}

export interface InventoryStats {
  /** Commands waiting in the queue. */
  readonly queued: number
  readonly batches: number
  readonly commands: number
  readonly refusals: Readonly<Record<string, number>>
  /** Number of commands per commit. */
  readonly sizes: HistogramCounts
  /** Time from decision to durable commit, in seconds. */
  readonly commitSeconds: HistogramCounts
  readonly readOnly: boolean
  readonly clock: ClockStats
  /**
   * Entries that reads have to search the log for, because what they are found by is written after the commits: some
   * 65,000 at most while all is well. Null if it is not known, or if reads need nothing of the kind.
   */
  readonly entriesNotPosted: number | null
}

/**
 * An open inventory. A mutation resolves once it is durable; a refused one changes nothing. In the examples `mug` is
 * `{ warehouseId: 'SF', productId: 'MUG' }`.
 */
export interface Inventory extends CommandMethods<CallOptions>, AsyncDisposable {
  /** Opened read-only, or made so by a fault: reads still work, commands are refused with STORE_READ_ONLY. */
  readonly readOnly: boolean

  /**
   * Executes all of the commands or none. They run in order, and each sees the effects of those before it. If one is
   * refused, the whole call is refused, and `details.index` says which one.
   * @example
   * const hold = { verb: 'reserve', ...mug, qty: 1, ttlMs: 60_000 } as const
   * await inventory.atomically({ commands: [hold, { ...hold, productId: 'LID' }] })
   */
  atomically<const Commands extends readonly c.ListedCommand[]>(
    command: c.Atomically<Commands>,
    options?: CallOptions,
  ): Promise<c.AtomicAnswer<Commands>>
  /**
   * Up to 1,000 commands in one call and one commit, each accepted or refused on its own. If one of them is bad
   * input, the whole batch is refused before anything is done.
   * @example
   * const { answers } = await inventory.batch({
   *   commands: [
   *     { verb: 'addStock', ...mug, qty: 5, source: 'SUPPLIER' },
   *     { verb: 'reserve', ...mug, qty: 2, ttlMs: 60_000 },
   *   ],
   * })
   */
  batch<const Commands extends readonly c.Command[]>(
    command: c.Batch<Commands>,
    options?: CallOptions,
  ): Promise<BatchResult<Commands>>
  /**
   * Executes a command given as data, with its verb.
   * @example
   * await inventory.execute({ verb: 'release', reservationId: hold.id })
   */
  execute<const C extends c.Command>(command: C, options?: CallOptions): Promise<c.AnswerTo<C>>

  /**
   * Runs `work` with an inventory that works inside the transaction the caller has begun on `client`. Its commands
   * are durable with the caller's COMMIT and undone by its ROLLBACK; the reads of `own` see them before that. Use it
   * only if you must read your own writes: `also` is many times faster. The first command locks the whole inventory
   * until the transaction ends, so make it the last thing before COMMIT: see docs/one-commit.md.
   *
   * Resolves with what `work` returns, and rejects with what it throws. After a refused command the transaction is
   * still usable. If one of the inventory's own statements fails, it rejects with STORE_UNAVAILABLE, even if `work`
   * ignored the error: roll back. The connection remains the caller's.
   * @throws InvalidInputError if the client is not inside a READ COMMITTED transaction that can write to this
   * inventory's database, if another `inTransaction` is using it, or if the store is not PostgreSQL; OperationalError
   * STORE_UNAVAILABLE, STORE_READ_ONLY, STORE_CLOSED
   * @example
   * const client = await pool.connect()
   * try {
   *   await client.query('BEGIN')
   *   await client.query('INSERT INTO orders (id) VALUES ($1)', ['A-17'])
   *   const left = await inventory.inTransaction(client, async (own) => {
   *     await own.sell({ ...mug, qty: 2 })
   *     return (await own.stock(mug)).available
   *   })
   *   await client.query(left < 5 ? 'ROLLBACK' : 'COMMIT')
   * } catch (error) {
   *   await client.query('ROLLBACK').catch(() => undefined)
   *   throw error
   * } finally {
   *   client.release()
   * }
   */
  inTransaction<T>(
    client: TransactionClient,
    work: (own: OwnInventory) => T | Promise<T>,
    options?: InTransactionOptions,
  ): Promise<T>

  /**
   * The counts of one level. Expired holds count as available; a product that was never there has zeros. Refusals:
   * WAREHOUSE_NOT_FOUND.
   * @example
   * const { available, held, allocated, onHand } = await inventory.stock(mug)
   */
  stock(place: { warehouseId: string; productId: string }): Promise<StockAnswer>
  /**
   * Levels by product, then warehouse. {@link ListPage} shows how to page. `low: true` lists those whose available units
   * are at or below the threshold of their warehouse for the product, as `alerts` mean it, and `low: false` the others. A
   * page with `low` looks at 5,000 levels at most: it may be empty and have a cursor.
   */
  listStock(filter?: StockFilter): Promise<ListPage<LevelCounts>>
  /** Refusals: RESERVATION_NOT_FOUND. */
  getReservation(query: { reservationId: string }): Promise<ReservationAnswer>
  /** Newest first, in their current state: an expired hold is EXPIRED. */
  listReservations(filter?: ReservationFilter): Promise<ListPage<Reservation>>
  /** Refusals: TRANSFER_NOT_FOUND. */
  getTransfer(query: { transferId: string }): Promise<TransferAnswer>
  /** Newest first; `warehouseId` matches either side. */
  listTransfers(filter?: TransferFilter): Promise<ListPage<Transfer>>
  /** All warehouses, on one page. */
  listWarehouses(): Promise<ListPage<WarehouseView>>
  /**
   * The trail in order, up to its end at the time of the call. Refusals: POSITION_AHEAD.
   * @example
   * for await (const entry of inventory.audit({ type: 'SOLD', after: 1000 })) console.log(entry.qty)
   */
  audit(filter?: AuditFilter): AsyncIterable<AuditEntry>
  /**
   * The trail in order, then new entries as they are written, until the signal aborts. It does not keep the process
   * alive, and throws STORE_CLOSED when the inventory is closed. Refusals: POSITION_AHEAD.
   * @example
   * for await (const entry of inventory.feed({ after: seq, signal })) console.log(entry.type)
   */
  feed(filter?: FeedFilter): AsyncIterable<AuditEntry>
  /**
   * The counts of a level at a past time, in milliseconds since the epoch: what `stock` would have returned then.
   * Reads up to 5,000 entries of the level: see `unchecked`. Refusals: WAREHOUSE_NOT_FOUND.
   * @example
   * await inventory.stockAt({ ...mug, time: Date.parse('2026-01-01T00:00:00Z') })
   */
  stockAt(
    query: { warehouseId: string; productId: string; time: number },
    options?: ReadOptions,
  ): Promise<PastStockAnswer>
  /**
   * The counts of a level, and the entries behind them. Reads up to 5,000 entries to find expired holds: see
   * `moreDue`. Refusals: WAREHOUSE_NOT_FOUND.
   * @example
   * const { available, entries, due } = await inventory.explain({ ...mug, limit: 20 })
   */
  explain(
    query: {
      warehouseId: string
      productId: string
      limit?: number | undefined
    },
    options?: ReadOptions,
  ): Promise<Explanation>
  /**
   * Proves the log, and from it every row and column of the state. A writer may run meanwhile. Memory grows with
   * levels, transfers and documents, not with the log. A fault is returned, not thrown.
   * @throws InvalidInputError for an `expect` that is no position
   * @example
   * const verdict = await inventory.verify({ expect: remembered })
   * if (!verdict.ok) console.error(verdict.fault.what, verdict.fault.message)
   */
  verify(options?: VerifyOptions): Promise<Verdict>
  /**
   * The newest position of the trail. Store it outside the inventory's own store, for `verify({ expect })`.
   * @example
   * const { seq, hash } = await inventory.head()
   */
  head(): Promise<Remembered & { readonly at: number; readonly commit: number }>
  /** The value of a document, or null if there is none of this name. */
  document(name: string): Promise<string | null>
  /** Documents whose names start with `prefix`, by name; all of them, if it is empty. */
  documents(prefix: string): Promise<readonly StoredDocument[]>
  /**
   * Sets documents, and deletes those whose value is null, in one step. The log records each one's name and the
   * SHA-256 of its value; `verify` proves them.
   */
  setDocuments(documents: readonly DocumentChange[]): Promise<void>
  /**
   * Sets a document only if its value is `expected` (null: only if there is none), in one step across all processes.
   * Resolves with the value stored afterwards, which differs from the given one if it was not set.
   * @throws InvalidInputError; OperationalError STORE_READ_ONLY
   * @example
   * // one process of many gets the job
   * const got = (await inventory.compareAndSetDocument({ name: 'report', value: 'me' }, null)) === 'me'
   */
  compareAndSetDocument(document: DocumentChange, expected: string | null): Promise<string | null>
  /**
   * Checks that the store takes writes, by writing something outside the inventory's data. @throws OperationalError
   */
  tryWrite(): Promise<void>
  /** What the store takes on its disk, in bytes: its file and log, or its tables with their indexes. Null in memory. */
  storeBytes(): Promise<number | null>
  /** Counts since the inventory was opened, and what is waiting now. */
  stats(): InventoryStats

  /**
   * Adds a warehouse, or replaces the description of an existing one: a field left out gets its default. Writes an
   * entry if anything changes.
   * @example
   * await inventory.changeWarehouse({ id: 'SF', name: 'San Francisco', capacity: 20_000 }, { actor: 'ann' })
   */
  changeWarehouse(
    warehouse: WarehouseOptions,
    options?: CallOptions & { actor?: string | undefined },
  ): Promise<WarehouseView & Answered>

  /**
   * Changes only the given fields of an open warehouse, also when others change it concurrently. Writes an entry if
   * anything changes. Refusals: WAREHOUSE_NOT_FOUND.
   * @example
   * await inventory.patchWarehouse({ id: 'SF', sells: false }, { actor: 'ann' })
   */
  patchWarehouse(
    changes: WarehouseChanges,
    options?: CallOptions & { actor?: string | undefined },
  ): Promise<WarehouseView & Answered>

  /**
   * The stored position of every named consumer, of any process.
   * @example
   * const { seq } = await inventory.head()
   * for (const { name, position } of await inventory.consumers()) console.log(name, seq - position)
   */
  consumers(): Promise<readonly ConsumerPosition[]>
  /**
   * Removes the stored position of a consumer that is no longer run: `consumers()` does not list it any more, and one
   * of its name would begin at its `from`. Resolves with false if there is no such position. On PostgreSQL a consumer
   * whose process was killed counts as running for 5 s, and one that was stopped until its handler has ended, for up to
   * 35 s.
   * @throws InvalidInputError while it runs, in this process or another; OperationalError STORE_READ_ONLY
   * @example
   * await inventory.forgetConsumer('old-search-index')
   */
  forgetConsumer(name: string): Promise<boolean>
  /**
   * Passes every entry to `handle`, in order, at least once; `seq` identifies a repeated entry. Statements given to
   * `context.also` take effect exactly once. Only one process at a time runs a consumer. If the handler throws, it
   * gets the entry again after a pause. Requires an inventory opened for writing; does not keep the process alive.
   * @example
   * await inventory.consume({ name: 'search-index', from: 'end' }, async (entry) => {
   *   await index.put(entry.productId, entry.available, { version: entry.seq })
   * })
   */
  consume(
    options: ConsumerOptions,
    handle: (entry: AuditEntry, context: HandlerContext) => void | Promise<void>,
  ): Promise<Consumer>
  /**
   * A consumer that reports low stock. It calls `onLowStock` each time `available` falls to the threshold, and when
   * a delivery is not enough; it calls `onShortage`, if given, each time available + held falls to the threshold.
   * Each is called at least once, and again if it throws. Starts at the end of the trail, unless `from` says
   * otherwise.
   * @example
   * await inventory.alerts({ name: 'mail' }, {
   *   onLowStock: async (warehouseId, productId, available) => {
   *     await mail.send('office@example.com', `${available} ${productId} left in ${warehouseId}`)
   *   },
   * })
   */
  alerts(options: ConsumerOptions, listener: AlertListener): Promise<Consumer>
  /**
   * A consumer that asks the strategy once for each shortage (available + held has fallen to the threshold or below)
   * and places the order it returns. Each order is placed at least once; its `seq` identifies a repeated one. Starts
   * at the end of the trail, unless `from` says otherwise.
   * @example
   * await inventory.reorder({ name: 'purchasing' }, orderUpTo(4), async (order) => {
   *   await supplier.order(order.productId, order.qty, { idempotencyKey: `reorder-${order.seq}` })
   * })
   * // On PostgreSQL, a row for each order, exactly once:
   * await inventory.reorder({ name: 'orders' }, orderUpTo(4), ({ seq, productId, qty }, { also }) => {
   *   also({ text: 'INSERT INTO purchase_orders VALUES ($1, $2, $3)', values: [seq, productId, qty] })
   * })
   */
  reorder(
    options: ConsumerOptions,
    strategy: ReorderStrategy,
    place: (order: PurchaseOrder, context: HandlerContext) => void | Promise<void>,
  ): Promise<Consumer>

  /**
   * Copies a single-file store while it is in use. `onProgress` is called with 0 to 1. If it throws or the signal aborts,
   * the copy ends, and nothing stays of it unless it was complete. An existing file is never replaced: STORE_UNAVAILABLE.
   * @example
   * await inventory.backup('stock-2026-11-23.db')
   */
  backup(path: string, options?: BackupOptions): Promise<void>
  /**
   * Stops the consumers, commits what is waiting, then closes. Calling it twice is safe. It waits at most the
   * consumer's `stopWithinMs` for each running handler. Called within a handler, it does not wait for that one, whose
   * entry is delivered again when the consumer next runs. For the `work` of an `inTransaction` it waits 10 s at most, and
   * not at all if it is called within.
   */
  close(): Promise<void>
}

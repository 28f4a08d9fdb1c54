import type { Shortage } from '../rules/alert.ts'
import type { SqlStatement } from '../model/also.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type * as c from '../model/commands/commands.ts'
import type { CommandMethods } from '../model/commands/methods.ts'
import type { FilterOf } from '../model/commands/lists.ts'
import type { DetailsOf, RefusalCode } from '../model/refusals.ts'
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
export type { WarehouseView }

/** How one call goes about it, apart from what it asks for. */
export interface CallOptions {
  /** Aborting before a batch has taken the command means not executed; later the true outcome is answered. */
  readonly signal?: AbortSignal | undefined
  /** How long the command may wait in the queue; the inventory's `timeoutMs` where it is left out. */
  readonly timeoutMs?: number | undefined
  /** Idempotency keys of different scopes never meet. */
  readonly scope?: string | undefined
  /**
   * Called before the promise settles if the command was not decided: the answer or refusal is that of an earlier call
   * with the same idempotency key. A refusal says it as well, by `replayed`. What it throws is not caught, as of any
   * listener.
   * @example
   * await inventory.reserve(line, { onReplay: () => console.log('answered before') })
   */
  readonly onReplay?: (() => void) | undefined
  /**
   * Written in the same transaction as the command's effect, and only if it is not refused.
   * @example
   * // an import says how far it is; after a crash it goes on behind `document('import')`
   * await inventory.addStock(line, { documents: [{ name: 'import', value: '17' }] })
   */
  readonly documents?: readonly DocumentChange[] | undefined
  /**
   * Statements of the shop's own, run in the same transaction as the command's effect, behind it and in order: both
   * happen, or neither. At most 20, 1 MiB together. If one fails, its command is refused with ALSO_FAILED, and no other
   * one. A command that is refused runs none. PostgreSQL only: see docs/one-commit.md.
   * @example
   * import { made } from 'holdfast/sql'
   *
   * const text = 'INSERT INTO orders (id, reservation) VALUES ($1, $2)'
   * await inventory.sell(sale, { also: [{ text, values: ['A-17', made('reservationId')] }] })
   */
  readonly also?: readonly SqlStatement[] | undefined
}

/** How `inTransaction` goes about it. */
export interface InTransactionOptions {
  /**
   * How long the transaction may say nothing once its first command holds the inventory, in milliseconds: 1 to 10,000.
   * Then PostgreSQL ends its connection, and rolls it back. Default: 2,000. A shorter limit of the role's own stays.
   */
  readonly idleMs?: number | undefined
}

/**
 * An inventory within a transaction of the caller's. Its reads see what its commands and the transaction have done;
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

/** A refused command of a batch: `code` says which refusal, and what its `details` are. */
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
 * A command of a batch answers for itself, typed by its verb. `replayed` is present if the answer is that of an earlier
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
 * One page of a list; `cursor` opens the next one, null at the end. Each page is a snapshot of its own.
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

/** `limit`: at most this many entries. Default: all. */
export type AuditFilter = FilterOf<'audit'> & { readonly limit?: number | undefined }

/** What a feed may be asked for: it goes on and on, so it has no range of times. */
export type FeedFilter = Omit<AuditFilter, 'from' | 'to'> & {
  readonly signal?: AbortSignal | undefined
}

/** "Why is this 47?": the newest entries of a level, and the holds that expired but are not written down. */
export interface Explanation extends StockAnswer {
  /** Newest first; each carries the balances after it. */
  readonly entries: readonly AuditEntry[]
  /** Expired holds whose units count as available already, though no entry says so yet. */
  readonly due: readonly {
    readonly reservationId: string
    readonly qty: number
    readonly expiresAt: number
  }[]
  /** Whether older entries exist. */
  readonly more: boolean
  /**
   * Whether there are expired holds beside those in `due`, made before the level's newest 5,000 entries.
   * The counts are exact either way.
   */
  readonly moreDue: boolean
}

/** The counts of a level at a past time. */
export interface PastStockAnswer extends StockAnswer {
  /**
   * Of the units in `held`, those whose holds were made before the level's last 5,000 entries at that
   * time: whether they had expired by then was not looked at. Mostly 0.
   */
  readonly unchecked: number
}

/** How a read goes about it. */
export interface ReadOptions {
  /** Aborting stops the read, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A position of the trail that is remembered elsewhere. */
export interface Remembered {
  readonly seq: number
  readonly hash: string
}

export interface VerifyOptions {
  /** A remembered position: with it a trail that was cut off at the end is noticed. */
  readonly expect?: Remembered | undefined
  readonly onProgress?: ((done: { readonly seq: number; readonly of: number }) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Fault {
  /** What does not add up. */
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
    | 'position'
    | 'format'
    | 'time'
    | 'end-missing'
    | 'storage'
  readonly message: string
  /** The first commit that does not hold, by number and by the entries that it covers. */
  readonly commit?: number
  readonly firstSeq?: number
  readonly lastSeq?: number
  /** The entry, where balances or gaps tell. */
  readonly seq?: number
}

export type Verdict = Answered & {
  readonly entries: number
  readonly commits: number
  readonly levels: number
  /** Hash of the newest commit, hex: remember it with `seq`, and a later `verify` can expect it. */
  readonly hash: string
} & ({ readonly ok: true } | { readonly ok: false; readonly fault: Fault })

/** Reads the trail in order, each entry at least once; its position outlives the process. */
export interface ConsumerOptions {
  /** Names the position in the store. Consumers of one name share it: give each a name of its own. */
  readonly name: string
  /**
   * The `seq` behind which a new name begins: 0 is the beginning of the trail, 'end' skips what is
   * there. Default: 0 for `consume`, 'end' for `alerts` and `reorder`. A name that has a position goes
   * on there, whatever stands here.
   */
  readonly from?: number | 'end' | undefined
  /**
   * Told what the handler threw, or an AlsoFailedError where a statement of its `also` failed; the entry is handed over
   * again after a pause.
   */
  readonly onError?: ((error: unknown, entry: AuditEntry) => void) | undefined
  /**
   * How long `stop` and `close` wait for the handler at work, in milliseconds: 0 to 2,147,483,647.
   * Default: 10,000. Then its signal aborts, `onWarning` is told, and nobody waits for it any more.
   */
  readonly stopWithinMs?: number | undefined
}

/** Handed to a handler with each entry. */
export interface HandlerContext {
  /**
   * Aborts when the consumer stops waiting for the handler, `stopWithinMs` after `stop` or `close` was
   * called. The entry in hand is handed over again when the consumer next runs.
   */
  readonly signal: AbortSignal
  /**
   * A statement of the shop's own, run in the transaction that stores the consumer's position: once for each entry,
   * though a handler may run several times for one. It runs after the handler has ended well, together with those of
   * up to 200 entries: about a second later at most, unless the next handler takes longer. A handler that throws writes nothing.
   * At most 20 for an entry, 1 MiB together; `made(…)` is refused, as an entry makes nothing. What a statement fails
   * with goes to `onError` as an AlsoFailedError, and its entry is handed over again after a pause. On PostgreSQL alone,
   * see docs/postgres.md. @throws InvalidInputError
   * @example
   * await inventory.consume({ name: 'outbox' }, (entry, { also }) => {
   *   also({ text: 'INSERT INTO outbox (seq, message) VALUES ($1, $2)', values: [entry.seq, entry] })
   * })
   */
  also(this: void, statement: SqlStatement): void
}

/** Told of low stock by `alerts`. What a method returns is awaited before the next entry. */
/** How far a consumer has come. */
export interface ConsumerPosition {
  readonly name: string
  /** `seq` of the last entry that it is done with. */
  readonly position: number
}

export interface AlertListener {
  /** `seq` is that of the entry that took it there: what is told again carries the same. */
  onLowStock(
    warehouseId: string,
    productId: string,
    availableQty: number,
    seq: number,
    context: HandlerContext,
  ): Promise<void> | void
  /** Told once for each shortage. Carts cause none: what they hold still counts. */
  onShortage?(shortage: Shortage, context: HandlerContext): Promise<void> | void
}

export interface Consumer {
  readonly name: string
  /** `seq` of the last entry that it is done with. It goes back where a statement of `also` fails afterwards. */
  readonly position: number
  /**
   * Hands over no further entry, and resolves once the handler at work is done and the position is
   * stored: after `stopWithinMs` at the latest. Called within the consumer's own handler, it does not
   * wait for that handler, whose entry counts as done if it ends well while the inventory is open.
   */
  stop(): Promise<void>
}

export interface InventoryStats {
  /** Commands that wait. */
  readonly queued: number
  readonly batches: number
  readonly commands: number
  readonly refusals: Readonly<Record<string, number>>
  /** How many commands shared a commit. */
  readonly sizes: HistogramCounts
  /** What commits took, from the decision until they were durable, in seconds. */
  readonly commitSeconds: HistogramCounts
  readonly readOnly: boolean
  readonly clock: ClockStats
}

/**
 * An open inventory. Every mutation is durable before it answers; a refused one changed nothing. In the
 * examples `mug` is `{ warehouseId: 'SF', productId: 'MUG' }`.
 */
export interface Inventory extends CommandMethods<CallOptions>, AsyncDisposable {
  /** Opened so, or turned so by a fault: reads go on, commands are refused with STORE_READ_ONLY. */
  readonly readOnly: boolean

  /**
   * All of the commands, in order, each seeing those before it, or none: the refusal names the first
   * one that does not fit by `details.index`.
   * @example
   * const hold = { verb: 'reserve', ...mug, qty: 1, ttlMs: 60_000 } as const
   * await inventory.atomically({ commands: [hold, { ...hold, productId: 'LID' }] })
   */
  atomically<const Commands extends readonly c.ListedCommand[]>(
    command: c.Atomically<Commands>,
    options?: CallOptions,
  ): Promise<c.AtomicAnswer<Commands>>
  /**
   * Up to 1,000 commands in one call and one commit, each answering for itself. Bad input in one of
   * them refuses the whole batch before anything is done.
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
   * Any command as data, its verb with it.
   * @example
   * await inventory.execute({ verb: 'release', reservationId: hold.id })
   */
  execute<const C extends c.Command>(command: C, options?: CallOptions): Promise<c.AnswerTo<C>>

  /**
   * Runs `work` with an inventory that decides within a transaction that the caller has begun on `client`. Commands
   * are durable with the caller's COMMIT, and gone with its ROLLBACK; reads of `own` see them before. For whoever must
   * read their own writes: `also` is many times faster. Its first command holds the whole inventory until the
   * transaction ends, so it should be the last thing before COMMIT: see docs/postgres.md.
   *
   * Resolves with what `work` returns, and rejects with what it throws. A refused command leaves the transaction
   * usable. Rejects with STORE_UNAVAILABLE, also if `work` did not notice, once a statement of the inventory's has
   * failed: then roll back. The connection stays the caller's.
   * @throws InvalidInputError if the client is not within a READ COMMITTED transaction that may write in this
   *   inventory's database, if another `inTransaction` is at work on it, or on another store than PostgreSQL;
   *   OperationalError STORE_UNAVAILABLE, STORE_READ_ONLY, STORE_CLOSED
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
   *   await client.query('ROLLBACK')
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
   * The counts of one level, expired holds counted as available; zeros for a product that was never
   * there. Refusals: WAREHOUSE_NOT_FOUND.
   * @example
   * const { available, held, allocated, onHand } = await inventory.stock(mug)
   */
  stock(place: { warehouseId: string; productId: string }): Promise<StockAnswer>
  /** Levels in order of product, then warehouse; pages as {@link ListPage} shows. */
  listStock(filter?: StockFilter): Promise<ListPage<LevelCounts>>
  /** Refusals: RESERVATION_NOT_FOUND. */
  getReservation(query: { reservationId: string }): Promise<ReservationAnswer>
  /** Newest first, as they stand now: an expired hold is EXPIRED. */
  listReservations(filter?: ReservationFilter): Promise<ListPage<Reservation>>
  /** Refusals: TRANSFER_NOT_FOUND. */
  getTransfer(query: { transferId: string }): Promise<TransferAnswer>
  /** Newest first; `warehouseId` is either side. */
  listTransfers(filter?: TransferFilter): Promise<ListPage<Transfer>>
  /** All of them, on one page. */
  listWarehouses(): Promise<ListPage<WarehouseView>>
  /**
   * The trail in order, up to its end at the time of the call.
   * @example
   * for await (const entry of inventory.audit({ type: 'SOLD', after: 1000 })) console.log(entry.qty)
   */
  audit(filter?: AuditFilter): AsyncIterable<AuditEntry>
  /**
   * The trail in order, and then on and on as it grows, until the signal aborts. It does not keep the
   * process alive, and throws STORE_CLOSED when the inventory is closed.
   * @example
   * for await (const entry of inventory.feed({ after: seq, signal })) console.log(entry.type)
   */
  feed(filter?: FeedFilter): AsyncIterable<AuditEntry>
  /**
   * The counts of a level at a past time, milliseconds since the epoch: what a read would have
   * answered then. Looks at up to 5,000 entries of the level: see `unchecked`. Refusals:
   * WAREHOUSE_NOT_FOUND.
   * @example
   * await inventory.stockAt({ ...mug, time: Date.parse('2026-01-01T00:00:00Z') })
   */
  stockAt(
    query: { warehouseId: string; productId: string; time: number },
    options?: ReadOptions,
  ): Promise<PastStockAnswer>
  /**
   * The counts of a level, and what made them. Looks at up to 5,000 entries for expired holds: see
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
   * Proves the log, and every row and column of the state from it, beside a running writer. Memory does not grow with
   * the log, but with levels, transfers and documents. What it finds is answered, not thrown.
   * @example
   * const verdict = await inventory.verify({ expect: remembered })
   * if (!verdict.ok) console.error(verdict.fault.what, verdict.fault.message)
   */
  verify(options?: VerifyOptions): Promise<Verdict>
  /**
   * The newest position of the trail. Remember it for `verify({ expect })`, in another place than the
   * store's.
   * @example
   * const { seq, hash } = await inventory.head()
   */
  head(): Promise<Remembered & { readonly at: number; readonly commit: number }>
  /** The value of a document; null where there is none of this name. */
  document(name: string): Promise<string | null>
  /** Documents whose names begin so, in order of name. */
  documents(prefix: string): Promise<readonly StoredDocument[]>
  /**
   * Sets documents, or takes away those whose value is null, in one step. The log says of each its name and the
   * SHA-256 of its value, and `verify` proves them.
   */
  setDocuments(documents: readonly DocumentChange[]): Promise<void>
  /**
   * Sets a document only if its value is `expected`, or, with null, only if there is none; in one step, whatever
   * other processes do. Resolves with the value that is stored then: another one than given if it was not set.
   * @throws InvalidInputError; OperationalError STORE_READ_ONLY
   * @example
   * // one process of many gets the job
   * const got = (await inventory.compareAndSetDocument({ name: 'report', value: 'me' }, null)) === 'me'
   */
  compareAndSetDocument(document: DocumentChange, expected: string | null): Promise<string | null>
  /**
   * Writes something to the store, beside the inventory: whether it takes writes. @throws OperationalError
   */
  tryWrite(): Promise<void>
  /** What the store takes on its disk, in bytes: its file and log, or its tables with their indexes. Null in memory. */
  storeBytes(): Promise<number | null>
  /** Since it was opened: what waits, what was done, what was refused. */
  stats(): InventoryStats

  /**
   * Describes a warehouse anew, or adds one: what is left out falls back to its default. Leaves an entry
   * where anything changes.
   * @example
   * await inventory.changeWarehouse({ id: 'SF', name: 'San Francisco', capacity: 20_000 }, { actor: 'ann' })
   */
  changeWarehouse(
    warehouse: WarehouseOptions,
    options?: CallOptions & { actor?: string },
  ): Promise<WarehouseView & Answered>

  /**
   * Changes what is named of an open warehouse; the rest stays, whoever else changes it meanwhile. Leaves an entry
   * where anything changes. Refusals: WAREHOUSE_NOT_FOUND.
   * @example
   * await inventory.patchWarehouse({ id: 'SF', sells: false }, { actor: 'ann' })
   */
  patchWarehouse(
    changes: WarehouseChanges,
    options?: CallOptions & { actor?: string },
  ): Promise<WarehouseView & Answered>

  /**
   * How far every named consumer has come, of this process or another, by its stored position.
   * @example
   * const { seq } = await inventory.head()
   * for (const { name, position } of await inventory.consumers()) console.log(name, seq - position)
   */
  consumers(): Promise<readonly ConsumerPosition[]>
  /**
   * Removes the stored position of a consumer that is no longer run: `consumers()` does not list it any more, and one
   * of its name would begin at its `from`. Resolves with false if there is no such position. On PostgreSQL a consumer
   * that was stopped counts as running in other processes for up to 35 s, or until its own process has closed.
   * @throws InvalidInputError while it runs, in this process or another; OperationalError STORE_READ_ONLY
   * @example
   * await inventory.forgetConsumer('old-search-index')
   */
  forgetConsumer(name: string): Promise<boolean>
  /**
   * Hands every entry to `handle`, in order, at least once: `seq` tells an entry that came before. What
   * the handler gives to `context.also` is written exactly once. One process at a time does it. A handler that throws gets the entry again after a pause. Needs an
   * inventory that was opened for writing; does not keep the process alive.
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
   * A consumer that tells the listener of low stock: `onLowStock` once per crossing of the threshold by
   * `available`, and when stock that comes in is not enough; `onShortage`, if it has one, once per
   * crossing by available + held. At least once each; a listener that throws is told again. Begins at
   * the end of the trail, unless `from` says otherwise.
   * @example
   * await inventory.alerts({ name: 'mail' }, {
   *   onLowStock: async (warehouseId, productId, available) => {
   *     await mail.send('office@example.com', `${available} ${productId} left in ${warehouseId}`)
   *   },
   * })
   */
  alerts(options: ConsumerOptions, listener: AlertListener): Promise<Consumer>
  /**
   * A consumer that asks the strategy once for each shortage (available + held has fallen to the
   * threshold or below) and places what it orders. At least once each: the order's `seq` tells one that
   * was placed before. Begins at the end of the trail, unless `from` says otherwise.
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
   * Copies a store that lives in one file, while it is written; `onProgress` is told 0 to 1. A file that
   * is there already is never replaced: STORE_UNAVAILABLE.
   * @example
   * await inventory.backup('stock-2026-11-23.db')
   */
  backup(path: string, options?: { onProgress?: (done: number) => void }): Promise<void>
  /**
   * Stops the consumers, commits what waits, then closes. Twice is no error. It waits for each handler
   * at work for the consumer's `stopWithinMs` at most; called within a handler, not for that one, whose
   * entry is handed over again when the consumer next runs.
   */
  close(): Promise<void>
}

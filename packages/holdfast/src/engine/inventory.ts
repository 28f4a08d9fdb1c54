import type { AdjustmentType } from '../domain/adjustment-type.ts'
import type { StockAlertListener } from '../domain/alert.ts'
import type { AuditEntry } from '../domain/audit-entry.ts'
import type * as c from '../domain/commands.ts'
import type { SingleResult } from '../domain/decide.ts'
import type { Details } from '../domain/errors.ts'
import type { PurchaseOrder, ReorderStrategy } from '../domain/reorder.ts'
import type { Reservation, ReservationStatus } from '../domain/reservation.ts'
import type { LevelCounts } from '../domain/stock-level.ts'
import type { Transfer, TransferStatus } from '../domain/transfer.ts'
import type { WarehouseOptions } from '../domain/warehouse-record.ts'
import type { Mark } from '../store/store.ts'

/** Every answer says where in the trail it stands: a command's last entry, a read's position. */
export interface Answered {
  readonly seq: number
}

/** How one call goes about it, apart from what it asks for. */
export interface CallOptions {
  /** Aborting before a batch has taken the command means not executed; later the true outcome is answered. */
  readonly signal?: AbortSignal | undefined
  /** How long the command may wait in the queue; 30 s where it is left out. */
  readonly timeoutMs?: number | undefined
  /** Idempotency keys of different scopes never meet. */
  readonly scope?: string | undefined
  /** Written in the same transaction as the command's effect, and only if it is not refused. */
  readonly marks?: readonly Mark[] | undefined
}

export type StockAnswer = LevelCounts & Answered
export type ReservationAnswer = Reservation & Answered
export type TransferAnswer = Transfer & Answered
export type FulfillAnswer = { readonly reservations: readonly Reservation[] } & Answered
export type AtomicAnswer = { readonly answers: readonly SingleResult[] } & Answered

/** What each verb answers. */
export interface AnswerOf {
  addStock: StockAnswer
  removeStock: StockAnswer
  countStock: StockAnswer
  reserve: ReservationAnswer
  confirm: ReservationAnswer
  release: ReservationAnswer
  ship: ReservationAnswer
  cancel: ReservationAnswer
  extend: ReservationAnswer
  transfer: TransferAnswer
  approveTransfer: TransferAnswer
  rejectTransfer: TransferAnswer
  fulfillAcrossWarehouses: FulfillAnswer
  atomically: AtomicAnswer
}

export interface Refused {
  readonly ok: false
  readonly code: string
  readonly message: string
  readonly details: Details
}

/** A command of a batch answers for itself, typed by its verb. */
export type BatchAnswer<C> = C extends { readonly verb: infer V extends keyof AnswerOf }
  ? ({ readonly ok: true } & AnswerOf[V]) | Refused
  : never

export interface BatchResult<Commands extends readonly c.Command[]> extends Answered {
  readonly answers: { readonly [I in keyof Commands]: BatchAnswer<Commands[I]> }
}

/** One page of a list; `cursor` opens the next one, null at the end. */
export interface ListPage<T> extends Answered {
  readonly items: readonly T[]
  readonly cursor: string | null
}

interface Paging {
  readonly cursor?: string | undefined
  /** 1 to 1,000; 100 where it is left out. */
  readonly limit?: number | undefined
}

export interface StockFilter extends Paging {
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  /** Products whose id begins so. */
  readonly prefix?: string | undefined
}

export interface ReservationFilter extends Paging {
  readonly status?: ReservationStatus | undefined
  readonly owner?: string | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
}

export interface TransferFilter extends Paging {
  readonly status?: TransferStatus | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
}

export interface AuditFilter {
  /** Entries behind this `seq`. */
  readonly after?: number | undefined
  /** At most so many entries; all of them where it is left out. */
  readonly limit?: number | undefined
  readonly type?: AdjustmentType | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  readonly reservationId?: string | undefined
  readonly transferId?: string | undefined
}

export interface WarehouseView {
  readonly id: string
  readonly name: string
  readonly capacity: number | null
  readonly reorderThreshold: number
  readonly reorderThresholds: Readonly<Record<string, number>>
  readonly onHand: number
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
    | 'reservations'
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

/** Reads the trail in order, at least once each entry; its position outlives the process. */
export interface ConsumerOptions {
  /** Names the cursor. */
  readonly name: string
  /** Where a consumer that was never here begins; 0 is the beginning, 'end' skips what is there. */
  readonly from?: number | 'end' | undefined
  /** Told what the handler threw; the entry is handed over again after a pause. */
  readonly onError?: ((error: unknown, entry: AuditEntry) => void) | undefined
}

export interface Consumer {
  readonly name: string
  /** `seq` of the last entry that it is done with. */
  readonly position: number
  stop(): Promise<void>
}

export interface InventoryStats {
  readonly queued: number
  readonly batches: number
  readonly commands: number
  readonly refusals: Readonly<Record<string, number>>
  readonly readOnly: boolean
}

/** An open inventory. Every mutation is durable before it answers. */
export interface Inventory extends AsyncDisposable {
  readonly readOnly: boolean

  addStock(command: c.AddStock, options?: CallOptions): Promise<StockAnswer>
  removeStock(command: c.RemoveStock, options?: CallOptions): Promise<StockAnswer>
  countStock(command: c.CountStock, options?: CallOptions): Promise<StockAnswer>
  reserve(command: c.Reserve, options?: CallOptions): Promise<ReservationAnswer>
  confirm(command: c.Confirm, options?: CallOptions): Promise<ReservationAnswer>
  release(command: c.ById, options?: CallOptions): Promise<ReservationAnswer>
  ship(command: c.ById, options?: CallOptions): Promise<ReservationAnswer>
  cancel(command: c.ById, options?: CallOptions): Promise<ReservationAnswer>
  extend(command: c.Extend, options?: CallOptions): Promise<ReservationAnswer>
  transfer(command: c.TransferStock, options?: CallOptions): Promise<TransferAnswer>
  approveTransfer(command: c.ApproveTransfer, options?: CallOptions): Promise<TransferAnswer>
  rejectTransfer(command: c.RejectTransfer, options?: CallOptions): Promise<TransferAnswer>
  fulfillAcrossWarehouses(
    command: c.FulfillAcrossWarehouses,
    options?: CallOptions,
  ): Promise<FulfillAnswer>
  atomically(command: c.Atomically, options?: CallOptions): Promise<AtomicAnswer>
  batch<const Commands extends readonly c.Command[]>(
    command: c.Common & { readonly commands: Commands },
    options?: CallOptions,
  ): Promise<BatchResult<Commands>>
  /** Any command as data, its verb with it. */
  execute(command: c.Command, options?: CallOptions): Promise<AnswerOf[keyof AnswerOf]>

  stock(place: { warehouseId: string; productId: string }): Promise<StockAnswer>
  listStock(filter?: StockFilter): Promise<ListPage<LevelCounts>>
  getReservation(query: { reservationId: string }): Promise<ReservationAnswer>
  listReservations(filter?: ReservationFilter): Promise<ListPage<Reservation>>
  getTransfer(query: { transferId: string }): Promise<TransferAnswer>
  listTransfers(filter?: TransferFilter): Promise<ListPage<Transfer>>
  listWarehouses(): Promise<ListPage<WarehouseView>>
  /** The trail in order, up to its end at the time of the call. */
  audit(filter?: AuditFilter): AsyncIterable<AuditEntry>
  /** The trail in order, and then on and on as it grows, until the signal aborts. */
  feed(filter?: AuditFilter & { signal?: AbortSignal | undefined }): AsyncIterable<AuditEntry>
  /** The counts of a level at a past time, milliseconds since the epoch. */
  stockAt(query: { warehouseId: string; productId: string; time: number }): Promise<StockAnswer>
  explain(query: {
    warehouseId: string
    productId: string
    limit?: number | undefined
  }): Promise<Explanation>
  verify(options?: VerifyOptions): Promise<Verdict>
  /** The newest position of the trail: remember it for `verify({ expect })`. */
  head(): Promise<Remembered & { readonly at: number; readonly commit: number }>
  mark(name: string): Promise<string | null>
  /** Marks whose names begin so, in order of name. */
  marks(prefix: string): Promise<readonly Mark[]>
  /** Sets marks outside of any command, durable before it resolves. */
  setMarks(marks: readonly Mark[]): Promise<void>
  stats(): InventoryStats

  /** Changes a warehouse or adds one; leaves an entry where it changes. */
  changeWarehouse(
    warehouse: WarehouseOptions,
    options?: CallOptions & { actor?: string },
  ): Promise<WarehouseView & Answered>

  /** Hands every entry to `handle`, in order, at least once. One process at a time does it. */
  consume(
    options: ConsumerOptions,
    handle: (entry: AuditEntry) => void | Promise<void>,
  ): Promise<Consumer>
  /** Tells the listener of low stock: once per crossing of the threshold, at least once each. */
  alerts(options: ConsumerOptions, listener: StockAlertListener): Promise<Consumer>
  /** Places a purchase order for each low-stock crossing that the strategy wants. */
  reorder(
    options: ConsumerOptions,
    strategy: ReorderStrategy,
    place: (order: PurchaseOrder & { readonly seq: number }) => void | Promise<void>,
  ): Promise<Consumer>

  /** Copies a store that lives in one file, while it is written; then verifies the copy. */
  backup(path: string, options?: { onProgress?: (done: number) => void }): Promise<void>
  /** Commits what waits, then closes. Twice is no error. */
  close(): Promise<void>
}

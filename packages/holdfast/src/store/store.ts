import type { AuditEntry } from '../model/audit-entry.ts'
import type { AdjustmentType } from '../model/adjustment-type.ts'
import type { HoldPosition } from '../model/hold-window.ts'
import type { Reservation, ReservationStatus } from '../model/reservation.ts'
import type { Transfer, TransferStatus } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'

/**
 * The port between the engine and a database. A store holds no business rule: it loads records,
 * makes a batch durable in one transaction, and reads; it repeats the invariants as CHECKs.
 */
export interface Store {
  readonly kind: string
  /** Opens or creates it. @throws OperationalError STORE_LOCKED, STORE_DAMAGED, STORE_FOREIGN, STORE_NEWER, STORE_UNAVAILABLE, STORE_READ_ONLY */
  open(options: { readonly readOnly: boolean }): Promise<OpenStore>
}

export interface OpenStore {
  /** null when it was opened for reading only. */
  readonly writer: Writer | null
  readonly reader: Reader
  /** Waits for what is under way, then lets go of files and connections. Twice is no error. */
  close(): Promise<void>
}

/** The newest commit, which is the newest state. */
export interface Head {
  /** 0 for an empty trail. */
  readonly seq: number
  /** Hex; 64 zeros before the first commit. */
  readonly hash: string
  /** Time of the newest commit; 0 before the first. */
  readonly at: number
  /** Number of the newest commit: 1, 2, 3 … */
  readonly commit: number
  /** How many levels were ever made; the newest one's key. */
  readonly levelKeys: number
}

export interface LevelRow {
  readonly key: number
  readonly warehouseId: string
  readonly productId: string
  readonly available: number
  readonly held: number
  readonly allocated: number
  /** `seq` of the level's newest entry. */
  readonly lastSeq: number
}

export interface WarehouseRow {
  readonly record: WarehouseRecord
  /** Units on hand of all its levels together. */
  readonly onHand: number
}

/** An answer kept for its idempotency key. */
export interface StoredKey {
  /** Scope and key, as one string. */
  readonly key: string
  readonly fingerprint: string
  /** JSON. */
  readonly answer: string
  readonly at: number
}

/** A name with a value beside the inventory: a consumer's cursor, an import's position. */
export interface Mark {
  readonly name: string
  readonly value: string
}

export interface Place {
  readonly warehouseId: string
  readonly productId: string
}

/** How many of a level's entries are looked at for its claims, newest first. */
export const CLAIM_STEPS = 1000

/** What a batch must look at and the engine does not know yet. */
export interface Needs {
  readonly levels: readonly Place[]
  /** Their levels come along, and so do those of transfers. */
  readonly reservations: readonly string[]
  readonly transfers: readonly string[]
  /**
   * The earliest pending holds of a level: those with `expiresAt` below `now`, and `count` or more in
   * all, unless there are fewer. A store that would have to look at many holds of other levels for it
   * may give up, but not before it has those below `now`.
   */
  readonly holds: readonly {
    readonly level: LevelRow
    readonly count: number
    readonly now: number
  }[]
  /**
   * PENDING or CONFIRMED reservations of a level, newest first: `count` of them, as far as the level's
   * newest CLAIM_STEPS entries tell of them.
   */
  readonly claims: readonly { readonly level: LevelRow; readonly count: number }[]
  readonly keys: readonly string[]
  /** Scopes, each as its keys begin: of which keys is the greatest one asked for? */
  readonly keyScopes: readonly string[]
}

/** The records found; what was asked for and is not here does not exist. */
export interface Loaded {
  readonly levels: readonly LevelRow[]
  readonly reservations: readonly Reservation[]
  readonly transfers: readonly Transfer[]
  readonly holds: readonly {
    readonly key: number
    /** In order of (expiresAt, id). */
    readonly holds: readonly Reservation[]
    /** Every pending hold of the level before this one is among them; null for all. */
    readonly end: HoldPosition | null
    /** No hold at or behind `now` was found, and there are more. */
    readonly gaveUp: boolean
  }[]
  readonly claims: readonly {
    readonly key: number
    readonly reservations: readonly Reservation[]
  }[]
  readonly keys: readonly StoredKey[]
  /** Beside each scope asked for: its greatest stored key in order of bytes, or null. */
  readonly lastKeys: readonly (string | null)[]
}

/** One batch to make durable: all of it in one transaction, or nothing. */
export interface Commit {
  /** The head before it, and the head that it makes. */
  readonly before: Head
  readonly head: Head
  /** Random, 32 hex digits: by this a commit is found again after a lost connection. */
  readonly batchId: string
  readonly entries: readonly AuditEntry[]
  /** Beside each entry: its level's key (0: none), and the `seq` of that level's entry before it (0: none). */
  readonly entryLevelKeys: readonly number[]
  readonly previousSeqs: readonly number[]
  /** Levels as they stand now; one whose key is above `before.levelKeys` is new. */
  readonly levels: readonly LevelRow[]
  /** Reservations as they stand now, with their level's key; one whose seq is above `before.seq` is new. */
  readonly reservations: readonly Reservation[]
  readonly reservationLevelKeys: readonly number[]
  /** Transfers as they stand now; one whose seq is above `before.seq` is new. */
  readonly transfers: readonly Transfer[]
  readonly warehouses: readonly WarehouseRow[]
  readonly keys: readonly StoredKey[]
  /** Those of them that take the place of a stored one whose time is over; the others are new. */
  readonly replacedKeys: ReadonlySet<string>
  readonly marks: readonly Mark[]
}

export interface Writer {
  /** How many commits may be under way at once, each but the first made on the state before it. */
  readonly depth: number
  /**
   * Begins a batch where other processes write too: locks the head of the trail, and answers it with
   * the database's time. Null where this process is the only writer: the head is what it last made.
   */
  readonly take: (() => Promise<{ readonly head: Head; readonly now: number }>) | null
  /** Gives a taken head back; nothing was written. */
  abandon(): Promise<void>
  load(needs: Needs): Promise<Loaded>
  /**
   * Resolves once the commit is durable, with the database's time where that is the one that counts and
   * was heard. One that is handed in while another is under way stands on
   * that: it fails with it, and where the head has to be taken it takes it by itself.
   * One that cannot even be sent (see `unsent`) fails without being fatal, and so do those behind it.
   * @throws StoreFailure; HeadMoved where another process came between
   */
  commit(commit: Commit): Promise<number | null>
  /** Whether the batch became durable. @throws StoreFailure where that cannot be known now */
  wasCommitted(batchId: string): Promise<boolean>
  /** The head and the warehouses as they are durable now: at opening, and after a failed commit. */
  recover(): Promise<{ readonly head: Head; readonly warehouses: readonly WarehouseRow[] }>
  /** Sets marks outside of any batch. */
  setMarks(marks: readonly Mark[]): Promise<void>
  /** Sets a mark if its value is `expected` (null: if there is none); answers the value that it has then. */
  compareAndSetMark(mark: Mark, expected: string | null): Promise<string | null>
  /** Forgets keys stored before `before`, at most `limit`; answers how many. */
  forgetKeys(before: number, limit: number): Promise<number>
  /** Pending holds with `expiresAt` below `now`, the earliest first. */
  dueHolds(now: number, limit: number): Promise<readonly string[]>
  /**
   * Takes or keeps the lead of a named consumer for this process, so that one process at a time runs
   * it; answers whether it has it. Always true where this process is the only writer.
   */
  lead(name: string): Promise<boolean>
  /** Calls back when another process may have committed; answers how to stop. Null where none can. */
  readonly watch: ((wake: () => void) => () => void) | null
}

/** One page, from one snapshot. */
export interface Page<T> {
  /** The position of the trail that it shows, and that position's time. */
  readonly seq: number
  readonly at: number
  readonly rows: readonly T[]
}

export interface LevelQuery {
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  /** Only products that begin with this. */
  readonly prefix?: string | undefined
  /** In order of (productId, warehouseId), those behind this one. */
  readonly after?: Place | undefined
  readonly limit: number
  /** Holds with `expiresAt` below this count as due. */
  readonly now: number
}

export interface ReservationQuery {
  /** As the reservations stand at `now`: a due hold is EXPIRED. */
  readonly status?: ReservationStatus | undefined
  readonly owner?: string | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  /** Newest first: those made before this one. */
  readonly beforeSeq?: number | undefined
  readonly limit: number
  readonly now: number
}

export interface TransferQuery {
  readonly status?: TransferStatus | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  /** Newest first: those made before this one. */
  readonly beforeSeq?: number | undefined
  readonly limit: number
}

export interface EntryQuery {
  readonly afterSeq: number
  /** Up to and including this one. */
  readonly throughSeq?: number | undefined
  readonly limit: number
  readonly type?: AdjustmentType | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  readonly reservationId?: string | undefined
  readonly transferId?: string | undefined
}

export interface EntryPage extends Page<AuditEntry> {
  /** Every entry up to here was looked at; the next page goes on behind it. */
  readonly scannedTo: number
}

export interface HistoryPage extends Page<AuditEntry> {
  /** Whether the level has older entries than these. */
  readonly more: boolean
}

/** A commit as it stands in the trail. */
export interface CommitRow {
  readonly commit: number
  /** `seq` of its last entry; its first is the commit's before plus one. */
  readonly lastSeq: number
  readonly at: number
  readonly hash: string
  readonly batchId: string
}

/** An entry with what its hash and its level are checked by. */
export interface TrailEntry {
  readonly entry: AuditEntry
  readonly levelKey: number
  readonly previousSeq: number
}

/** A level with the sums of its reservations, for the proof. */
export interface BalanceRow extends LevelRow {
  readonly pending: number
  readonly confirmed: number
}

/** Reads, each from one snapshot, beside a running writer. */
export interface Reader {
  /**
   * Asks for the store's time, in whole milliseconds, where that counts because several processes share
   * the store. Null where the process's own counts.
   */
  readonly clock: (() => Promise<number>) | null
  head(): Promise<Head>
  warehouses(): Promise<Page<WarehouseRow>>
  levels(query: LevelQuery): Promise<Page<LevelRow & { readonly due: number }>>
  /** One level, or none. */
  level(place: Place, now: number): Promise<Page<LevelRow & { readonly due: number }>>
  reservation(id: string): Promise<Page<Reservation>>
  reservations(query: ReservationQuery): Promise<Page<Reservation>>
  transfer(id: string): Promise<Page<Transfer>>
  transfers(query: TransferQuery): Promise<Page<Transfer>>
  /**
   * In order of seq; looks at a bounded number of entries, and ends at about `LIMITS.pageBytes`, so a page
   * may hold fewer than `limit`. What it does not answer it does not read.
   */
  entries(query: EntryQuery): Promise<EntryPage>
  /** The newest entries of one level up to `throughSeq`, newest first; ends at `LIMITS.pageBytes`, too. */
  history(place: Place, throughSeq: number, limit: number): Promise<HistoryPage>
  /** The newest commit at or before a time. */
  commitAt(time: number): Promise<CommitRow | null>
  /**
   * Commits behind `afterCommit` in order, and all their entries: at least one commit if there is one, and
   * no more behind about `LIMITS.pageBytes`.
   */
  trail(
    afterCommit: number,
    maxEntries: number,
  ): Promise<{
    readonly commits: readonly CommitRow[]
    readonly entries: readonly TrailEntry[]
  }>
  /** Levels in order of key. */
  balances(afterKey: number, limit: number): Promise<readonly BalanceRow[]>
  marks(prefix: string): Promise<readonly Mark[]>
  /** A reader whose every call sees one and the same state, until it is closed. */
  snapshot(): Promise<Reader & { close(): Promise<void> }>
  /** What the database itself says about its files; empty where all is well. */
  integrity(): Promise<readonly string[]>
  /** Copies the whole store, consistent, while it is written; reports 0 to 1. */
  backup(path: string, onProgress?: (done: number) => void): Promise<void>
}

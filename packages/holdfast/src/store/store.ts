import type { LevelId } from '../model/level-counts.ts'
import type { BoundStatement } from '../model/also.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type { CarriedFault } from './failure.ts'
import type { LoggedCommit } from '../log/commit-body.ts'
import type { EntryQuery, FoundEntries } from '../log/pages.ts'
import type { HoldPosition } from '../model/hold-window.ts'
import type { Holder, Reservation, ReservationStatus } from '../model/reservation.ts'
import type { Transfer, TransferStatus } from '../model/transfer.ts'
import type { WarehouseRecord } from '../model/warehouse-record.ts'
import type { Watermark } from '../postings/run.ts'
import type { ReservationRows } from './reservation-rows.ts'
import type { SumSecret } from './reservation-sum.ts'
import type { TransactionClient } from './transaction-client.ts'

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
  /** Null if reads need none: in memory, and if it was opened for reading only. */
  readonly postings: Postings | null
  /** Decides within a caller's own transaction; absent if no caller can have one. */
  readonly join?: Join
  /** Waits for what is under way, then lets go of files and connections. Twice is no error. */
  close(): Promise<void>
}

/**
 * What reads find records and entries by. It follows the log in runs, after the commits; after its watermark reads
 * search the log itself, so that they are exact at every moment.
 */
export interface Postings {
  /** A run ends with so many commits at the latest: see `endsRun`. */
  readonly runCommits: number
  watermark(): Promise<Watermark>
  /** Reads a piece of the log, so that reads need not; returns whether it has come to the end. */
  follow(): Promise<boolean>
  /** Writes the next run and returns the watermark after it; null if the log does not have all of it yet. @throws StoreFailure */
  extend(signal?: AbortSignal): Promise<Watermark | null>
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
  readonly unsellable: number
  /** `seq` of the level's newest entry. */
  readonly lastSeq: number
  /** The integer of its newest reservation; 0 if none was made. */
  readonly lastReservation: number
  /** `seq` of the newest entry that a count of it wrote; 0 if none did. */
  readonly lastCount: number
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

/** A named text that a program keeps beside the inventory: a token, how far an import is. */
export interface StoredDocument {
  readonly name: string
  readonly value: string
}

/** A document as it is to be from now on; null: there is to be none of that name. */
export interface DocumentChange {
  readonly name: string
  readonly value: string | null
}

/** How far a named consumer has come. Not part of the log. */
export interface Position {
  readonly name: string
  /** Of the last entry that it is done with. */
  readonly seq: number
}

/** How a named consumer goes on. */
export interface Move {
  readonly name: string
  /** Where it stands, as far as is known; null: nowhere yet. */
  readonly from: number | null
  /** Null: the position is removed. */
  readonly to: number | null
  /** What goes with it, on stores that carry; `place` is that of the entry among these. */
  readonly carried: readonly Carried[]
}

/** An answer as it is stored: with the number of the commit that stored it. */
export interface KeyRow extends StoredKey {
  readonly commit: number
  /** Rises with the order in which answers were stored, within a commit at least. */
  readonly place: number
}

/** How many of a level's reservations are looked at for its claims, newest first. */
export const CLAIM_STEPS = 1000

/** What a batch must look at and the engine does not know yet. */
export interface Needs {
  readonly levels: readonly LevelId[]
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
   * PENDING or CONFIRMED reservations of a level, newest first: `count` of them, as far as they are among the
   * level's newest CLAIM_STEPS.
   */
  readonly claims: readonly { readonly level: LevelRow; readonly count: number }[]
  /** PENDING reservations of an owner or a group with `expiresAt` at `now` or after: all, or `count` if there are more. */
  readonly holders: readonly {
    readonly holder: Holder
    readonly count: number
    readonly now: number
  }[]
  readonly keys: readonly string[]
  /** Scopes, each as its keys begin: of which keys is the greatest one asked for? */
  readonly keyScopes: readonly string[]
  /** Names of documents. */
  readonly documents: readonly string[]
}

/**
 * The records found; what was asked for and is not here does not exist. Reservations and transfers bear the `seq` of
 * their newest entry: see `stampEntry`.
 */
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
    /** No hold at or after `now` was found, and there are more. */
    readonly gaveUp: boolean
  }[]
  readonly claims: readonly {
    readonly key: number
    readonly reservations: readonly Reservation[]
  }[]
  /** Beside each holder asked for: the ids; the reservations are among those above, with their levels. */
  readonly holders: readonly (readonly string[])[]
  readonly keys: readonly StoredKey[]
  /** Beside each scope asked for: its greatest stored key in order of bytes, or null. */
  readonly lastKeys: readonly (string | null)[]
  readonly documents: readonly StoredDocument[]
}

/** Statements of a shop's own that one command carries into its commit, or a consumer into its move. */
export interface Carried {
  /** Of the command among those of its batch, or of the entry among those of the move, from 0. */
  readonly place: number
  readonly statements: readonly BoundStatement[]
}

/** What statements failed with that were tried before their commit. */
export interface TrialFault extends Omit<CarriedFault, 'place'> {
  /** Of the command; null if it is not known which one it was. */
  readonly place: number | null
  /** Whether no time is left for statements in this commit. */
  readonly isOver: boolean
}

/** One batch to make durable: all of it in one transaction, or nothing. */
export interface Commit {
  /** The head before it, and the head that it makes. */
  readonly before: Head
  readonly head: Head
  /** Random, 32 hex digits: by this a commit is found again after a lost connection. */
  readonly batchId: string
  /**
   * What it does, as the hash covers it, and the texts that stand apart: see docs/log-format.md. The bytes are the
   * store's once they are handed over.
   */
  readonly body: Uint8Array<ArrayBuffer>
  readonly texts: string | null
  /** Levels as they stand now; one whose key is above `before.levelKeys` is new. */
  readonly levels: readonly LevelRow[]
  /**
   * Reservations as they stand now, stamped with their newest entry; one whose seq is above `before.seq` is new.
   * Beside each its level's key, and of a new one the integer of that level's reservation before it (0: none).
   */
  readonly reservations: readonly Reservation[]
  readonly reservationLevelKeys: readonly number[]
  readonly reservationsBehind: readonly number[]
  /**
   * Whether a store has to look at what most commits do not touch: of a new reservation all but what a hold has at first,
   * of a changed one its owner, `cameBack` and `replacedBy`. What never changes is written when it is made.
   */
  readonly hasRare: boolean
  /** Transfers as they stand now; one whose seq is above `before.seq` is new. */
  readonly transfers: readonly Transfer[]
  readonly warehouses: readonly WarehouseRow[]
  readonly keys: readonly StoredKey[]
  /** Those of them that take the place of a stored one whose time is over; the others are new. */
  readonly replacedKeys: ReadonlySet<string>
  readonly documents: readonly DocumentChange[]
  /** Keys of commits up to this one are forgotten; 0 for none. */
  readonly forgotten: number
  /** Run after all else, in this order; none if they were run before it. */
  readonly carried: readonly Carried[]
}

/** State that follows from the log, to be written in the place of what stands there. */
export type StateRows = Pick<
  Commit,
  | 'levels'
  | 'reservations'
  | 'reservationLevelKeys'
  | 'reservationsBehind'
  | 'hasRare'
  | 'transfers'
  | 'warehouses'
>

/** State rows of which those are new that lie after a head. */
export type MadeRows = StateRows & { readonly before: Pick<Head, 'seq' | 'levelKeys'> }

/** A transaction that writes all of the state anew; nothing of it is seen before its end. */
export interface Rebuilding {
  /**
   * The next commit of another store's log, with its keys and documents, where the log was empty. It has no rows of the
   * state: `add` writes them. @throws StoreFailure
   */
  commit(commit: Commit): Promise<void>
  /** How far a consumer of that log has come. @throws StoreFailure */
  position(position: Position): Promise<void>
  /** Each warehouse, level, reservation and transfer once; warehouses first. @throws StoreFailure */
  add(rows: StateRows): Promise<void>
  /** Makes it durable. @throws StoreFailure */
  finish(): Promise<void>
  /** As if it had not begun. */
  abandon(): Promise<void>
}

/** A lock on the head of the trail, for several processes that write it. */
export interface HeadLock {
  /** Waits for it; returns the head and the database's time. A commit releases it. @throws StoreFailure */
  acquire(): Promise<{ readonly head: Head; readonly now: number }>
  /** Without a commit. Nothing was written. */
  release(): Promise<void>
}

export interface Writer {
  /** How many commits may be in flight at once, each but the first made on the state before it. */
  readonly depth: number
  /**
   * Runs statements of a shop's own while the head is locked, before the commit: those of some commands, which are kept
   * if all of them go well, or none of them. Null if a commit carries no statements. @throws StoreFailure
   */
  readonly carry: ((carried: readonly Carried[]) => Promise<TrialFault | null>) | null
  /** Null if this process is the only writer: the head is what it last made. */
  readonly headLock: HeadLock | null
  load(needs: Needs): Promise<Loaded>
  /**
   * Resolves once the commit is durable, with the database's time if that is the one that counts and
   * was heard. One that is handed in while another is in flight stands on
   * that: it fails with it, and if the head has to be locked, it locks it by itself.
   * One that cannot even be sent (see `unsent`) fails without being fatal, and so do those after it.
   * @throws StoreFailure; HeadMoved where another process came between; CarriedFailed
   */
  commit(commit: Commit): Promise<number | null>
  /** Whether the batch became durable. @throws StoreFailure if that cannot be known now */
  wasCommitted(batchId: string): Promise<boolean>
  /** The head and the warehouses as they are durable now: at opening, and after a failed commit. */
  recover(): Promise<{ readonly head: Head; readonly warehouses: readonly WarehouseRow[] }>
  /**
   * Moves a consumer's position, outside of any batch, and runs what goes with it in the same transaction. False if the
   * position is not at `from`: another process has moved it, and nothing is written. So a move that was lost on its way
   * can do no harm later.
   * @throws StoreFailure, of unknown outcome only where statements are carried; CarriedFailed, which names the entry if
   * there is only one
   */
  movePosition(move: Move): Promise<boolean>
  /** Writes something as large as a large command, and leaves no trace of it in the inventory. @throws StoreFailure */
  tryWrite(): Promise<void>
  /**
   * Up to which commit keys were stored before a time, looking at `limit` of them, the oldest first; 0 if there are
   * none.
   */
  oldKeys(before: number, limit: number): Promise<number>
  /** Takes away all levels, reservations, transfers and warehouses, to write them anew. Nothing else is committed meanwhile. */
  rebuild(): Promise<Rebuilding>
  /** Pending holds with `expiresAt` below `now`, the earliest first. */
  dueHolds(now: number, limit: number): Promise<readonly string[]>
  /**
   * Takes or keeps the lead of a named consumer for this process, so that one process at a time runs
   * it; returns whether it has it. Always true if this process is the only writer.
   */
  lead(name: string): Promise<boolean>
  /** Gives the lead back, so that another process need not wait until it runs out. @throws StoreFailure */
  resign(name: string): Promise<void>
  /** Calls back when another process may have committed; returns how to stop. Null if none can. */
  readonly watch: ((wake: () => void) => () => void) | null
}

/** What batches need of a writer. */
export type BatchWriter = Pick<
  Writer,
  'depth' | 'carry' | 'headLock' | 'load' | 'commit' | 'wasCommitted' | 'recover'
>

export interface JoinOptions {
  /** How long the transaction may say nothing once it holds the head of the trail, in milliseconds. */
  readonly idleMs: number
  /** A head that is durable: the client's database must have it. */
  readonly known: Head
  /** The store may be closed once it resolves, though the client may still be in use. */
  readonly outlived: Promise<void>
}

/** A transaction of a caller's in which batches are decided and written, and read again. Only the caller ends it. */
export interface Joined {
  /** The head stays locked until the caller ends the transaction; `commit` writes, and leaves the COMMIT to the caller. */
  readonly writer: BatchWriter
  readonly reader: Reader
  /** Waits for reads under way and lets go of the client. Resolves with the error that broke the transaction, or null. */
  leave(): Promise<Error | null>
}

/** @throws InvalidInputError if the client does not fit; OperationalError */
export type Join = (client: TransactionClient, options: JoinOptions) => Promise<Joined>

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
  /** Warehouses whose levels are left out. */
  readonly hidden?: readonly string[] | undefined
  /** In order of (productId, warehouseId), those after this one. */
  readonly after?: LevelId | undefined
  readonly limit: number
  /** Holds with `expiresAt` below this count as due. */
  readonly now: number
}

export interface ReservationQuery {
  /** As the reservations stand at `now`: a due hold is EXPIRED. */
  readonly status?: ReservationStatus | undefined
  readonly owner?: string | undefined
  readonly group?: string | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  /** Newest first: those made before this one. */
  readonly beforeSeq?: number | undefined
  readonly limit: number
  readonly now: number
}

export interface TransferQuery {
  readonly status?: TransferStatus | undefined
  readonly group?: string | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  /** Newest first: those made before this one. */
  readonly beforeSeq?: number | undefined
  readonly limit: number
}

export type { EntryQuery } from '../log/pages.ts'

/** Records newest first. It may have fewer than were asked for, and still not be the last: see `before`. */
export interface RecordPage<T> extends Page<T> {
  /** What the next page's `beforeSeq` is; null if no more records come. */
  readonly before: number | null
}

export type EntryPage = Page<AuditEntry> & FoundEntries

export interface HistoryPage extends Page<AuditEntry> {
  /** Whether the level has older entries than these. */
  readonly more: boolean
}

/** How far postings go. Those of texts are found by hashes with this salt. */
export interface PostingMark extends Watermark {
  readonly salt: Uint8Array
}

/** Numbers of one row of postings, in this order: see `PostingRows`. `end` is where its bytes end. */
export const POSTING_ROW = ['kind', 'list', 'block', 'run', 'end'] as const

/** Rows of postings in order of (kind, list, block, run), packed: there may be millions. */
export interface PostingRows {
  /** As many numbers for each as POSTING_ROW has names. */
  readonly numbers: Float64Array
  /** Of all of them, one after the other. */
  readonly bytes: Uint8Array
}

/** Where a row of postings stands: (kind, list, block, run). */
export type PostingPlace = readonly [number, number, number, number]

/** A record with the `seq` of its newest entry. */
export interface Stamped<Of> {
  readonly record: Of
  readonly lastSeq: number
}

/** Where a page of the log ends, about. */
export const LOG_PAGE_BYTES = 262_144

/** Reads, each from one snapshot, beside a running writer. */
export interface Reader {
  /**
   * Asks for the store's time, in whole milliseconds, if that counts because several processes share
   * the store. Null if the process's own counts.
   */
  readonly clock: (() => Promise<number>) | null
  /** Whether it can be read while a snapshot is open: false if both may wait for the last connection of a pool. */
  readonly besideSnapshot: boolean
  /** Whether it follows another database, and may not have everything yet that was acknowledged there. */
  isStandby(): Promise<boolean>
  head(): Promise<Head>
  warehouses(): Promise<Page<WarehouseRow>>
  levels(query: LevelQuery): Promise<Page<LevelRow & { readonly due: number }>>
  /** One level, or none. */
  level(place: LevelId, now: number): Promise<Page<LevelRow & { readonly due: number }>>
  reservation(id: string): Promise<Page<Reservation>>
  /** Looks at a bounded number of records, and so does `transfers`. */
  reservations(query: ReservationQuery): Promise<RecordPage<Reservation>>
  transfer(id: string): Promise<Page<Transfer>>
  transfers(query: TransferQuery): Promise<RecordPage<Transfer>>
  /**
   * In order of seq; looks at a bounded number of entries, and ends at about `LIMITS.pageBytes`, so a page
   * may hold fewer than `limit`. What it does not answer it does not read.
   */
  entries(query: EntryQuery): Promise<EntryPage>
  /** The newest entries of one level up to `throughSeq`, newest first; ends at `LIMITS.pageBytes`, too. */
  history(place: LevelId, throughSeq: number, limit: number): Promise<HistoryPage>
  /** `seq` of the newest entry at or before a time; 0 if there is none. */
  seqAt(time: number): Promise<number>
  /**
   * Commits after `afterCommit` in order: at least one if there is one, and no more after about `LOG_PAGE_BYTES`. A
   * store whose threads can do so gives them `digested`, if asked to.
   */
  log(afterCommit: number, isDigested?: boolean): Promise<readonly LoggedCommit[]>
  /** Every level, in order of key. */
  levelRows(afterKey: number, limit: number): Promise<readonly LevelRow[]>
  /** Every reservation with a number in here, in order; RESERVATION_ROWS of them at most. */
  reservationRows(afterSeq: number, throughSeq: number): Promise<ReservationRows>
  /** The sum of them: see `sumOfRows`. NaN if a number is too large for one. */
  reservationSum(secret: SumSecret, afterSeq: number, throughSeq: number): Promise<number>
  /** Every transfer, in order. */
  transferRows(afterSeq: number, limit: number): Promise<readonly Stamped<Transfer>[]>
  /** Documents whose names begin so, in order of name. */
  documents(prefix: string): Promise<readonly StoredDocument[]>
  /** How far consumers have come, in order of name. */
  positions(): Promise<readonly Position[]>
  /** Stored answers after one (null: all), in the order in which they were stored; at most a page of them. */
  keyRows(after: KeyRow | null): Promise<readonly KeyRow[]>
  /** Null where reads need no postings. */
  postingMark(): Promise<PostingMark | null>
  /** Rows of postings after one (null: all); at most a page of them. */
  postingRows(after: PostingPlace | null): Promise<PostingRows>
  /** A reader whose every call sees one and the same state, until it is closed. */
  snapshot(): Promise<Reader & { close(): Promise<void> }>
  /** What the database itself says about its files; empty if all is well. */
  integrity(): Promise<readonly string[]>
  /** What the store takes on its disk; null if it is on none. */
  bytes(): Promise<number | null>
  /** Copies the whole store, consistent, while it is written. Aborted, it leaves nothing. */
  backup(path: string, options: CopyOptions): Promise<void>
}

export interface CopyOptions {
  /** Called with 0 to 1. It must not throw. */
  readonly onProgress: (done: number) => void
  readonly signal: AbortSignal
}

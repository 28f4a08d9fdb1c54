import type { Transfer } from '../../../model/transfer.ts'
import type { WarehouseRecord } from '../../../model/warehouse-record.ts'
import type { DocumentChange, Head, Stamped } from '../../store.ts'

/** Columns of the numbers that stand for a level, in the order of the table's. */
export const LEVEL_NUMBERS = [
  'key',
  'available',
  'held',
  'allocated',
  'unsellable',
  'last_seq',
  'reservation_ago',
  'count_ago',
] as const
export const LEVEL_WIDTH = LEVEL_NUMBERS.length
/** What is read of the distances among them. */
export const NEWEST = {
  lastReservation: 'coalesce(l.last_seq - l.reservation_ago, 0)',
  lastCount: 'coalesce(l.last_seq - l.count_ago, 0)',
}
/** Columns of the numbers that stand for a new reservation; its owner is beside them. */
export const MADE = [
  'seq',
  'level_key',
  'qty',
  'status',
  'created_at',
  'expires_at',
  'random',
  'moved_after',
  'behind',
] as const
/** And for one that changes: what it is known by, and what changes. */
export const CHANGED = [
  'seq',
  'status',
  'expires_at',
  'moved_after',
  'released',
  'shipped',
  'cancelled',
] as const
export const RESERVATION_WIDTH = Math.max(MADE.length, CHANGED.length)
/** For both, in a commit that has something rare. */
export const WHOLE = [...MADE, 'released', 'shipped', 'cancelled', 'came_back'] as const
export const WHOLE_WIDTH = WHOLE.length
/** How many texts stand for an idempotency key. */
export const KEY_WIDTH = 3

/** A text for each row, or null for a column in which there is none. */
export type TextColumn = readonly (string | null)[] | null

export function textColumn(texts: readonly (string | null)[]): TextColumn {
  return texts.some((text) => text !== null) ? texts : null
}

/**
 * A commit on its way to the thread that writes it: numbers in one array that changes hands without a
 * copy, texts only if there are any. Objects would cost the caller's thread 6 µs a command
 * instead of half of one.
 */
export interface PackedCommit extends PackedState {
  readonly head: Head
  readonly batchId: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly texts: string | null
  /** Key, fingerprint and answer of each in turn; all are of the commit's time. */
  readonly keys: readonly string[]
  readonly documents: readonly DocumentChange[]
  readonly forgotten: number
}

/** Of a commit: the state as it stands after it. */
export interface PackedState {
  readonly before: Pick<Head, 'seq' | 'levelKeys'>
  /** Levels, then reservations; NaN for NULL. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly levels: number
  readonly reservations: number
  readonly owners: TextColumn
  /** null if nothing rare is to be written: see `hasRare` of a commit. */
  readonly rare: RareTexts | null
  /** Product and warehouse of each new level, in the order of the levels. */
  readonly newLevels: readonly string[]
  /** What the records keep to themselves does not come along to another thread. */
  readonly transfers: readonly Stamped<Transfer>[]
  readonly warehouses: readonly PackedWarehouse[]
}

/** Texts that hardly any reservation has. */
export interface RareTexts {
  readonly replaces: TextColumn
  readonly replacedBy: TextColumn
  readonly groups: TextColumn
}

export interface PackedWarehouse {
  readonly id: string
  readonly onHand: number
  /** null where only the units on hand are new. */
  readonly record: WarehouseRecord | null
}

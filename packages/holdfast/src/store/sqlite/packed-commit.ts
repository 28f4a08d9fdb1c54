import type { Transfer } from '../../model/transfer.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import type { Head, Mark } from '../store.ts'

/** How many numbers stand for one row of each kind, in the order of the table's columns. */
export const ENTRY_WIDTH = 13
export const LEVEL_WIDTH = 5
export const RESERVATION_WIDTH = 7
/** How many texts stand for an idempotency key. */
export const KEY_WIDTH = 3

/** A text for each row, or null for a column in which there is none. */
export type TextColumn = readonly (string | null)[] | null

/**
 * A commit on its way to the thread that writes it: numbers in one array that changes hands without a
 * copy, texts only where there are any. Objects would cost the caller's thread 6 µs a command
 * instead of half of one.
 */
export interface PackedCommit {
  readonly before: Pick<Head, 'seq' | 'levelKeys'>
  readonly head: Head
  readonly batchId: string
  /** Entries, then levels, then reservations; NaN for NULL. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly entries: number
  readonly levels: number
  readonly reservations: number
  readonly actors: TextColumn
  readonly metadata: TextColumn
  readonly owners: TextColumn
  /** Product and warehouse of each new level, in the order of the levels. */
  readonly newLevels: readonly string[]
  /** The warehouse of each entry that belongs to no level, in the order of the entries. */
  readonly notes: readonly string[]
  readonly transfers: readonly Transfer[]
  readonly warehouses: readonly PackedWarehouse[]
  /** Key, fingerprint and answer of each in turn; all are of the commit's time. */
  readonly keys: readonly string[]
  readonly marks: readonly Mark[]
}

export interface PackedWarehouse {
  readonly id: string
  readonly onHand: number
  /** null where only the units on hand are new. */
  readonly record: WarehouseRecord | null
}

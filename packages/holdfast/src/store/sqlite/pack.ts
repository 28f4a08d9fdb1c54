import type { AuditEntry } from '../../domain/audit-entry.ts'
import type { Reservation } from '../../domain/reservation.ts'
import type { Transfer } from '../../domain/transfer.ts'
import type { WarehouseRecord } from '../../domain/warehouse-record.ts'
import { randomOf, seqOf } from '../record-id.ts'
import type { Commit, Head, Mark, StoredKey } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS, CODE_OF_TYPE } from './codes.ts'
import { storeMetadata, type Slot } from './metadata.ts'

/** How many numbers stand for one row of each kind, in the order of the table's columns. */
export const ENTRY_WIDTH = 13
export const LEVEL_WIDTH = 5
export const RESERVATION_WIDTH = 7

/** As many as commits can be under way. */
const SPARE = 2

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
  readonly keys: readonly StoredKey[]
  readonly marks: readonly Mark[]
}

export interface PackedWarehouse {
  readonly id: string
  readonly onHand: number
  /** null where only the units on hand are new. */
  readonly record: WarehouseRecord | null
}

/** Remembers which warehouse records the file has, so that a commit carries only what is new. */
export class Packer {
  #stored = new Map<string, WarehouseRecord>()
  readonly #spare: ArrayBuffer[] = []

  /** After a failure nobody knows which of them arrived. */
  forget(): void {
    this.#stored.clear()
  }

  pack(commit: Commit): PackedCommit {
    const { entries, levels, reservations } = commit
    const numbers = this.#numbers(
      entries.length * ENTRY_WIDTH +
        levels.length * LEVEL_WIDTH +
        reservations.length * RESERVATION_WIDTH,
    )
    const texts = packEntries(commit, numbers)
    const newLevels = packLevels(commit, numbers, entries.length * ENTRY_WIDTH)
    const from = entries.length * ENTRY_WIDTH + levels.length * LEVEL_WIDTH
    const owners = packReservations(commit, numbers, from)
    return {
      before: { seq: commit.before.seq, levelKeys: commit.before.levelKeys },
      head: commit.head,
      batchId: commit.batchId,
      numbers,
      entries: entries.length,
      levels: levels.length,
      reservations: reservations.length,
      ...texts,
      owners,
      newLevels,
      transfers: commit.transfers,
      warehouses: commit.warehouses.map(({ record, onHand }) => this.#warehouse(record, onHand)),
      keys: commit.keys,
      marks: commit.marks,
    }
  }

  /** Takes back what a commit travelled in: new buffers of this size would keep the collector busy. */
  takeBack(buffer: ArrayBuffer): void {
    if (this.#spare.length < SPARE) this.#spare.push(buffer)
  }

  #numbers(length: number): Float64Array<ArrayBuffer> {
    const bytes = length * Float64Array.BYTES_PER_ELEMENT
    const spare = this.#spare.pop()
    if (spare !== undefined && spare.byteLength >= bytes) return new Float64Array(spare, 0, length)
    return new Float64Array(length)
  }

  #warehouse(record: WarehouseRecord, onHand: number): PackedWarehouse {
    if (this.#stored.get(record.id) === record) return { id: record.id, onHand, record: null }
    this.#stored.set(record.id, record)
    return { id: record.id, onHand, record }
  }
}

function packEntries(
  commit: Commit,
  numbers: Float64Array,
): Pick<PackedCommit, 'actors' | 'metadata' | 'notes'> {
  const { entries, entryLevelKeys, previousSeqs } = commit
  const slot: Slot = { extra: NaN, because: NaN }
  const notes: string[] = []
  let actors: (string | null)[] | null = null
  let metadata: (string | null)[] | null = null
  let at = 0
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    const json = storeMetadata(entry, slot)
    numbers[at] = entry.seq
    numbers[at + 1] = CODE_OF_TYPE[entry.type]
    numbers[at + 2] = entryLevelKeys[i]! || NaN
    numbers[at + 3] = entry.qty
    numbers[at + 4] = entry.timestamp
    numbers[at + 5] = entry.available
    numbers[at + 6] = entry.held
    numbers[at + 7] = entry.allocated
    numbers[at + 8] = previousSeqs[i]!
    numbers[at + 9] = reservationOf(entry)
    numbers[at + 10] = entry.transferId === null ? NaN : seqOf(entry.transferId)
    numbers[at + 11] = slot.extra
    numbers[at + 12] = slot.because
    at += ENTRY_WIDTH
    if (entryLevelKeys[i] === 0) notes.push(entry.warehouseId)
    if (entry.actor !== null) (actors ??= empty(entries.length))[i] = entry.actor
    if (json !== null) (metadata ??= empty(entries.length))[i] = json
  }
  return { actors, metadata, notes }
}

/** A reservation is numbered by its first entry. */
function reservationOf({ type, seq, reservationId }: AuditEntry): number {
  if (reservationId === null) return NaN
  return type === 'RESERVED' ? seq : seqOf(reservationId)
}

function packLevels(commit: Commit, numbers: Float64Array, from: number): string[] {
  const { levels, before } = commit
  const newLevels: string[] = []
  let at = from
  for (const level of levels) {
    numbers[at] = level.key
    numbers[at + 1] = level.available
    numbers[at + 2] = level.held
    numbers[at + 3] = level.allocated
    numbers[at + 4] = level.lastSeq
    at += LEVEL_WIDTH
    if (level.key > before.levelKeys) newLevels.push(level.productId, level.warehouseId)
  }
  return newLevels
}

function packReservations(commit: Commit, numbers: Float64Array, from: number): TextColumn {
  const { reservations, reservationLevelKeys } = commit
  let owners: (string | null)[] | null = null
  let at = from
  for (let i = 0; i < reservations.length; i++) {
    const reservation: Reservation = reservations[i]!
    numbers[at] = seqOf(reservation.id)
    numbers[at + 1] = reservationLevelKeys[i]!
    numbers[at + 2] = reservation.qty
    numbers[at + 3] = CODE_OF_RESERVATION_STATUS[reservation.status]
    numbers[at + 4] = reservation.createdAt
    numbers[at + 5] = reservation.expiresAt
    numbers[at + 6] = randomOf(reservation.id)
    at += RESERVATION_WIDTH
    if (reservation.owner !== null) (owners ??= empty(reservations.length))[i] = reservation.owner
  }
  return owners
}

function empty(length: number): (string | null)[] {
  return Array.from({ length }, () => null)
}

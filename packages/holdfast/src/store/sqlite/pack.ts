import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import { randomOf, seqOf } from '../record-id.ts'
import type { Commit } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS, CODE_OF_TYPE } from '../codes.ts'
import { storeMetadata, type Slot } from '../metadata.ts'
import {
  ENTRY_WIDTH,
  LEVEL_WIDTH,
  RESERVATION_WIDTH,
  type PackedCommit,
  type PackedWarehouse,
  type TextColumn,
} from './packed-commit.ts'

/** Remembers which warehouse records the file has, so that a commit carries only what is new. */
export class Packer {
  #stored = new Map<string, WarehouseRecord>()

  /** After a failure nobody knows which of them arrived. */
  forget(): void {
    this.#stored.clear()
  }

  pack(commit: Commit): PackedCommit {
    const { entries, levels, reservations } = commit
    const numbers = new Float64Array(
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
      keys: packKeys(commit),
      marks: commit.marks,
    }
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

function packKeys({ keys }: Commit): string[] {
  const texts: string[] = []
  for (const { key, fingerprint, answer } of keys) texts.push(key, fingerprint, answer)
  return texts
}

function empty(length: number): (string | null)[] {
  return Array.from({ length }, () => null)
}

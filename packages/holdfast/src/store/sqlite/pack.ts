import { newestEntry } from '../../model/newest-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import { randomOf, seqOf } from '../../model/record-id.ts'
import type { Commit, MadeRows } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS } from '../codes.ts'
import {
  LEVEL_WIDTH,
  RESERVATION_WIDTH,
  textColumn,
  WHOLE_WIDTH,
  type PackedCommit,
  type PackedState,
  type PackedWarehouse,
  type RareTexts,
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
    const { head, batchId, body, texts, documents, forgotten } = commit
    const keys = packKeys(commit)
    return { ...this.packState(commit), head, batchId, body, texts, keys, documents, forgotten }
  }

  packState(rows: MadeRows): PackedState {
    const { levels, reservations, before } = rows
    const from = levels.length * LEVEL_WIDTH
    const width = rows.hasRare ? WHOLE_WIDTH : RESERVATION_WIDTH
    const numbers = new Float64Array(from + reservations.length * width)
    const newLevels = packLevels(rows, numbers)
    const owners = packReservations(rows, numbers, from)
    return {
      before: { seq: before.seq, levelKeys: before.levelKeys },
      numbers,
      levels: levels.length,
      reservations: reservations.length,
      owners,
      rare: rows.hasRare ? rareTexts(reservations) : null,
      newLevels,
      transfers: rows.transfers.map((record) => ({ record, lastSeq: newestEntry(record) })),
      warehouses: rows.warehouses.map(({ record, onHand }) => this.#warehouse(record, onHand)),
    }
  }

  #warehouse(record: WarehouseRecord, onHand: number): PackedWarehouse {
    if (this.#stored.get(record.id) === record) return { id: record.id, onHand, record: null }
    this.#stored.set(record.id, record)
    return { id: record.id, onHand, record }
  }
}

function packLevels({ levels, before }: MadeRows, numbers: Float64Array): string[] {
  const newLevels: string[] = []
  let at = 0
  for (const level of levels) {
    numbers[at] = level.key
    numbers[at + 1] = level.available
    numbers[at + 2] = level.held
    numbers[at + 3] = level.allocated
    numbers[at + 4] = level.unsellable
    numbers[at + 5] = level.lastSeq
    numbers[at + 6] = distance(level.lastReservation, level.lastSeq)
    at += LEVEL_WIDTH
    if (level.key > before.levelKeys) newLevels.push(level.productId, level.warehouseId)
  }
  return newLevels
}

function packReservations(rows: MadeRows, numbers: Float64Array, from: number): TextColumn {
  const { reservations, reservationLevelKeys, reservationsBehind, before, hasRare } = rows
  let owners: (string | null)[] | null = null
  let at = from
  for (let i = 0; i < reservations.length; i++) {
    const reservation: Reservation = reservations[i]!
    const seq = seqOf(reservation.id)
    const status = CODE_OF_RESERVATION_STATUS[reservation.status]
    const movedAfter = newestEntry(reservation) - seq
    numbers[at] = seq
    if (hasRare || seq > before.seq) {
      numbers[at + 1] = reservationLevelKeys[i]!
      numbers[at + 2] = reservation.qty
      numbers[at + 3] = status
      numbers[at + 4] = reservation.createdAt
      numbers[at + 5] = reservation.expiresAt
      numbers[at + 6] = randomOf(reservation.id)
      numbers[at + 7] = movedAfter
      numbers[at + 8] = distance(reservationsBehind[i]!, seq)
      if (hasRare) packCounts(reservation, numbers, at + 9)
      if (reservation.owner !== null) (owners ??= empty(reservations.length))[i] = reservation.owner
    } else {
      numbers[at + 1] = status
      numbers[at + 2] = reservation.expiresAt
      numbers[at + 3] = movedAfter
      numbers[at + 4] = reservation.released
      numbers[at + 5] = reservation.shipped
      numbers[at + 6] = reservation.cancelled
    }
    at += hasRare ? WHOLE_WIDTH : RESERVATION_WIDTH
  }
  return owners
}

function packCounts(reservation: Reservation, numbers: Float64Array, at: number): void {
  numbers[at] = reservation.released
  numbers[at + 1] = reservation.shipped
  numbers[at + 2] = reservation.cancelled
  numbers[at + 3] = reservation.cameBack
}

function rareTexts(reservations: readonly Reservation[]): RareTexts {
  return {
    replaces: textColumn(reservations.map(({ replaces }) => replaces)),
    replacedBy: textColumn(reservations.map(({ replacedBy }) => replacedBy)),
    groups: textColumn(reservations.map(({ group }) => group)),
  }
}

/** How far back; NaN, which stands for NULL, where there is none. */
function distance(back: number, from: number): number {
  return back === 0 ? NaN : from - back
}

function packKeys({ keys }: Commit): string[] {
  const texts: string[] = []
  for (const { key, fingerprint, answer } of keys) texts.push(key, fingerprint, answer)
  return texts
}

function empty(length: number): (string | null)[] {
  return new Array<null>(length).fill(null)
}

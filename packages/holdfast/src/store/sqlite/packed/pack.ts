import { newestEntry } from '../../../model/newest-entry.ts'
import type { Reservation } from '../../../model/reservation.ts'
import type { WarehouseRecord } from '../../../model/warehouse-record.ts'
import { randomOf, seqOf } from '../../../model/record-id.ts'
import type { Commit, MadeRows } from '../../store.ts'
import { codeOfReservationStatus } from '../../codes.ts'
import { offsetsIn } from '../../rows/select.ts'
import {
  CHANGED,
  LEVEL_NUMBERS,
  LEVEL_WIDTH,
  RESERVATION_WIDTH,
  textColumn,
  WHOLE,
  WHOLE_WIDTH,
  type PackedCommit,
  type PackedState,
  type PackedWarehouse,
  type RareTexts,
  type TextColumn,
} from './packed-commit.ts'

const OF_LEVEL = offsetsIn(LEVEL_NUMBERS)
/** Those of MADE are the first ones. */
const OF_MADE = offsetsIn(WHOLE)
const OF_CHANGED = offsetsIn(CHANGED)

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
    numbers[at + OF_LEVEL.key] = level.key
    numbers[at + OF_LEVEL.available] = level.available
    numbers[at + OF_LEVEL.held] = level.held
    numbers[at + OF_LEVEL.allocated] = level.allocated
    numbers[at + OF_LEVEL.unsellable] = level.unsellable
    numbers[at + OF_LEVEL.last_seq] = level.lastSeq
    numbers[at + OF_LEVEL.reservation_ago] = distance(level.lastReservation, level.lastSeq)
    numbers[at + OF_LEVEL.count_ago] = distance(level.lastCount, level.lastSeq)
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
    const status = codeOfReservationStatus(reservation.status)
    const movedAfter = newestEntry(reservation) - seq
    if (hasRare || seq > before.seq) {
      numbers[at + OF_MADE.seq] = seq
      numbers[at + OF_MADE.level_key] = reservationLevelKeys[i]!
      numbers[at + OF_MADE.qty] = reservation.qty
      numbers[at + OF_MADE.status] = status
      numbers[at + OF_MADE.created_at] = reservation.createdAt
      numbers[at + OF_MADE.expires_at] = reservation.expiresAt
      numbers[at + OF_MADE.random] = randomOf(reservation.id)
      numbers[at + OF_MADE.moved_after] = movedAfter
      numbers[at + OF_MADE.behind] = distance(reservationsBehind[i]!, seq)
      if (reservation.owner !== null) (owners ??= empty(reservations.length))[i] = reservation.owner
    } else {
      numbers[at + OF_CHANGED.seq] = seq
      numbers[at + OF_CHANGED.status] = status
      numbers[at + OF_CHANGED.expires_at] = reservation.expiresAt
      numbers[at + OF_CHANGED.moved_after] = movedAfter
      numbers[at + OF_CHANGED.released] = reservation.released
      numbers[at + OF_CHANGED.shipped] = reservation.shipped
      numbers[at + OF_CHANGED.cancelled] = reservation.cancelled
    }
    if (hasRare) {
      numbers[at + OF_MADE.released] = reservation.released
      numbers[at + OF_MADE.shipped] = reservation.shipped
      numbers[at + OF_MADE.cancelled] = reservation.cancelled
      numbers[at + OF_MADE.came_back] = reservation.cameBack
    }
    at += hasRare ? WHOLE_WIDTH : RESERVATION_WIDTH
  }
  return owners
}

function rareTexts(reservations: readonly Reservation[]): RareTexts {
  return {
    replaces: textColumn(reservations.map(({ replaces }) => replaces)),
    replacedBy: textColumn(reservations.map(({ replacedBy }) => replacedBy)),
    groups: textColumn(reservations.map(({ group }) => group)),
  }
}

/** How far back; NaN, which stands for NULL, if there is none. */
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

import { stampEntry } from '../../../model/newest-entry.ts'
import type { Reservation } from '../../../model/reservation.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import type { LevelRow, Loaded, Needs, Stamped, StoredDocument, StoredKey } from '../../store.ts'
import { RESERVATION_STATUSES } from '../../codes.ts'
import { columnsOf, offsetsOf } from '../../rows/select.ts'
import { NEWEST, type TextColumn } from './packed-commit.ts'

/** The numbers of a level that was found; `need` is its index among those that were asked for. */
export const FOUND_LEVEL = {
  need: 'need.key',
  ...columnsOf('l', 'key', 'available', 'held', 'allocated', 'unsellable', 'lastSeq'),
  ...NEWEST,
}
export const FOUND_LEVEL_WIDTH = Object.keys(FOUND_LEVEL).length

/** The same of a reservation. */
export const FOUND_RESERVATION = {
  need: 'need.key',
  ...columnsOf('r', 'levelKey', 'qty', 'status', 'createdAt', 'expiresAt'),
  lastSeq: 'r.seq + r.moved_after',
  ...columnsOf('r', 'released', 'shipped', 'cancelled', 'cameBack'),
}
export const FOUND_RESERVATION_WIDTH = Object.keys(FOUND_RESERVATION).length

const OF_LEVEL = offsetsOf(FOUND_LEVEL)
const OF_RESERVATION = offsetsOf(FOUND_RESERVATION)

/** So many of what belongs to a level. */
interface KeyCount {
  readonly key: number
  readonly count: number
}

/** The holds of a level that are over at `now`, and this many of those after them. */
interface HoldsOf extends KeyCount {
  readonly now: number
}

/** What a batch needs, on its way to the thread that looks it up. */
export interface PackedNeeds {
  /** Product and warehouse of each place in turn. */
  readonly places: readonly string[]
  /** `seq` and random bits of each reservation in turn; NaN for an id that none can have. */
  readonly reservations: Float64Array<ArrayBuffer>
  readonly transfers: readonly string[]
  readonly holds: readonly HoldsOf[]
  readonly claims: readonly KeyCount[]
  readonly holders: Needs['holders']
  readonly keys: readonly string[]
  readonly keyScopes: readonly string[]
  readonly documents: readonly string[]
}

/**
 * What was found, on its way back: numbers in one array, and no text that the caller's side knows.
 * Objects would cost it 1 µs a record, its share of a command.
 */
export interface PackedLoaded extends FoundReservations {
  /** FOUND_LEVEL of each in turn. */
  readonly levels: Float64Array<ArrayBuffer>
  /** Levels that reservations and transfers brought along. */
  readonly others: readonly LevelRow[]
  readonly transfers: readonly Stamped<Transfer>[]
  readonly holds: readonly FoundHolds[]
  readonly claims: readonly { readonly key: number; readonly reservations: StampedReservations }[]
  readonly holders: readonly StampedReservations[]
  readonly keys: readonly StoredKey[]
  readonly lastKeys: readonly (string | null)[]
  readonly documents: readonly StoredDocument[]
}

export interface FoundReservations {
  /** FOUND_RESERVATION of each in turn. */
  readonly reservations: Float64Array<ArrayBuffer>
  readonly owners: TextColumn
  readonly replaces: TextColumn
  readonly replacedBy: TextColumn
  readonly groups: TextColumn
}

type StampedReservations = readonly Stamped<Reservation>[]

export type FoundHolds = Omit<Loaded['holds'][number], 'holds'> & {
  readonly holds: StampedReservations
}

export function packNeeds(needs: Needs): PackedNeeds {
  const places: string[] = []
  for (const { productId, warehouseId } of needs.levels) places.push(productId, warehouseId)
  const reservations = new Float64Array(needs.reservations.length * 2)
  needs.reservations.forEach((id, index) => {
    const parsed = parseRecordId(id)
    reservations[index * 2] = parsed?.seq ?? NaN
    reservations[index * 2 + 1] = parsed?.random ?? NaN
  })
  return {
    places,
    reservations,
    transfers: needs.transfers,
    holds: needs.holds.map(({ level: { key }, count, now }) => ({ key, count, now })),
    claims: needs.claims.map(keyCount),
    holders: needs.holders,
    keys: needs.keys,
    keyScopes: needs.keyScopes,
    documents: needs.documents,
  }
}

function keyCount({ level, count }: Needs['claims'][number]): KeyCount {
  return { key: level.key, count }
}

export function unpackLoaded(needs: Needs, packed: PackedLoaded): Loaded {
  const levels = new Map<number, LevelRow>()
  for (let at = 0; at < packed.levels.length; at += FOUND_LEVEL_WIDTH) {
    const level = readLevel(needs, packed.levels, at)
    levels.set(level.key, level)
  }
  for (const level of packed.others) levels.set(level.key, level)
  const reservations: Reservation[] = []
  for (let row = 0; row < packed.reservations.length / FOUND_RESERVATION_WIDTH; row++)
    reservations.push(readReservation(needs, packed, row, levels))
  const { keys, lastKeys, documents } = packed
  const transfers = packed.transfers.map(unpacked)
  const holds = packed.holds.map((found) => ({ ...found, holds: found.holds.map(unpacked) }))
  const claims = packed.claims.map((found) => ({
    key: found.key,
    reservations: found.reservations.map(unpacked),
  }))
  const holders = packed.holders.map((held) => {
    reservations.push(...held.map(unpacked))
    return held.map(({ record }) => record.id)
  })
  const found = { reservations, transfers, holds, claims, holders, keys, lastKeys, documents }
  return { levels: [...levels.values()], ...found }
}

function unpacked<Of extends object>({ record, lastSeq }: Stamped<Of>): Of {
  return stampEntry(record, lastSeq)
}

function readLevel(needs: Needs, numbers: Float64Array, at: number): LevelRow {
  const { productId, warehouseId } = needs.levels[numbers[at + OF_LEVEL.need]!]!
  return {
    key: numbers[at + OF_LEVEL.key]!,
    warehouseId,
    productId,
    available: numbers[at + OF_LEVEL.available]!,
    held: numbers[at + OF_LEVEL.held]!,
    allocated: numbers[at + OF_LEVEL.allocated]!,
    unsellable: numbers[at + OF_LEVEL.unsellable]!,
    lastSeq: numbers[at + OF_LEVEL.lastSeq]!,
    lastReservation: numbers[at + OF_LEVEL.lastReservation]!,
    lastCount: numbers[at + OF_LEVEL.lastCount]!,
  }
}

function readReservation(
  needs: Needs,
  found: FoundReservations,
  row: number,
  levels: ReadonlyMap<number, LevelRow>,
): Reservation {
  const { reservations: numbers, owners, replaces, replacedBy, groups } = found
  const at = row * FOUND_RESERVATION_WIDTH
  const { productId, warehouseId } = levels.get(numbers[at + OF_RESERVATION.levelKey]!)!
  const reservation = {
    id: needs.reservations[numbers[at + OF_RESERVATION.need]!]!,
    warehouseId,
    productId,
    qty: numbers[at + OF_RESERVATION.qty]!,
    status: RESERVATION_STATUSES[numbers[at + OF_RESERVATION.status]!]!,
    owner: owners === null ? null : owners[row]!,
    createdAt: numbers[at + OF_RESERVATION.createdAt]!,
    expiresAt: numbers[at + OF_RESERVATION.expiresAt]!,
    released: numbers[at + OF_RESERVATION.released]!,
    shipped: numbers[at + OF_RESERVATION.shipped]!,
    cancelled: numbers[at + OF_RESERVATION.cancelled]!,
    cameBack: numbers[at + OF_RESERVATION.cameBack]!,
    replaces: replaces === null ? null : replaces[row]!,
    replacedBy: replacedBy === null ? null : replacedBy[row]!,
    group: groups === null ? null : groups[row]!,
  }
  return stampEntry(reservation, numbers[at + OF_RESERVATION.lastSeq]!)
}

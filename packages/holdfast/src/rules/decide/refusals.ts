import { counted } from '../../model/counted.ts'
import type { LevelId } from '../../model/level-counts.ts'
import {
  CapacityExceededError,
  InsufficientStockError,
  InvalidQtyError,
  InvalidReservationStateError,
  InvalidTransferStateError,
  StockChangedError,
  TooManyError,
  WarehouseNotSellingError,
} from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import { LIMITS } from '../../model/limits.ts'
import { noReservation, noTransfer } from '../../model/not-found.ts'
import {
  asOf,
  isDue,
  openOf,
  type Holder,
  type Reservation,
  type ReservationStatus,
} from '../../model/reservation.ts'
import type { Transfer, TransferStatus } from '../../model/transfer.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import type { Reading } from '../decision.ts'
import type { Level } from '../level.ts'

/** @throws WarehouseNotFoundError, WarehouseNotSellingError */
export function mustSell(read: Reading, warehouseId: string): void {
  if (read.warehouse(warehouseId).sells) return
  throw new WarehouseNotSellingError(`${shownId(warehouseId)} does not sell`, { warehouseId })
}

/** @throws StockChangedError if the level has an entry after `ifSeq`, or the trail does not reach that */
export function mustBeUnchanged(
  read: Reading,
  { warehouseId, productId }: LevelId,
  ifSeq: number | undefined,
): void {
  if (ifSeq === undefined) return
  const seq = read.level(warehouseId, productId)?.lastSeq ?? 0
  if (seq <= ifSeq && ifSeq <= read.seq) return
  const name = `${shownId(productId)} in ${shownId(warehouseId)}`
  throw stockChanged(
    read,
    { warehouseId, productId, ifSeq },
    ifSeq > read.seq
      ? `there is no entry ${ifSeq}: ${name} was read from a trail with more entries`
      : `${name} has changed since entry ${ifSeq}`,
  )
}

/**
 * A count after that moment has made its correction already: this one would make it twice.
 * @throws StockChangedError if the level was counted after the moment that a count is about
 */
export function mustBeNewest(
  read: Reading,
  { warehouseId, productId, asOfSeq }: LevelId & { readonly asOfSeq?: number },
): void {
  if (asOfSeq === undefined) return
  const lastCount = read.level(warehouseId, productId)?.lastCount ?? 0
  if (lastCount <= asOfSeq) return
  const name = `${shownId(productId)} in ${shownId(warehouseId)}`
  throw stockChanged(
    read,
    { warehouseId, productId, ifSeq: asOfSeq },
    `${name} was counted after entry ${asOfSeq}, by entry ${lastCount}`,
  )
}

function stockChanged(
  read: Reading,
  asked: LevelId & { readonly ifSeq: number },
  message: string,
): StockChangedError {
  const level = read.level(asked.warehouseId, asked.productId)
  const { available, held, allocated, unsellable, onHand } = level ?? NO_UNITS
  const seq = level?.lastSeq ?? 0
  return new StockChangedError(message, {
    ...{ ...asked, seq, available, held, allocated, unsellable, onHand },
  })
}

export const NO_UNITS = { available: 0, held: 0, allocated: 0, unsellable: 0, onHand: 0 }

/** A level with enough units, and the expired holds that must be recorded to free them. */
export interface Offered {
  readonly level: Level
  readonly expired: readonly Reservation[]
}

const NONE: readonly Reservation[] = []
const NOTHING_MORE = {}

/** Options of `offered`. */
export interface Asking {
  /** A reservation to be freed first, for this command. */
  readonly frees?: Reservation | null
  /** Further units to be freed first. */
  readonly freed?: number
  /** Whose holds the refusal counts. */
  readonly owner?: string | null | undefined
  /** Whether the refusal names the reservations in the way. */
  readonly names?: boolean
}

/** @throws WarehouseNotFoundError, InsufficientStockError */
export function mustOffer(
  read: Reading,
  warehouseId: string,
  productId: string,
  qty: number,
  asking?: Asking,
): Offered {
  const offer = offered(read, warehouseId, productId, qty, asking)
  if (offer instanceof InsufficientStockError) throw offer
  return offer
}

/**
 * The units that are asked for, or the refusal. A product that was never in the warehouse has no available units.
 * @throws WarehouseNotFoundError
 */
export function offered(
  read: Reading,
  warehouseId: string,
  productId: string,
  qty: number,
  asking: Asking = NOTHING_MORE,
): Offered | InsufficientStockError {
  read.warehouse(warehouseId)
  const level = read.level(warehouseId, productId)
  if (level !== null && qty <= level.available) {
    const { frees } = asking
    // Usually there is enough, and nothing else to check.
    if (frees === undefined || frees === null) return { level, expired: NONE }
  }
  const { frees = null, freed = 0, owner = null, names = false } = asking
  const isHere =
    frees !== null && frees.warehouseId === warehouseId && frees.productId === productId
  const isOver = frees !== null && isDue(frees, read.now)
  // If that hold has expired, its units are already counted among the expired ones.
  const own = freed + (isHere && !isOver ? openOf(frees) : 0)
  if (level !== null && qty <= level.available + own) return { level, expired: NONE }
  const units = level === null ? own : level.available + own + read.dueUnits(level)
  if (level !== null && qty <= units) {
    const missing = qty - level.available - own - (isHere && isOver ? openOf(frees) : 0)
    const over = read.due(level, missing)
    // That hold is recorded separately, so its units need another one.
    if (!over.some((hold) => hold.id === frees?.id)) return { level, expired: over }
    const more = read.due(level, missing + openOf(frees!))
    return { level, expired: more.filter((hold) => hold.id !== frees?.id) }
  }
  const heldByOwner = level === null || owner === null ? 0 : read.heldBy(level, owner, frees)
  return new InsufficientStockError(
    `need ${qty}, have ${units} of ${shownId(productId)} in ${shownId(warehouseId)}`,
    {
      warehouseId,
      productId,
      requested: qty,
      available: units,
      nextExpiryAt: level === null ? null : read.nextExpiryAt(level),
      ...(heldByOwner === 0 ? {} : { heldByOwner }),
      ...(names && level !== null ? { reservations: named(read.claims(level)) } : {}),
    },
  )
}

/** Reservations in the form of a refusal's details. */
export function named(claims: readonly Reservation[]) {
  return claims.map((claim) => ({ id: claim.id, qty: openOf(claim), status: claim.status }))
}

/** @throws InsufficientStockError if fewer units are set aside */
export function mustHaveAside(
  level: Level | null,
  { warehouseId, productId }: LevelId,
  qty: number,
  available: number,
): Level {
  const unsellable = level?.unsellable ?? 0
  if (level !== null && qty <= unsellable) return level
  throw new InsufficientStockError(
    `need ${qty} unsellable, have ${unsellable} of ${shownId(productId)} in ${shownId(warehouseId)}`,
    { warehouseId, productId, requested: qty, available, unsellable },
  )
}

/** @throws CapacityExceededError if the warehouse would exceed its capacity */
export function mustFit(read: Reading, warehouse: WarehouseRecord, qty: number): void {
  const { id, capacity } = warehouse
  const onHand = read.onHand(id)
  if (onHand + qty > (capacity ?? Number.MAX_SAFE_INTEGER)) throw tooMany(id, capacity, onHand, qty)
}

/**
 * A stocktake may exceed the capacity, but not the range of exact integers.
 * @throws CapacityExceededError
 */
export function mustStayExact(read: Reading, warehouseId: string, more: number): void {
  const onHand = read.onHand(warehouseId)
  if (onHand + more > Number.MAX_SAFE_INTEGER) throw tooMany(warehouseId, null, onHand, more)
}

function tooMany(
  warehouseId: string,
  limit: number | null,
  onHand: number,
  requested: number,
): CapacityExceededError {
  const capacity = limit ?? Number.MAX_SAFE_INTEGER
  return new CapacityExceededError(
    `${shownId(warehouseId)} holds ${onHand} of ${counted(capacity, 'unit')}, ${counted(requested, 'more does', 'more do')} not fit`,
    { warehouseId, capacity, onHand, requested },
  )
}

/** @throws ReservationNotFoundError */
export function mustFind(read: Reading, reservationId: string): Reservation {
  const reservation = read.reservation(reservationId)
  if (reservation !== null) return reservation
  throw noReservation(reservationId)
}

/** A reservation, and its level. */
export interface Found {
  readonly found: Reservation
  readonly level: Level
}

/** All holds of an owner or a group that are not over, in order of number. @throws TooManyError */
export function mustBeFew(read: Reading, holder: Holder): readonly Found[] {
  const most = LIMITS.holdsAtOnce
  const held = read.heldFor(holder, most + 1)
  if (held.length <= most) return held.map((found) => ({ found, level: levelOf(read, found) }))
  const whose =
    'owner' in holder ? `owner ${shownId(holder.owner)}` : `group ${shownId(holder.group)}`
  const message = `the ${whose} has more than ${most} holds`
  throw new TooManyError(message, { most, atLeast: most + 1 })
}

/**
 * The reservation, if it is in one of these states at the time of the command, and its level.
 * @throws ReservationNotFoundError, InvalidReservationStateError
 */
export function mustBe(
  read: Reading,
  reservationId: string,
  states: readonly ReservationStatus[],
  verb: string,
): Found {
  const found = mustFind(read, reservationId)
  const { status } = asOf(found, read.now)
  if (!states.includes(status)) throw inState(found, status, states[0]!, verb)
  return { found, level: levelOf(read, found) }
}

export function inState(
  { id, replacedBy }: Reservation,
  status: ReservationStatus,
  expected: ReservationStatus,
  verb: string,
): InvalidReservationStateError {
  const by = replacedBy === null ? '' : `, and was replaced by ${replacedBy}`
  return new InvalidReservationStateError(`cannot ${verb} a reservation that is ${status}${by}`, {
    reservationId: id,
    status,
    expected,
    ...(replacedBy === null ? {} : { replacedBy }),
  })
}

/** The level of a reservation; it always exists. */
export function levelOf(read: Reading, { warehouseId, productId }: Reservation): Level {
  return read.level(warehouseId, productId)!
}

/** The quantity asked for, or all open units. @throws InvalidQtyError */
export function mustBeOpen(found: Reservation, asked: number | undefined, verb: string): number {
  const open = openOf(found)
  if (asked === undefined || asked <= open) return asked ?? open
  throw new InvalidQtyError(`cannot ${verb} ${asked} of a reservation with ${open} open`, {
    reservationId: found.id,
    requested: asked,
    open,
  })
}

/** @throws TransferNotFoundError, InvalidTransferStateError */
export function mustWait(read: Reading, transferId: string, verb: string): Transfer {
  const found = read.transfer(transferId)
  if (found === null) throw noTransfer(transferId)
  const expected: TransferStatus = 'PENDING_APPROVAL'
  if (found.status === expected) return found
  throw new InvalidTransferStateError(`cannot ${verb} a transfer that is ${found.status}`, {
    transferId,
    status: found.status,
    expected,
  })
}

import { counted } from '../../model/counted.ts'
import { InsufficientStockError, InvalidQtyError } from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import type { CommandOf } from '../../model/commands/commands.ts'
import type { STOCK_COMMANDS } from '../../model/commands/stock.ts'
import type { Books } from '../as-of.ts'
import type { Decisions, Reading } from '../decision.ts'
import { expire } from '../hold-moves.ts'
import type { Level } from '../level.ts'
import { countsOf } from '../../model/level-counts.ts'
import { unitsOf } from '../../model/reservation.ts'
import {
  mustBeNewest,
  mustBeUnchanged,
  NO_UNITS,
  mustFit,
  mustHaveAside,
  mustOffer,
  mustStayExact,
  named,
} from './refusals.ts'

/** As of a moment, it has the books of that moment. */
type Count = CommandOf<'countStock'> & Partial<Omit<Books, 'expected'>>

export const STOCK_DECISIONS: Decisions<keyof typeof STOCK_COMMANDS> = {
  addStock(read, { warehouseId, productId, qty, source, into, ifSeq }) {
    const warehouse = read.warehouse(warehouseId)
    mustBeUnchanged(read, { warehouseId, productId }, ifSeq)
    const known = read.level(warehouseId, productId)
    mustFit(read, warehouse, qty)
    const due = dueUnits(read, known)
    const type = into === 'unsellable' ? 'RECEIVED_ASIDE' : 'RECEIVED'
    return (write) => {
      const level = known ?? write.newLevel(warehouseId, productId)
      write.append(type, level, qty, { source })
      return countsOf(level, due)
    }
  },

  removeStock(read, { warehouseId, productId, qty, reason, ifSeq }) {
    const { level, expired, due } = mustTake(read, warehouseId, productId, qty, ifSeq)
    return (write) => {
      expire(write, level, expired)
      write.append(reason === 'DAMAGED' ? 'DAMAGED' : 'REMOVED', level, qty, { reason })
      return countsOf(level, due)
    }
  },

  countStock(read, command: Count) {
    const { warehouseId, productId, onHand, reason, ifSeq, onlyIfChanged } = command
    read.warehouse(warehouseId)
    mustBeUnchanged(read, command, ifSeq)
    mustBeNewest(read, command)
    const known = read.level(warehouseId, productId)
    const { unsellable: asideBefore, onHand: before } = known ?? NO_UNITS
    const countedAside = command.unsellable ?? asideBefore
    if (command.unsellable !== undefined && countedAside > onHand)
      throw new InvalidQtyError('unsellable must be at most onHand', { field: 'unsellable' })
    const due = dueUnits(read, known)
    // What was counted, plus what has moved since the sheet was printed.
    const after = onHand + (before - (command.expected ?? before))
    const aside = asideAfter(read, known, command)
    mustCover(read, known, command, { due, after, aside })
    mustStayExact(read, warehouseId, after - before)
    const moreAside = aside - asideBefore
    // Adding 0 turns a counted −0 into 0.
    const correction = after - before - moreAside + 0
    // Only as many expired holds as are in the way.
    const expired = known === null ? [] : read.due(known, -(known.available + correction))
    const isQuiet = onlyIfChanged === true && correction === 0
    return (write) => {
      if (isQuiet && moreAside === 0)
        return countsOf(known ?? { ...NO_UNITS, warehouseId, productId }, due)
      const level = known ?? write.newLevel(warehouseId, productId)
      const why = reason === undefined ? {} : { reason }
      expire(write, level, expired)
      // Units that leave go first, so that the total between the two entries stays within those before and after.
      if (moreAside < 0) write.append('COUNTED_ASIDE', level, moreAside, why)
      if (!isQuiet) write.append('COUNTED', level, correction, why)
      if (moreAside > 0) write.append('COUNTED_ASIDE', level, moreAside, why)
      return countsOf(level, due - unitsOf(expired))
    }
  },

  setAside(read, { warehouseId, productId, qty, reason, ifSeq }) {
    const { level, expired, due } = mustTake(read, warehouseId, productId, qty, ifSeq)
    return (write) => {
      expire(write, level, expired)
      write.append('SET_ASIDE', level, qty, { reason })
      return countsOf(level, due)
    }
  },

  putBack(read, command) {
    const { qty, reason } = command
    const { level, due } = mustTakeAside(read, command)
    return (write) => {
      write.append('PUT_BACK', level, qty, reason === undefined ? {} : { reason })
      return countsOf(level, due)
    }
  },

  writeOff(read, command) {
    const { level, due } = mustTakeAside(read, command)
    return (write) => {
      write.append('WRITTEN_OFF', level, command.qty, { reason: command.reason })
      return countsOf(level, due)
    }
  },
}

function dueUnits(read: Reading, level: Level | null): number {
  return level === null ? 0 : read.dueUnits(level)
}

/** Takes units from the shelf; `due` are those of expired holds that remain unrecorded. */
function mustTake(
  read: Reading,
  warehouseId: string,
  productId: string,
  qty: number,
  ifSeq: number | undefined,
) {
  read.warehouse(warehouseId)
  mustBeUnchanged(read, { warehouseId, productId }, ifSeq)
  const { level, expired } = mustOffer(read, warehouseId, productId, qty, { names: true })
  return { level, expired, due: read.dueUnits(level) - unitsOf(expired) }
}

function mustTakeAside(
  read: Reading,
  command: { warehouseId: string; productId: string; qty: number; ifSeq?: number | undefined },
) {
  const { warehouseId, productId, qty, ifSeq } = command
  read.warehouse(warehouseId)
  mustBeUnchanged(read, command, ifSeq)
  const known = read.level(warehouseId, productId)
  const due = dueUnits(read, known)
  const level = mustHaveAside(known, command, qty, (known?.available ?? 0) + due)
  return { level, due }
}

/**
 * Unsellable units by a count: those counted, plus what has moved since.
 * @throws InsufficientStockError if more of them are gone than were counted
 */
function asideAfter(read: Reading, level: Level | null, command: Count): number {
  const { warehouseId, productId, unsellable: units } = command
  const now = level?.unsellable ?? 0
  if (units === undefined) return now
  const { expectedAside: expected = now } = command
  const after = units + (now - expected)
  if (after >= 0) return after
  const place = `of ${shownId(productId)} in ${shownId(warehouseId)}`
  throw new InsufficientStockError(
    `${units} unsellable ${place} counted where ${expected} were expected, but only ${now} are set aside now`,
    {
      warehouseId,
      productId,
      requested: units,
      expected,
      available: (level?.available ?? 0) + dueUnits(read, level),
      unsellable: now,
    },
  )
}

/** @throws InsufficientStockError if the count is less than the reserved and unsellable units */
function mustCover(
  read: Reading,
  level: Level | null,
  { warehouseId, productId, onHand, expected }: CommandOf<'countStock'>,
  { due, after, aside }: { readonly due: number; readonly after: number; readonly aside: number },
): void {
  const reserved = (level?.reserved ?? 0) - due
  if (reserved + aside <= after) return
  const set = aside === 0 ? '' : ` and ${aside} set aside`
  const of = `of ${shownId(productId)}`
  const place = shownId(warehouseId)
  const left = level?.onHand ?? 0
  const hasMoved = expected !== undefined && expected !== left
  throw new InsufficientStockError(
    hasMoved
      ? `${onHand} ${of} counted where ${expected} were expected, but only ${left} are on hand in ${place} now, of which ${reserved} are reserved${set}`
      : `${onHand} counted, but ${counted(reserved, `${of} is`, `${of} are`)} reserved${set} in ${place}`,
    {
      warehouseId,
      productId,
      requested: onHand,
      ...(hasMoved ? { expected, onHand: left } : {}),
      available: (level?.available ?? 0) + due,
      reserved,
      ...(aside === 0 ? {} : { unsellable: aside }),
      ...(level === null ? {} : { reservations: named(read.claims(level)) }),
    },
  )
}

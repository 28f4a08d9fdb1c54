import { InsufficientStockError } from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import type { STOCK_COMMANDS } from '../../model/commands/stock.ts'
import type { Decisions, Reading } from '../decision.ts'
import { expire, unitsOf } from '../hold-moves.ts'
import type { Level } from '../level.ts'
import { countsOf } from '../../model/level-counts.ts'
import { mustFit, mustOffer, mustStayExact } from './refusals.ts'

export const STOCK_DECISIONS: Decisions<keyof typeof STOCK_COMMANDS> = {
  addStock(read, { warehouseId, productId, qty, source }) {
    mustFit(read, read.warehouse(warehouseId), qty)
    const known = read.level(warehouseId, productId)
    const due = known === null ? 0 : read.dueUnits(known)
    return (write) => {
      const level = known ?? write.newLevel(warehouseId, productId)
      write.append('RECEIVED', level, qty, { source })
      return countsOf(level, due)
    }
  },

  removeStock(read, { warehouseId, productId, qty, reason }) {
    const { level, expired } = mustOffer(read, warehouseId, productId, qty)
    const due = read.dueUnits(level) - unitsOf(expired)
    return (write) => {
      expire(write, level, expired)
      write.append(reason === 'DAMAGED' ? 'DAMAGED' : 'REMOVED', level, qty, { reason })
      return countsOf(level, due)
    }
  },

  countStock(read, { warehouseId, productId, onHand, reason }) {
    read.warehouse(warehouseId)
    const known = read.level(warehouseId, productId)
    const due = known === null ? 0 : read.dueUnits(known)
    if (known !== null) mustCover(read, known, due, onHand)
    mustStayExact(read, warehouseId, onHand - (known?.onHand ?? 0))
    // As many expired holds as stand in the way.
    const expired = known === null ? [] : read.due(known, known.reserved - onHand)
    return (write) => {
      const level = known ?? write.newLevel(warehouseId, productId)
      expire(write, level, expired)
      // A counted −0 is a 0 like any other: adding 0 makes it one.
      const correction = onHand - level.onHand + 0
      write.append('COUNTED', level, correction, reason === undefined ? {} : { reason })
      return countsOf(level, due - unitsOf(expired))
    }
  },
}

/** @throws InsufficientStockError if less was counted than is reserved */
function mustCover(read: Reading, level: Level, due: number, onHand: number): void {
  const reserved = level.reserved - due
  if (reserved <= onHand) return
  const { warehouseId, productId } = level
  throw new InsufficientStockError(
    `${onHand} counted, but ${reserved} of ${shownId(productId)} are reserved in ${shownId(warehouseId)}`,
    {
      warehouseId,
      productId,
      requested: onHand,
      available: level.available + due,
      reserved,
      reservations: read.claims(level).map(({ id, qty, status }) => ({ id, qty, status })),
    },
  )
}

import { AdjustmentType } from '../adjustment-type.ts'
import type { Books } from '../books.ts'
import type { CountStock } from '../commands.ts'
import { InsufficientStockError } from '../errors.ts'
import { shownId } from '../id.ts'
import type { LevelCounts, StockLevel } from '../stock-level.ts'
import { mustStayExact } from './place.ts'

/**
 * A stocktake: what a person counted on the shelf becomes the truth, the difference goes to
 * available. Refusals: WAREHOUSE_NOT_FOUND, INSUFFICIENT_STOCK when less was counted than is
 * reserved (it names the reservations in the way, ten of them), CAPACITY_EXCEEDED beyond 2^53 − 1.
 */
export function countStock(books: Books, command: CountStock): LevelCounts {
  const { warehouseId, productId, onHand, reason } = command
  books.warehouse(warehouseId)
  const known = books.level(warehouseId, productId)
  if (known !== null) mustCover(books, known, onHand)
  mustStayExact(books, warehouseId, onHand - (known?.onHand ?? 0))
  const level = known ?? books.openLevel(warehouseId, productId)
  // From here on it must succeed.
  level.freeDownTo(onHand)
  const metadata = reason === undefined ? {} : { reason }
  // A counted −0 is a 0 like any other: adding 0 makes it one.
  books.append(AdjustmentType.COUNTED, level, onHand - level.onHand + 0, metadata)
  return level.counts()
}

function mustCover(books: Books, level: StockLevel, onHand: number): void {
  const reserved = level.reserved - level.dueUnits()
  if (reserved <= onHand) return
  throw new InsufficientStockError(
    `${onHand} counted, but ${reserved} of ${shownId(level.productId)} are reserved in ${shownId(level.warehouseId)}`,
    {
      warehouseId: level.warehouseId,
      productId: level.productId,
      requested: onHand,
      available: level.offer(),
      reserved,
      reservations: books.claims(level).map(({ id, qty, status }) => ({ id, qty, status })),
    },
  )
}

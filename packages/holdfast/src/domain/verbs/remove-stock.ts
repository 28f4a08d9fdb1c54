import { AdjustmentType } from '../adjustment-type.ts'
import type { Books } from '../books.ts'
import type { RemoveStock } from '../commands.ts'
import type { LevelCounts } from '../stock-level.ts'
import { mustOffer } from './place.ts'

/** Units leave the building unsold. Refusals: WAREHOUSE_NOT_FOUND, INSUFFICIENT_STOCK. */
export function removeStock(books: Books, command: RemoveStock): LevelCounts {
  const { warehouseId, productId, qty, reason } = command
  const level = mustOffer(books, warehouseId, productId, qty)
  level.dueUnits()
  // From here on it must succeed.
  level.freeUp(qty)
  const type = reason === 'DAMAGED' ? AdjustmentType.DAMAGED : AdjustmentType.REMOVED
  books.append(type, level, qty, { reason })
  return level.counts()
}

import { AdjustmentType } from '../adjustment-type.ts'
import type { Books } from '../books.ts'
import type { AddStock } from '../commands.ts'
import type { LevelCounts } from '../stock-level.ts'
import { mustFit } from './place.ts'

/** Units come in from outside. Refusals: WAREHOUSE_NOT_FOUND, CAPACITY_EXCEEDED. */
export function addStock(books: Books, command: AddStock): LevelCounts {
  const { warehouseId, productId, qty, source } = command
  mustFit(books, books.warehouse(warehouseId), qty)
  const level = books.openLevel(warehouseId, productId)
  level.dueUnits() // looked up before anything changes: a durable engine may have to load them
  // From here on it must succeed.
  books.append(AdjustmentType.RECEIVED, level, qty, { source })
  return level.counts()
}

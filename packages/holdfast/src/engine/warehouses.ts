import { AdjustmentType } from '../domain/adjustment-type.ts'
import type { Books } from '../domain/books.ts'
import { WarehouseInUseError } from '../domain/errors.ts'
import { shownId } from '../domain/id.ts'
import { invalid } from '../domain/limits.ts'
import {
  plainWarehouse,
  sameWarehouse,
  warehouseRecord,
  type WarehouseOptions,
  type WarehouseRecord,
} from '../domain/warehouse-record.ts'

/** @throws InvalidInputError, InvalidQtyError */
export function checkWarehouses(list: readonly WarehouseOptions[]): WarehouseRecord[] {
  const records = list.map((one, index) => warehouseRecord(one, `warehouses[${index}].`))
  const ids = new Set<string>()
  for (const { id } of records) {
    if (ids.has(id)) throw invalid('warehouses', `names ${shownId(id)} twice`)
    ids.add(id)
  }
  return records
}

/** @throws WarehouseInUseError for a warehouse with stock that the list leaves out */
export function mustKeep(books: Books, list: readonly WarehouseRecord[]): void {
  const kept = new Set(list.map(({ id }) => id))
  for (const id of books.warehouses.keys()) {
    const onHand = books.unitsOnHand(id)
    if (onHand === 0 || kept.has(id)) continue
    throw new WarehouseInUseError(`${shownId(id)} was left out, and holds ${onHand} units`, {
      warehouseId: id,
      onHand,
    })
  }
}

/** Stores a warehouse as it is now described; an entry tells of it where anything changed. */
export function keepWarehouse(books: Books, record: WarehouseRecord): object {
  const before = books.warehouses.get(record.id)
  if (before === undefined || !sameWarehouse(before, record)) {
    books.keepWarehouse(record)
    const { name, capacity, reorderThreshold, reorderThresholds } = plainWarehouse(record)
    books.appendNote(AdjustmentType.WAREHOUSE_CHANGED, record.id, {
      name,
      ...(capacity === null ? {} : { capacity: String(capacity) }),
      reorderThreshold: String(reorderThreshold),
      ...(record.reorderThresholds.size === 0
        ? {}
        : { reorderThresholds: JSON.stringify(reorderThresholds) }),
    })
  }
  return { ...plainWarehouse(record), onHand: books.unitsOnHand(record.id) }
}

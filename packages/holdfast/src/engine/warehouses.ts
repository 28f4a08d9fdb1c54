import { AdjustmentType } from '../model/adjustment-type.ts'
import type { Metadata } from '../model/audit-entry.ts'
import { WarehouseInUseError } from '../model/errors.ts'
import { shownId } from '../model/id.ts'
import { invalid } from '../model/limits.ts'
import {
  plainWarehouse,
  sameWarehouse,
  warehouseRecord,
  type WarehouseOptions,
  type WarehouseRecord,
} from '../model/warehouse-record.ts'
import type { Effect, Reading } from '../rules/decision.ts'

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
export function mustKeep(read: Reading, list: readonly WarehouseRecord[]): void {
  const kept = new Set(list.map(({ id }) => id))
  for (const id of read.warehouses.keys()) {
    const onHand = read.onHand(id)
    if (onHand === 0 || kept.has(id)) continue
    throw new WarehouseInUseError(`${shownId(id)} was left out, and holds ${onHand} units`, {
      warehouseId: id,
      onHand,
    })
  }
}

/** Stores a warehouse as it is now described; an entry tells of it if anything changed. */
export function keepWarehouse(read: Reading, record: WarehouseRecord): Effect<object> {
  const before = read.warehouses.get(record.id)
  const onHand = read.onHand(record.id)
  return (write) => {
    if (before === undefined || !sameWarehouse(before, record)) {
      write.keepWarehouse(record)
      write.appendNote(AdjustmentType.WAREHOUSE_CHANGED, record.id, told(record))
    }
    return { ...plainWarehouse(record), onHand }
  }
}

function told(record: WarehouseRecord): Metadata {
  const { name, capacity, reorderThreshold, reorderThresholds } = plainWarehouse(record)
  return {
    name,
    ...(capacity === null ? {} : { capacity: String(capacity) }),
    reorderThreshold: String(reorderThreshold),
    ...(record.reorderThresholds.size === 0
      ? {}
      : { reorderThresholds: JSON.stringify(reorderThresholds) }),
  }
}

import { AdjustmentType } from '../../model/adjustment-type.ts'
import type { Metadata } from '../../model/audit-entry.ts'
import type { WAREHOUSE_COMMANDS } from '../../model/commands/warehouses.ts'
import { counted } from '../../model/counted.ts'
import { WarehouseInUseError } from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import {
  plainWarehouse,
  sameWarehouse,
  type WarehouseRecord,
  type WarehouseView,
} from '../../model/warehouse-record.ts'
import type { Decisions, Effect, Reading } from '../decision.ts'

export const WAREHOUSE_DECISIONS: Decisions<keyof typeof WAREHOUSE_COMMANDS> = {
  closeWarehouse(read, { warehouseId }) {
    const open = read.warehouse(warehouseId)
    const onHand = read.onHand(warehouseId)
    if (onHand > 0) {
      throw new WarehouseInUseError(`${shownId(warehouseId)} holds ${counted(onHand, 'unit')}`, {
        warehouseId,
        onHand,
      })
    }
    return keepWarehouse(read, { ...open, closed: true })
  },
}

/** Stores a warehouse as now described. Writes an entry if anything changed. */
export function keepWarehouse(read: Reading, record: WarehouseRecord): Effect<WarehouseView> {
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
  const { name, capacity, reorderThreshold, reorderThresholds, sells, closed } =
    plainWarehouse(record)
  return {
    name,
    ...(capacity === null ? {} : { capacity: String(capacity) }),
    reorderThreshold: String(reorderThreshold),
    ...(record.reorderThresholds.size === 0
      ? {}
      : { reorderThresholds: JSON.stringify(reorderThresholds) }),
    ...(sells ? {} : { sells: 'false' }),
    ...(closed ? { closed: 'true' } : {}),
  }
}

import { counted } from '../../model/counted.ts'
import { WarehouseInUseError } from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import { invalid } from '../../model/limits.ts'
import {
  warehouseRecord,
  type WarehouseOptions,
  type WarehouseRecord,
} from '../../model/warehouse-record.ts'
import type { Reading } from '../../rules/decision.ts'

/** @throws InvalidInputError, InvalidQtyError */
export function checkWarehouses(list: readonly WarehouseOptions[]): WarehouseRecord[] {
  // Not `map`, which skips the holes of a list.
  const records = Array.from(list, (one, index) => warehouseRecord(one, `warehouses[${index}].`))
  const ids = new Set<string>()
  for (const { id } of records) {
    if (ids.has(id)) throw invalid('warehouses', `names ${shownId(id)} twice`)
    ids.add(id)
  }
  return records
}

/** @throws WarehouseInUseError if the list leaves out a warehouse with stock */
export function mustKeep(read: Reading, list: readonly WarehouseRecord[]): void {
  const kept = new Set(list.map(({ id }) => id))
  for (const id of read.warehouses.keys()) {
    const onHand = read.onHand(id)
    if (onHand === 0 || kept.has(id)) continue
    throw new WarehouseInUseError(
      `${shownId(id)} was left out, and holds ${counted(onHand, 'unit')}: name it in the list, or move them first`,
      {
        warehouseId: id,
        onHand,
      },
    )
  }
}

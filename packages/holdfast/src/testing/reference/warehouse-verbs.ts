import type * as c from '../../model/commands/commands.ts'
import { Refused, type Shelf } from './shelf.ts'

export function closeWarehouse(shelf: Shelf, command: c.CommandOf<'closeWarehouse'>): object {
  const { warehouseId } = command
  const found = shelf.warehouse(warehouseId)
  const onHand = shelf.onHand(warehouseId)
  if (onHand > 0) throw new Refused('WAREHOUSE_IN_USE', { warehouseId, onHand })
  shelf.closed.push(warehouseId)
  const { name, capacity, reorderThreshold = 0, reorderThresholds = {}, sells = true } = found
  const thresholds = Object.entries(reorderThresholds).sort(([a], [b]) => (a < b ? -1 : 1))
  const sorted = Object.fromEntries(thresholds)
  shelf.write('WAREHOUSE_CHANGED', { warehouseId, productId: '' }, 0, {
    name,
    ...(capacity === undefined ? {} : { capacity: String(capacity) }),
    reorderThreshold: String(reorderThreshold),
    ...(thresholds.length === 0 ? {} : { reorderThresholds: JSON.stringify(sorted) }),
    ...(sells ? {} : { sells: 'false' }),
    closed: 'true',
  })
  return {
    id: warehouseId,
    name,
    capacity: capacity ?? null,
    reorderThreshold,
    reorderThresholds: sorted,
    sells,
    closed: true,
    onHand,
  }
}

import type { WarehouseView } from 'holdfast'
import type { LevelTable } from './level-table.ts'

/** The threshold of a product in a warehouse. */
export function thresholdOf(
  { reorderThreshold, reorderThresholds }: WarehouseView,
  productId: string,
): number {
  return Object.hasOwn(reorderThresholds, productId)
    ? reorderThresholds[productId]!
    : reorderThreshold
}

/** Whether a level is low, as for the library's alerts: at the threshold or below. */
export function isLow(
  levels: LevelTable,
  warehouses: readonly WarehouseView[],
  place: number,
): boolean {
  if (!levels.exists(place)) return false
  const warehouse = warehouses[place % levels.width]
  if (warehouse === undefined) return false
  const productId = levels.products[Math.floor(place / levels.width)]!
  return levels.availableAt(place) <= thresholdOf(warehouse, productId)
}

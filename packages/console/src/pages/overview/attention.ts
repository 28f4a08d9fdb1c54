import type { Hold, HoldTable } from '../../live/hold-table.ts'
import type { LiveModel } from '../../live/model.ts'
import { isLow, thresholdOf } from '../../live/thresholds.ts'

/** A hold that ends within this time is about to end. */
export const SOON_MS = 15 * 60_000

export interface LowLevel {
  readonly place: number
  readonly productId: string
  readonly warehouseId: string
  readonly available: number
  /** available + held */
  readonly position: number
  readonly threshold: number
}

/** Levels at their threshold or below, the furthest below first. */
export function lowLevels({ levels, warehouses }: LiveModel): LowLevel[] {
  const found: LowLevel[] = []
  const { width, products } = levels
  const size = products.length * width
  for (let place = 0; place < size; place++) {
    if (!isLow(levels, warehouses.value, place)) continue
    const productId = products[Math.floor(place / width)]!
    const warehouse = warehouses.value[place % width]!
    found.push({
      place,
      productId,
      warehouseId: warehouse.id,
      available: levels.availableAt(place),
      position: levels.positionAt(place),
      threshold: thresholdOf(warehouse, productId),
    })
  }
  return found.sort((a, b) => a.available - a.threshold - (b.available - b.threshold))
}

export function endingSoon(holds: HoldTable, now: number): Hold[] {
  const found: Hold[] = []
  for (const hold of holds.all())
    if (!hold.isDue && hold.expiresAt >= now && hold.expiresAt - now <= SOON_MS) found.push(hold)
  return found.sort((a, b) => a.expiresAt - b.expiresAt)
}

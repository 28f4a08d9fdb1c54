import { shownId, WarehouseNotFoundError } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { say } from './streams.ts'

/** Says so if nothing was found because there is no such warehouse. */
export async function noteWarehouse(
  inventory: AnyInventory,
  warehouseId: string | undefined,
): Promise<void> {
  if (warehouseId === undefined) return
  try {
    // Of any product: what it looks up knows closed warehouses too, and is soon found in a long trail.
    await inventory.stockAt({ warehouseId, productId: 'any', time: Date.now() })
  } catch (error) {
    if (!(error instanceof WarehouseNotFoundError)) throw error
    say(`note: there is no warehouse ${shownId(warehouseId)}`)
  }
}

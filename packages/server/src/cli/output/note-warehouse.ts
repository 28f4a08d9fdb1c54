import { shownId } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { say } from './streams.ts'

/** Says so if nothing was found because there is no such warehouse. Each has an entry from when it was made. */
export async function noteWarehouse(
  inventory: AnyInventory,
  warehouseId: string | undefined,
): Promise<void> {
  if (warehouseId === undefined) return
  for await (const _ of inventory.audit({ warehouseId, limit: 1 })) return
  say(`note: there is no warehouse ${shownId(warehouseId)}`)
}

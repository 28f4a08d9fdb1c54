import { InventoryError, LIMITS, type Inventory, type SingleCommand } from 'holdfast'
import { Failure } from '../cli/failure.ts'
import { ACTOR } from './position.ts'
import type { Unshipped } from './unshipped.ts'
import { parts } from './windows.ts'

/** Confirms and ships reservations. Neither changes what is available. */
export async function shipOrders(
  inventory: Inventory,
  reservations: readonly Unshipped[],
): Promise<void> {
  await Promise.all(
    parts(reservations, LIMITS.commands / 2).map((some) => {
      const toConfirm = some.filter(({ confirmed }) => !confirmed)
      const commands: SingleCommand[] = [
        ...toConfirm.map(({ reservationId }) => ({ verb: 'confirm', reservationId }) as const),
        ...some.map(({ reservationId }) => ({ verb: 'ship', reservationId }) as const),
      ]
      return inventory.atomically({ commands, actor: ACTOR }).catch(explained)
    }),
  )
}

/** A replay itself never causes this: another program changed its reservations. */
function explained(error: unknown): never {
  if (!(error instanceof InventoryError)) throw error
  throw new Failure(`an order cannot be shipped: ${error.code}: ${error.message}`)
}

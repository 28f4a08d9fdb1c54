import { approvalAbove, openInventory, type InventoryOptions } from 'holdfast'
import {
  checkInvariants,
  manualClock,
  SideBySide,
  step,
  WORKLOAD_WAREHOUSES,
} from 'holdfast/testing'

/** How an inventory is opened for a run: with small caches, so that records are loaded again and again. */
export type ModelRunOptions = Pick<InventoryOptions, 'store' | 'cacheRecords' | 'batchLimit'>

/**
 * One inventory and the reference model side by side, through one step for each seed; after every
 * step all that can be seen is compared, and at the end everything is added up. Answers how many
 * commands ended how.
 */
export async function modelRun(
  seeds: readonly number[],
  options: ModelRunOptions,
): Promise<ReadonlyMap<string, number>> {
  const clock = manualClock()
  const inventory = await openInventory({
    ...options,
    warehouses: WORKLOAD_WAREHOUSES,
    clock: clock.now,
    transferApproval: approvalAbove(20),
    sweepMs: 0,
  })
  try {
    const pair = await SideBySide.begin(inventory, clock, {
      warehouses: WORKLOAD_WAREHOUSES,
      approvalAbove: 20,
    })
    for (const seed of seeds) {
      await pair.run(step(seed, pair.known, { keys: true }))
      await pair.compareState()
    }
    await checkInvariants(inventory)
    return pair.outcomes
  } finally {
    await inventory.close()
  }
}

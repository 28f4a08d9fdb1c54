import { approvalAbove, openInventory, type InventoryOptions } from 'holdfast'
import {
  checkInvariants,
  dice,
  manualClock,
  SideBySide,
  step,
  WORKLOAD_WAREHOUSES,
} from 'holdfast/testing'

export interface ModelRunOptions extends Pick<
  InventoryOptions,
  'store' | 'cacheRecords' | 'batchLimit'
> {
  /** Everything that can be read is compared after so many steps each; by default after every one. */
  readonly compareEvery?: number | undefined
}

/**
 * One inventory and the reference model side by side, one step for each seed. Every answer is compared, everything that
 * can be read after every step or every few, and at the end all sums are checked. Halfway the inventory is closed and
 * opened again. Resolves with how many commands had each outcome.
 */
export async function modelRun(
  seeds: readonly number[],
  { compareEvery = 1, ...options }: ModelRunOptions,
): Promise<ReadonlyMap<string, number>> {
  const clock = manualClock()
  // The ids are also the same every time: a failure can be reproduced.
  const random = dice(seeds.length)
  const open = () =>
    openInventory({
      ...options,
      warehouses: WORKLOAD_WAREHOUSES,
      clock: clock.now,
      random: () => random.below(2 ** 32),
      transferApproval: approvalAbove(20),
      sweepMs: 0,
    })
  let inventory = await open()
  try {
    const pair = await SideBySide.begin(inventory, clock, {
      warehouses: WORKLOAD_WAREHOUSES,
      approvalAbove: 20,
    })
    for (const [index, seed] of seeds.entries()) {
      if (index === seeds.length >> 1) {
        await inventory.close()
        inventory = await open()
        pair.goOnWith(inventory)
      }
      await pair.run(step(seed, pair.known, { keys: true }))
      const isLast = index === seeds.length - 1
      if (isLast || index % compareEvery === compareEvery - 1) await pair.compareState()
    }
    await checkInvariants(inventory)
    return pair.outcomes
  } finally {
    await inventory.close()
  }
}

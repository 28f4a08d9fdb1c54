import { openInventory, type Remembered } from '../../../src/index.ts'
import { sqlite } from '../../../src/store/sqlite/index.ts'
import type { Journal } from './journal.ts'
import { PromiseKeeper } from './promises.ts'
import { WAREHOUSES } from './traffic.ts'

export interface Reopened {
  /** What differs from what was promised; empty if all is well. */
  readonly broken: readonly string[]
  /** The end of the trail after the commands of unknown outcome were sent again. */
  readonly end: Remembered
}

/** Opens a file after a crash, and compares it with what its callers had recorded. */
export async function reopen(path: string, journal: Journal, after = 0): Promise<Reopened> {
  try {
    const store = sqlite({ path, worker: false })
    await using inventory = await openInventory({ store, warehouses: WAREHOUSES, sweepMs: 0 })
    const keeper = new PromiseKeeper(inventory, journal, after)
    if (journal.answeredTooLate > 0)
      keeper.broken.push(`${journal.answeredTooLate} answers after a commit of unknown outcome`)
    const verdict = await inventory.verify({ expect: journal.head })
    if (!verdict.ok) keeper.broken.push(`verify: ${JSON.stringify(verdict.fault)}`)
    await keeper.check()
    const again = await inventory.verify({ expect: journal.head })
    if (!again.ok) keeper.broken.push(`verify after the retries: ${JSON.stringify(again.fault)}`)
    return { broken: keeper.broken, end: await inventory.head() }
  } catch (error) {
    return { broken: [String(error)], end: journal.head }
  }
}

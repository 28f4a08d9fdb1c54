import { join } from 'node:path'
import type { Inventory } from 'holdfast'
import { inFlight } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, productIds, PLENTY, reserveOf, WAREHOUSE } from '../measure/shop.ts'
import { atLeast } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000
const CALLERS = 1024

/** The busiest moment of a shop: everybody wants what is sold out. */
export const soldOut: Line = {
  name: 'sold-out',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), 2 * LEVELS)
    const products = productIds(2 * LEVELS)
    const gone = products.slice(LEVELS)
    await inFlight(CALLERS, gone.length, (index) => sellOut(shop, gone[index]!))
    const { seq } = await shop.head()
    const picks = randomPicks(bench.operations(200_000), LEVELS)
    let sold = 0
    const row = await compare({
      title: 'SQLite, refusing what is sold out, 1,024 in flight',
      rounds: bench.rounds,
      operations: picks.length,
      ours: () =>
        inFlight(CALLERS, picks.length, async (index) => {
          try {
            await shop.reserve(reserveOf(gone[picks[index]!]!))
          } catch {
            return
          }
          throw new Error('sold what is gone')
        }),
      bare: () =>
        inFlight(CALLERS, picks.length, async (index) => {
          await shop.reserve(reserveOf(products[picks[index]!]!))
          sold++
        }),
      goal: atLeast(1.5),
      note: 'against our own selling',
    })
    const after = await shop.head()
    if (after.seq !== seq + sold) throw new Error('a refusal left something behind')
    await shop.close()
    return [row]
  },
}

/** Holds everything in one cart, so that it may still come back. */
async function sellOut(shop: Inventory, productId: string): Promise<void> {
  const command = { warehouseId: WAREHOUSE, productId, qty: PLENTY, ttlMs: 24 * 3_600_000 }
  await shop.reserve(command)
}

import { join } from 'node:path'
import { BareSqlite } from '../against/bare-sqlite.ts'
import { inFlight, timed } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, PLENTY, productIds, reserveOf } from '../measure/shop.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000
const CALLERS = 1024

/** A whole sale: reserved, confirmed, shipped. */
export const lifeCycle: Line = {
  name: 'life-cycle',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const products = productIds(LEVELS)
    const picks = randomPicks(bench.operations(50_000), LEVELS)
    const row = await compare({
      title: 'SQLite, reserve then confirm then ship, 1,024 in flight',
      unit: 'sales/s',
      rounds: bench.rounds,
      operations: 3 * picks.length,
      ours: () =>
        inFlight(CALLERS, picks.length, async (index) => {
          const { id } = await shop.reserve(reserveOf(products[picks[index]!]!))
          await shop.confirm({ reservationId: id })
          await shop.ship({ reservationId: id })
        }),
      bare: () => timed(picks.length, () => bare.sellAll(picks, 1000)),
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

import { join } from 'node:path'
import { BareLifeCycle } from '../bare/sqlite-life-cycle.ts'
import { BareSqlite } from '../bare/sqlite-loop.ts'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { compare, speed } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { filledShop, PLENTY, productIds, reserveOf, TTL_MS } from '../shop.ts'

const LEVELS = 10_000
const CALLERS = 1024

/** A whole sale: reserved, confirmed, shipped. */
export const lifeCycle: Line = {
  name: 'life-cycle',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const bareCycle = new BareLifeCycle(bare)
    const products = productIds(LEVELS)
    const picks = chances(bench.operations(50_000), LEVELS)
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
      bare: () => {
        const start = performance.now()
        bareCycle.sellAll(picks, 1000, TTL_MS)
        return speed(picks.length, start)
      },
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

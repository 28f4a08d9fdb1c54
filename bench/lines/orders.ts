import { join } from 'node:path'
import type { SingleCommand } from 'holdfast'
import { BareSqlite } from '../against/bare-sqlite.ts'
import { inFlight, timed } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, PLENTY, productIds, reserveOf } from '../measure/shop.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000
const CALLERS = 256
const LINES = 20

/** Orders of 20 lines, all or nothing, as in a replay of real invoices. */
export const orders: Line = {
  name: 'orders',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const products = productIds(LEVELS)
    const picks = randomPicks(bench.operations(200_000), LEVELS)
    const order = (index: number): SingleCommand[] =>
      Array.from({ length: LINES }, (_, line) => ({
        verb: 'reserve',
        ...reserveOf(products[picks[index * LINES + line]!]!),
      }))
    const row = await compare({
      title: 'SQLite, atomically 20 lines an order, 256 in flight',
      unit: 'lines/s',
      rounds: bench.rounds,
      operations: picks.length,
      ours: async () => {
        const count = picks.length / LINES
        const perSecond = await inFlight(CALLERS, count, (index) =>
          shop.atomically({ commands: order(index) }),
        )
        return perSecond * LINES
      },
      bare: () => timed(picks.length, () => bare.reserveAll(picks, 1000)),
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

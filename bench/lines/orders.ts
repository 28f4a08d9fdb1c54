import { join } from 'node:path'
import type { SingleCommand } from 'holdfast'
import { BareSqlite } from '../bare/sqlite-loop.ts'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { compare, speed } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { filledShop, PLENTY, productIds, reserveOf, TTL_MS } from '../shop.ts'

const LEVELS = 10_000
const CALLERS = 256
const LINES = 20

/** Orders of 20 lines, all or nothing, as a replay of real invoices makes them. */
export const orders: Line = {
  name: 'orders',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const products = productIds(LEVELS)
    const picks = chances(bench.operations(200_000), LEVELS)
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
      bare: () => {
        const start = performance.now()
        bare.reserveAll(picks, 1000, TTL_MS)
        return speed(picks.length, start)
      },
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

import { join } from 'node:path'
import { BareSqlite } from '../bare/sqlite-loop.ts'
import type { Line } from '../bench.ts'
import { compare, speed } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { filledShop, PLENTY, productId, reserveOf, TTL_MS } from '../shop.ts'

const CALLERS = 1024

/** Everybody wants the same product. */
export const hotProduct: Line = {
  name: 'hot-product',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), 1)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), 1, PLENTY)
    const picks = new Int32Array(bench.operations(200_000))
    const product = productId(0)
    const row = await compare({
      title: 'SQLite, 1,024 in flight, one hot product',
      rounds: bench.rounds,
      operations: picks.length,
      ours: () => inFlight(CALLERS, picks.length, () => shop.reserve(reserveOf(product))),
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

import { join } from 'node:path'
import { BareSqlite } from '../against/bare-sqlite.ts'
import { inFlight, timed } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, PLENTY, productId, reserveOf } from '../measure/shop.ts'

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
      bare: () => timed(picks.length, () => bare.reserveAll(picks, 1000)),
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

import { join } from 'node:path'
import { BareOneRow } from '../bare/one-row.ts'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { compare, speed } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { atLeast } from '../row.ts'
import { filledShop, productIds, reserveOf } from '../shop.ts'

const LEVELS = 10_000

/** One durable answer after another: nothing to share a commit with. */
export const oneCaller: Line = {
  name: 'one-caller',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareOneRow(join(bench.folder, 'bare.db'))
    const products = productIds(LEVELS)
    const picks = chances(bench.operations(5000), LEVELS)
    const row = await compare({
      title: 'SQLite, one caller after another',
      rounds: bench.rounds,
      operations: picks.length,
      ours: () =>
        inFlight(1, picks.length, (index) => shop.reserve(reserveOf(products[picks[index]!]!))),
      bare: () => {
        const start = performance.now()
        bare.commit(picks.length)
        return speed(picks.length, start)
      },
      goal: atLeast(0.75),
      note: 'against committing one row',
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

import { join } from 'node:path'
import { BareOneRow } from '../against/bare-sqlite.ts'
import { timed } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, productIds, reserveAll } from '../measure/shop.ts'
import { atLeast } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000

/** One durable answer after another: nothing shares a commit. */
export const oneCaller: Line = {
  name: 'one-caller',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareOneRow(join(bench.folder, 'bare.db'))
    const products = productIds(LEVELS)
    const picks = randomPicks(bench.operations(5000), LEVELS)
    const row = await compare({
      title: 'SQLite, one caller after another',
      rounds: bench.rounds,
      operations: picks.length,
      ours: () => reserveAll(shop, 1, picks, products),
      bare: () => timed(picks.length, () => bare.commit(picks.length)),
      goal: atLeast(0.35),
      note: 'against committing one row',
    })
    bare.close()
    await shop.close()
    return [row]
  },
}

import { join } from 'node:path'
import { sqlite } from 'holdfast/sqlite'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { fill, filledShop, openShop, productIds, reserveAll } from '../measure/shop.ts'
import type { Row } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000

/** SQL on the caller's own thread, as when a bundler loses the worker's file. */
export const noWorker: Line = {
  name: 'no-worker',
  async measure(bench) {
    const alone = await openShop(sqlite({ path: join(bench.folder, 'alone.db'), worker: false }))
    await fill(alone, LEVELS)
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const products = productIds(LEVELS)
    const rows: Row[] = []
    for (const callers of [1, 64, 1024]) {
      const picks = randomPicks(bench.operations(Math.min(100_000, callers * 1000)), LEVELS)
      rows.push(
        await compare({
          title: `SQLite without a worker, ${callers.toLocaleString('en')} in flight`,
          rounds: bench.rounds,
          operations: picks.length,
          ours: () => reserveAll(alone, callers, picks, products),
          bare: () => reserveAll(shop, callers, picks, products),
          note: 'against the same with a worker',
        }),
      )
    }
    await alone.close()
    await shop.close()
    return rows
  },
}

import { join } from 'node:path'
import type { Line } from '../measure/line.ts'
import { alternate } from '../measure/rounds.ts'
import { filledShop, productIds, reserveAll } from '../measure/shop.ts'
import { rowOf } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000

/** The cost of proving the whole log, and every row of the state from it. */
export const verify: Line = {
  name: 'verify',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const products = productIds(LEVELS)
    const picks = randomPicks(bench.operations(500_000), LEVELS)
    await reserveAll(shop, 4096, picks, products)
    const [seconds] = await alternate(Math.min(bench.rounds, 3), [
      async () => {
        const start = performance.now()
        const verdict = await shop.verify()
        if (!verdict.ok) throw new Error(`the trail does not hold: ${verdict.fault.message}`)
        return ((performance.now() - start) / verdict.entries) * 1000
      },
    ])
    await shop.close()
    return [
      rowOf({
        title: 'SQLite, verify, a million entries',
        unit: 's',
        ours: seconds!,
        notes: [`measured on ${picks.length.toLocaleString('en')}`],
      }),
    ]
  },
}

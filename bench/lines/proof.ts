import { join } from 'node:path'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { inTurn } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { spread } from '../row.ts'
import { filledShop, productIds, reserveOf } from '../shop.ts'

const LEVELS = 10_000

/** What it costs to prove the whole log, and every row of the state from it. */
export const proof: Line = {
  name: 'verify',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const products = productIds(LEVELS)
    const picks = chances(bench.operations(500_000), LEVELS)
    await inFlight(4096, picks.length, (index) => shop.reserve(reserveOf(products[picks[index]!]!)))
    const [seconds] = await inTurn(Math.min(bench.rounds, 3), [
      async () => {
        const start = performance.now()
        const verdict = await shop.verify()
        if (!verdict.ok) throw new Error(`the trail does not hold: ${verdict.fault.message}`)
        return ((performance.now() - start) / verdict.entries) * 1000
      },
    ])
    await shop.close()
    return [
      {
        title: 'SQLite, verify, a million entries',
        unit: 's',
        ours: spread(seconds!),
        bare: null,
        ratio: null,
        goal: null,
        notes: [`measured on ${picks.length.toLocaleString('en')}`],
      },
    ]
  },
}

import { join } from 'node:path'
import { sqlite } from 'holdfast/sqlite'
import type { Line } from '../measure/line.ts'
import { alternate } from '../measure/rounds.ts'
import { fill, openShop, productId, reserveOf } from '../measure/shop.ts'
import { rowOf } from '../measure/table.ts'

const CALLERS = 5000
const UNITS = 1000

/** 5,000 people want 1,000 units at the same moment. */
export const crowd: Line = {
  name: 'crowd',
  async measure(bench) {
    const shop = await openShop(sqlite({ path: join(bench.folder, 'ours.db') }))
    await fill(shop, bench.rounds + 1, UNITS)
    let next = 0
    const rush = async (): Promise<number> => {
      const product = productId(next++)
      const start = performance.now()
      const outcomes = await Promise.allSettled(
        Array.from({ length: CALLERS }, () => shop.reserve(reserveOf(product))),
      )
      const ms = performance.now() - start
      const served = outcomes.filter(({ status }) => status === 'fulfilled').length
      if (served !== UNITS) throw new Error(`${served} were served, but there were ${UNITS} units`)
      return ms
    }
    const [ms] = await alternate(bench.rounds, [rush])
    await shop.close()
    const title = 'SQLite, 5,000 callers for 1,000 units of one product, all answered'
    const notes = ['1,000 served, 4,000 refused, each time']
    return [rowOf({ title, unit: 'ms', ours: ms!, notes })]
  },
}

import { postgres } from 'holdfast/postgres'
import { MedusaShop } from '../against/medusa-shop.ts'
import type { Line } from '../measure/line.ts'
import { openDatabase } from '../measure/postgres.ts'
import { alternate } from '../measure/rounds.ts'
import { fill, openShop, productIds, reserveAll } from '../measure/shop.ts'
import { rowOf, type Row } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 1_000
const CALLERS = 64

/** Against another inventory for Node and PostgreSQL, on the same server. */
export const postgresMedusa: Line = {
  name: 'postgres-medusa',
  async measure(bench) {
    const database = await openDatabase()
    if (database === null) return []
    const { url, schema } = database
    const medusa = await MedusaShop.open(url, LEVELS)
    const rows: Row[] = []
    if (medusa !== null) {
      const shop = await openShop(postgres({ connectionString: url, schema }))
      await fill(shop, LEVELS)
      const products = productIds(LEVELS)
      for (const [what, levels] of [
        ['random products', LEVELS],
        ['one hot product', 1],
      ] as const) {
        const picks = randomPicks(bench.operations(15_000), levels)
        const few = picks.subarray(0, bench.operations(600))
        const [ours, theirs] = await alternate(bench.rounds, [
          () => reserveAll(shop, CALLERS, picks, products),
          () => medusa.reserveAll(CALLERS, few),
        ])
        const title = `PostgreSQL, 64 waiting, ${what}, against Medusa's inventory module`
        rows.push(rowOf({ title, ours: ours!, bare: theirs!, notes: ['it writes no audit row'] }))
      }
      await shop.close()
      medusa.close()
    }
    await database.remove()
    return rows
  },
}

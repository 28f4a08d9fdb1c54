import { postgres } from 'holdfast/postgres'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { inTurn, ratios } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { MedusaShop } from '../medusa-shop.ts'
import { postgresPlace } from '../postgres-place.ts'
import { spread, type Row } from '../row.ts'
import { fill, openShop, productId, reserveOf } from '../shop.ts'

const LEVELS = 1_000
const CALLERS = 64

/** Against another inventory for Node and PostgreSQL, on the same server. */
export const postgresMedusa: Line = {
  name: 'postgres-medusa',
  async measure(bench) {
    const place = await postgresPlace()
    if (place === null) return []
    const { url, schema } = place
    const medusa = await MedusaShop.open(url, LEVELS)
    const rows: Row[] = []
    if (medusa !== null) {
      const shop = await openShop(postgres({ connectionString: url, schema }))
      await fill(shop, LEVELS)
      for (const [what, levels] of [
        ['random products', LEVELS],
        ['one hot product', 1],
      ] as const) {
        const picks = chances(bench.operations(15_000), levels)
        const few = picks.subarray(0, bench.operations(600))
        const [ours, theirs] = await inTurn(bench.rounds, [
          () =>
            inFlight(CALLERS, picks.length, (index) =>
              shop.reserve(reserveOf(productId(picks[index]!))),
            ),
          () => medusa.reserveAll(CALLERS, few),
        ])
        rows.push({
          title: `PostgreSQL, 64 waiting, ${what}, against Medusa's inventory module`,
          unit: 'op/s',
          ours: spread(ours!),
          bare: spread(theirs!),
          ratio: ratios(ours!, theirs!),
          goal: null,
          notes: ['it writes no audit row'],
        })
      }
      await shop.close()
      medusa.close()
    }
    await place.leave()
    return rows
  },
}

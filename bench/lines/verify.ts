import { join } from 'node:path'
import type { InventoryOptions } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { inFlight } from '../measure/callers.ts'
import { CpuMeter } from '../measure/cpu.ts'
import type { Bench, Line } from '../measure/line.ts'
import { onDatabase } from '../measure/postgres.ts'
import { alternate } from '../measure/rounds.ts'
import { fill, openShop, productIds, reserveOf } from '../measure/shop.ts'
import { atLeast, rowOf, type Goal, type Row } from '../measure/table.ts'

const LEVELS = 10_000
/** Of two and a half entries each. With those of the levels a million entries. */
const RESERVATIONS = 396_000
const OWNERS = 50_000

/** Proving the whole log, and every row of the state from it. */
export const verify: Line = {
  name: 'verify',
  measure: (bench) =>
    measured(bench, 'SQLite', sqlite({ path: join(bench.folder, 'ours.db') }), atLeast(700_000)),
}

export const postgresVerify: Line = {
  name: 'postgres-verify',
  measure: (bench) =>
    onDatabase(({ url, schema }) =>
      measured(bench, 'PostgreSQL', postgres({ connectionString: url, schema })),
    ),
}

async function measured(
  bench: Bench,
  name: string,
  store: InventoryOptions['store'],
  goal: Goal | null = null,
): Promise<Row[]> {
  const shop = await openShop(store)
  await fill(shop, LEVELS)
  const products = productIds(LEVELS)
  await inFlight(1024, bench.operations(RESERVATIONS), async (index) => {
    const reserved = {
      ...reserveOf(products[(index * 7919) % LEVELS]!),
      owner: `c${index % OWNERS}`,
    }
    const { id: reservationId } = await shop.reserve(reserved)
    if (index % 4 === 0) return shop.release({ reservationId })
    if (index % 4 === 3) return shop.extend({ reservationId, ttlMs: 2 * reserved.ttlMs })
    await shop.confirm({ reservationId })
    return shop.ship({ reservationId })
  })
  const { seq } = await shop.head()
  const cpu = new CpuMeter(seq)
  const proof = cpu.around(async () => {
    const verdict = await shop.verify()
    if (!verdict.ok) throw new Error(`the trail does not hold: ${verdict.fault.message}`)
  })
  const perSecond = async (): Promise<number> => {
    const start = performance.now()
    await proof()
    return (seq * 1000) / (performance.now() - start)
  }
  const [ours] = await alternate(Math.min(bench.rounds, 5), [perSecond])
  await shop.close()
  const notes = [`${seq.toLocaleString('en')} entries`, `CPU ${cpu.cost}`]
  return [rowOf({ title: `${name}, verify`, unit: 'entries/s', ours: ours!, goal, notes })]
}

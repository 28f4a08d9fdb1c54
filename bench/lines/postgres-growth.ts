import type { Line } from '../bench.ts'
import { growthRows, sizesOf } from '../growth-rows.ts'
import { PostgresGrown } from '../postgres-grown.ts'
import { postgresPlace } from '../postgres-place.ts'

/** What an operation and an opening cost on PostgreSQL when its tables have grown. */
export const postgresGrowth: Line = {
  name: 'postgres-growth',
  async measure(bench) {
    const place = await postgresPlace()
    if (place === null) return []
    const operations = bench.operations(60_000)
    const grown = sizesOf(bench).map((levels) => new PostgresGrown(place, levels, operations))
    const note = 'the bare loop batches by hand and knows its balances'
    const rows = await growthRows(bench, 'PostgreSQL', grown, { note })
    await place.leave()
    return rows
  },
}

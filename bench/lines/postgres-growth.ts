import type { Line } from '../bench.ts'
import { inTurn, ratios } from '../compare.ts'
import { PostgresGrown } from '../postgres-grown.ts'
import { postgresPlace } from '../postgres-place.ts'
import { atMost, spread, type Row } from '../row.ts'

/** What an operation and an opening cost on PostgreSQL when its tables have grown. */
export const postgresGrowth: Line = {
  name: 'postgres-growth',
  async measure(bench) {
    const place = await postgresPlace()
    if (place === null) return []
    const sizes = bench.big ? [10_000, 1_000_000, 10_000_000] : [10_000, 1_000_000]
    const grown = sizes.map((levels) => new PostgresGrown(place, levels, bench.operations(60_000)))
    for (const one of grown) await one.grow()
    const sides = grown.flatMap(({ sides: { ours, bare } }) => [ours, bare])
    const speeds = await inTurn(bench.rounds, sides)
    for (const one of grown) await one.close()
    await place.leave()
    return grown.flatMap((one, index) => {
      const [ours, bare] = [speeds[2 * index]!, speeds[2 * index + 1]!]
      const rows = [speedRow(one, ours, bare), openRow(one)]
      if (index > 0) rows.unshift(slowdownRow(one, speeds[0]!, speeds[1]!, ours, bare))
      return rows
    })
  },
}

function named({ levels }: PostgresGrown): string {
  return `${levels.toLocaleString('en')} levels`
}

function slowdownRow(
  grown: PostgresGrown,
  oursSmall: number[],
  bareSmall: number[],
  ours: number[],
  bare: number[],
): Row {
  const oursTimes = oursSmall.map((small, round) => small / ours[round]!)
  const bareTimes = bareSmall.map((small, round) => small / bare[round]!)
  return {
    title: `PostgreSQL, slowdown from 10,000 to ${named(grown)}`,
    unit: '×',
    ours: spread(oursTimes),
    bare: spread(bareTimes),
    ratio: ratios(oursTimes, bareTimes),
    goal: atMost(1.25),
    notes: ['less is better'],
  }
}

function speedRow(grown: PostgresGrown, ours: number[], bare: number[]): Row {
  return {
    title: `PostgreSQL, 1,024 in flight, ${named(grown)}`,
    unit: 'op/s',
    ours: spread(ours),
    bare: spread(bare),
    ratio: ratios(ours, bare),
    goal: null,
    notes: ['the bare loop batches by hand and knows its balances'],
  }
}

function openRow(grown: PostgresGrown): Row {
  return {
    title: `PostgreSQL, opening ${named(grown)}`,
    unit: 'ms',
    ours: spread(grown.openMs),
    bare: null,
    ratio: null,
    goal: atMost(1000),
    notes: ['less is better'],
  }
}

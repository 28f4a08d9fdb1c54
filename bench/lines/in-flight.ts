import { join } from 'node:path'
import { BareSqlite } from '../against/bare-sqlite.ts'
import { timed } from '../measure/callers.ts'
import type { Bench, Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, PLENTY, productIds, reserveAll } from '../measure/shop.ts'
import { atLeast, type Goal, type Row } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000

/** Reserving random products on SQLite with many concurrent callers, against three bare statements each. */
export const manyInFlight: Line = {
  name: 'in-flight',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const products = productIds(LEVELS)
    const rows: Row[] = []
    for (const callers of [64, 256, 1024, 4096]) {
      const picks = randomPicks(total(bench, callers), LEVELS)
      const batch = Math.min(callers, 1000)
      rows.push(
        await compare({
          title: `SQLite, ${callers.toLocaleString('en')} in flight, random products`,
          rounds: bench.rounds,
          operations: picks.length,
          ours: () => reserveAll(shop, callers, picks, products),
          bare: () => timed(picks.length, () => bare.reserveAll(picks, batch)),
          ...goalOf(callers),
          note: `the bare loop commits ${batch} at a time`,
        }),
      )
    }
    bare.close()
    await shop.close()
    return rows
  },
}

/** Few callers make many small commits, so fewer operations are enough. */
function total(bench: Bench, callers: number): number {
  return bench.operations(callers > 1000 ? 200_000 : callers * 200)
}

function goalOf(callers: number): { goal?: Goal } {
  if (callers === 64) return { goal: atLeast(0.45) }
  return callers > 1000 ? { goal: atLeast(0.6) } : {}
}

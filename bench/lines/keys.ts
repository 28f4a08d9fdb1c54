import { join } from 'node:path'
import { BareSqlite } from '../against/bare-sqlite.ts'
import { inFlight, timed } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { filledShop, PLENTY, productIds, reserveOf } from '../measure/shop.ts'
import { atLeast, type Row } from '../measure/table.ts'
import { randomPicks, timeOrderedKeys } from '../measure/workload.ts'

const LEVELS = 10_000

/** The same with an idempotency key on every command. */
export const withKeys: Line = {
  name: 'keys',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const products = productIds(LEVELS)
    const picks = randomPicks(bench.operations(100_000), LEVELS)
    const rows: Row[] = []
    for (const callers of [1024, 4096]) {
      rows.push(
        await compare({
          title: `SQLite, ${callers.toLocaleString('en')} in flight, a key on every command`,
          rounds: bench.rounds,
          operations: picks.length,
          ours: () => {
            const keys = timeOrderedKeys(picks.length)
            return inFlight(callers, picks.length, (index) =>
              shop.reserve({
                ...reserveOf(products[picks[index]!]!),
                idempotencyKey: keys[index],
              }),
            )
          },
          bare: () => {
            const keys = timeOrderedKeys(picks.length)
            return timed(picks.length, () => bare.reserveWithKeys(picks, keys, 1000))
          },
          goal: atLeast(0.6),
          note: 'time-ordered keys; the bare loop stores key and number, we store the answer too',
        }),
      )
    }
    bare.close()
    await shop.close()
    return rows
  },
}

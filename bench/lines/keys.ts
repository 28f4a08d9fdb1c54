import { join } from 'node:path'
import { BareKeys } from '../bare/sqlite-keys.ts'
import { BareSqlite } from '../bare/sqlite-loop.ts'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { compare, speed } from '../compare.ts'
import { inFlight } from '../in-flight.ts'
import { atLeast, type Row } from '../row.ts'
import { filledShop, PLENTY, productIds, reserveOf, TTL_MS } from '../shop.ts'
import { timeOrderedKeys } from '../time-ordered-key.ts'

const LEVELS = 10_000

/** The same with an idempotency key on every command. */
export const withKeys: Line = {
  name: 'keys',
  async measure(bench) {
    const shop = await filledShop(join(bench.folder, 'ours.db'), LEVELS)
    const bare = new BareSqlite(join(bench.folder, 'bare.db'), LEVELS, PLENTY)
    const bareKeys = new BareKeys(bare)
    const products = productIds(LEVELS)
    const picks = chances(bench.operations(100_000), LEVELS)
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
            const start = performance.now()
            bareKeys.reserveAll(picks, keys, 1000, TTL_MS)
            return speed(picks.length, start)
          },
          goal: atLeast(0.8),
          note: 'time-ordered keys; the bare loop stores key and number, we store the answer too',
        }),
      )
    }
    bare.close()
    await shop.close()
    return rows
  },
}

import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Client } from 'pg'
import type { Filling } from './fill.ts'

const PER_BATCH = 1000
const DAY_MS = 86_400_000

/**
 * Ages a shop: a hold for each level, most of them finished, and as many transfers and keys as levels, written without
 * the engine.
 */
export async function growOld(filled: Filling): Promise<void> {
  const { url, schema, warehouseId, productId, levels } = filled
  const inventory = await openInventory({
    store: postgres({ connectionString: url, schema }),
    warehouses: [
      { id: warehouseId, name: warehouseId },
      { id: 'OTHER', name: 'Other' },
    ],
    sweepMs: 0,
  })
  for (let from = 0; from < levels; from += PER_BATCH) {
    const held = await inventory.batch({
      commands: Array.from({ length: PER_BATCH }, (_, index) => {
        const order = { warehouseId, productId: productId(from + index), qty: 1, ttlMs: DAY_MS }
        return { verb: 'reserve' as const, ...order }
      }),
    })
    // One in twenty is still pending.
    const over = held.answers.flatMap((answer, index) =>
      answer.ok && index % 20 > 0 ? [{ verb: 'release' as const, reservationId: answer.id }] : [],
    )
    await inventory.batch({ commands: over })
  }
  await inventory.close()
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`SET search_path = "${schema}"`)
  // With the numbers of the entries that filled the levels.
  await client.query(`INSERT INTO transfer
      SELECT n, 1, 0, 0, 0, n, 1, 'P', 'SF', 'OTHER' FROM generate_series(1, ${levels}) n`)
  await client.query(`INSERT INTO idempotency
      SELECT 'old ' || n, 1, n, ${Date.now()}, 'x', '{}' FROM generate_series(1, ${levels}) n`)
  // As PostgreSQL does by itself after a minute.
  await client.query('VACUUM ANALYZE')
  await client.end()
}

import { randomUUID } from 'node:crypto'
import { InventoryManager } from 'holdfast'
import { BareMap } from '../against/bare-map.ts'
import { timed } from '../measure/callers.ts'
import type { Line } from '../measure/line.ts'
import { compare } from '../measure/rounds.ts'
import { PLENTY, productIds, TTL_MS, WAREHOUSE } from '../measure/shop.ts'
import { atLeast, type Row } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

const LEVELS = 10_000
type NewId = (seq: number) => string

/** The specification's manager against the same over plain Maps: same ids, same entries. */
export const manager: Line = {
  name: 'manager',
  async measure(bench) {
    const products = productIds(LEVELS)
    const picks = randomPicks(bench.operations(300_000), LEVELS)
    const rows: Row[] = []
    const ids: [string, NewId][] = [
      ['random UUIDs', () => randomUUID()],
      ['short ids', (seq) => `R-${seq}`],
    ]
    for (const [what, newId] of ids) {
      rows.push(
        await compare({
          title: `the in-memory manager, ${what}`,
          rounds: bench.rounds,
          operations: picks.length,
          ours: () => managerSpeed(products, picks, newId),
          bare: () => bareSpeed(products, picks, newId),
          goal: atLeast(0.5),
          note: 'against plain Maps with the same entries',
        }),
      )
    }
    return rows
  },
}

function managerSpeed(
  products: readonly string[],
  picks: Int32Array,
  newId: NewId,
): Promise<number> {
  const ours = new InventoryManager({ newId })
  const warehouse = ours.addWarehouse({ id: WAREHOUSE, name: 'Main' })
  for (const product of products) warehouse.addStock(product, PLENTY, 'SUPPLIER')
  return timed(picks.length, () => {
    for (const pick of picks) ours.reserve(WAREHOUSE, products[pick]!, 1, TTL_MS)
  })
}

function bareSpeed(products: readonly string[], picks: Int32Array, newId: NewId): Promise<number> {
  const bare = new BareMap(products, PLENTY, newId)
  return timed(picks.length, () => {
    for (const pick of picks) bare.reserve(WAREHOUSE, products[pick]!, 1, TTL_MS)
  })
}

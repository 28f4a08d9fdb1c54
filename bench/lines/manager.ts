import { randomUUID } from 'node:crypto'
import { InventoryManager } from 'holdfast'
import { BareMap } from '../bare/map-loop.ts'
import type { Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { compare, speed } from '../compare.ts'
import { atLeast, type Row } from '../row.ts'
import { PLENTY, productIds, TTL_MS, WAREHOUSE } from '../shop.ts'

const LEVELS = 10_000
type NewId = (seq: number) => string

/** The specification's manager against the same over plain Maps: same ids, same entries. */
export const manager: Line = {
  name: 'manager',
  async measure(bench) {
    const products = productIds(LEVELS)
    const picks = chances(bench.operations(300_000), LEVELS)
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

function managerSpeed(products: readonly string[], picks: Int32Array, newId: NewId): number {
  const ours = new InventoryManager({ newId })
  const warehouse = ours.addWarehouse({ id: WAREHOUSE, name: 'Main' })
  for (const product of products) warehouse.addStock(product, PLENTY, 'SUPPLIER')
  const start = performance.now()
  for (const pick of picks) ours.reserve(WAREHOUSE, products[pick]!, 1, TTL_MS)
  return speed(picks.length, start)
}

function bareSpeed(products: readonly string[], picks: Int32Array, newId: NewId): number {
  const bare = new BareMap(products, PLENTY, newId)
  const start = performance.now()
  for (const pick of picks) bare.reserve(WAREHOUSE, products[pick]!, 1, TTL_MS)
  return speed(picks.length, start)
}

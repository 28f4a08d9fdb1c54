import type { Inventory } from 'holdfast'

export interface StockTotal {
  levels: number
  available: number
  held: number
  allocated: number
  onHand: number
}

/** The sums of the counts of all levels. */
export async function stockTotal(inventory: Inventory): Promise<StockTotal> {
  const total = { levels: 0, available: 0, held: 0, allocated: 0, onHand: 0 }
  let cursor: string | undefined
  do {
    const page = await inventory.listStock({ limit: 1000, cursor })
    for (const level of page.items) {
      total.levels++
      total.available += level.available
      total.held += level.held
      total.allocated += level.allocated
      total.onHand += level.onHand
    }
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined)
  return total
}

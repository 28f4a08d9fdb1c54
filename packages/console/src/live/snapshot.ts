import type { ListPage, LevelCounts } from 'holdfast'
import { client } from '../service/client.ts'
import type { HoldTable } from './hold-table.ts'
import type { LevelTable } from './level-table.ts'

const PAGE = 1000

/** Every level, page by page; each page stands at the entry that it says. */
export async function loadStock(
  levels: LevelTable,
  onProgress: (levels: number) => void,
): Promise<void> {
  let count = 0
  for (let cursor: string | undefined; ;) {
    const page: ListPage<LevelCounts> = await client.listStock({ limit: PAGE, cursor })
    for (const { productId, warehouseId, available, held, allocated } of page.items) {
      const place = levels.place(productId, warehouseId)
      if (place !== undefined) levels.put(place, available, held, allocated, page.seq)
    }
    count += page.items.length
    onProgress(count)
    if (page.cursor === null) return
    cursor = page.cursor
  }
}

/** Every hold that lives. */
export async function loadHolds(levels: LevelTable, holds: HoldTable): Promise<void> {
  for await (const hold of client.listReservations({ status: 'PENDING', limit: PAGE })) {
    const { id, productId, warehouseId, qty, owner, expiresAt } = hold
    const place = levels.place(productId, warehouseId)
    if (place !== undefined && holds.get(id) === undefined)
      holds.put(id, place, qty, owner, expiresAt)
  }
}

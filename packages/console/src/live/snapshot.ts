import type { LevelCounts, ListPage, Reservation } from 'holdfast'
import { client } from '../service/client.ts'
import type { HoldTable } from './hold-table.ts'
import type { LevelTable } from './level-table.ts'

const PAGE = 1000

/** Loads every level, page by page; each page is as of its own entry. */
export async function loadStock(
  levels: LevelTable,
  onProgress: (levels: number) => void,
): Promise<void> {
  let count = 0
  for (let cursor: string | undefined; ;) {
    const page: ListPage<LevelCounts> = await client.listStock({ limit: PAGE, cursor })
    for (const level of page.items) {
      const place = levels.place(level.productId, level.warehouseId)
      if (place !== undefined) levels.put(place, level, page.seq)
    }
    count += page.items.length
    onProgress(count)
    if (page.cursor === null) return
    cursor = page.cursor
  }
}

/** Loads every live hold; each page is as of its own entry. */
export async function loadHolds(levels: LevelTable, holds: HoldTable): Promise<void> {
  for (let cursor: string | undefined; ;) {
    const query = { status: 'PENDING', limit: PAGE, cursor } as const
    const page: ListPage<Reservation> = await client.listReservations(query)
    for (const { id, productId, warehouseId, qty, released, owner, expiresAt } of page.items) {
      const place = levels.place(productId, warehouseId)
      if (place !== undefined && holds.get(id) === undefined)
        holds.put({ id, place, qty: qty - released, owner, expiresAt, seq: page.seq })
    }
    if (page.cursor === null) return
    cursor = page.cursor
  }
}

import type { AuditEntry, ListPage } from 'holdfast'
import { ask } from '../service/ask.ts'

/** The service's current entry at a position of the trail; null if it has none. */
export async function entryAt(seq: number): Promise<AuditEntry | null> {
  if (seq === 0) return null
  const query = `before=${seq + 1}&limit=1`
  const { items } = await ask<ListPage<AuditEntry>>(`/v1/audit?${query}`)
  return items[0] ?? null
}

/** Whether two entries are the same. No other inventory has the same one at the same position. */
export function isSameEntry(one: AuditEntry, other: AuditEntry | null): boolean {
  return (
    one.seq === other?.seq &&
    one.timestamp === other.timestamp &&
    one.type === other.type &&
    one.warehouseId === other.warehouseId &&
    one.productId === other.productId &&
    one.reservationId === other.reservationId &&
    one.transferId === other.transferId &&
    one.qty === other.qty
  )
}

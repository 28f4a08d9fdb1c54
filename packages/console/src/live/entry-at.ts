import type { AuditEntry, ListPage } from 'holdfast'
import { ask } from '../service/ask.ts'

/** An entry of the trail by its position, as the service has it now; null where it has none. */
export async function entryAt(seq: number): Promise<AuditEntry | null> {
  if (seq === 0) return null
  const query = `before=${seq + 1}&limit=1`
  const { items } = await ask<ListPage<AuditEntry>>(`/v1/audit?${query}`)
  return items[0] ?? null
}

/** Whether two are one: no other inventory has the same at the same place. */
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

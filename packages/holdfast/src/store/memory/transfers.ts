import type { Transfer } from '../../model/transfer.ts'
import type { TransferQuery } from '../store.ts'
import { countBefore, type Records } from './records.ts'

/** Newest first; a warehouse is in it on either side. */
export function listTransfers(records: Records, query: TransferQuery): Transfer[] {
  const { status, group, warehouseId, productId, beforeSeq, limit } = query
  const order = records.transferOrder
  const rows: Transfer[] = []
  const from = beforeSeq === undefined ? order.length : countBefore(order, beforeSeq)
  for (let i = from - 1; i >= 0 && rows.length < limit; i--) {
    const found = records.transfers.get(order[i]!)!
    const sides = [found.fromWarehouseId, found.toWarehouseId]
    if (status !== undefined && found.status !== status) continue
    if (group !== undefined && found.group !== group) continue
    if (productId !== undefined && found.productId !== productId) continue
    if (warehouseId !== undefined && !sides.includes(warehouseId)) continue
    rows.push(found)
  }
  return rows
}

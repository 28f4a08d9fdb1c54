import { newestEntry } from '../../model/newest-entry.ts'
import type { Transfer } from '../../model/transfer.ts'
import { randomOf, seqOf } from '../../model/record-id.ts'
import type { Commit, MadeRows } from '../store.ts'
import { CODE_OF_TRANSFER_STATUS } from '../codes.ts'
import { NumberColumn, TextColumn, type Column } from './columns.ts'
import type { Statement } from './statement.ts'

export function addNewTransfers(statement: Statement, { transfers, before }: MadeRows): void {
  const made = transfers.filter(({ id }) => seqOf(id) > before.seq)
  if (made.length === 0) return
  statement.insert('transfer', { ...stateOf(made), ...originOf(made) })
}

/** As they stand now. */
export function addChangedTransfers(statement: Statement, { transfers, before }: Commit): void {
  const changed = transfers.filter(({ id }) => seqOf(id) <= before.seq)
  if (changed.length > 0) statement.update('transfer', stateOf(changed), changed.length)
}

function stateOf(transfers: readonly Transfer[]): Record<string, Column> {
  const rows = transfers.length
  const columns = {
    seq: new NumberColumn(rows),
    status: new NumberColumn(rows),
    decided_at: new NumberColumn(rows),
    decided_by: new TextColumn(rows),
    reason: new TextColumn(rows),
    last_seq: new NumberColumn(rows),
  }
  for (const transfer of transfers) {
    const { id, status, decidedAt, decidedBy, reason } = transfer
    columns.seq.push(seqOf(id))
    columns.status.push(CODE_OF_TRANSFER_STATUS[status])
    columns.decided_at.push(decidedAt ?? NaN)
    columns.decided_by.push(decidedBy)
    columns.reason.push(reason)
    columns.last_seq.push(newestEntry(transfer))
  }
  return columns
}

function originOf(transfers: readonly Transfer[]): Record<string, Column> {
  const rows = transfers.length
  const columns = {
    random: new NumberColumn(rows),
    qty: new NumberColumn(rows),
    created_at: new NumberColumn(rows),
    product_id: new TextColumn(rows),
    from_warehouse_id: new TextColumn(rows),
    to_warehouse_id: new TextColumn(rows),
    requested_by: new TextColumn(rows),
    group_id: new TextColumn(rows),
  }
  for (const transfer of transfers) {
    columns.random.push(randomOf(transfer.id))
    columns.qty.push(transfer.qty)
    columns.created_at.push(transfer.createdAt)
    columns.product_id.push(transfer.productId)
    columns.from_warehouse_id.push(transfer.fromWarehouseId)
    columns.to_warehouse_id.push(transfer.toWarehouseId)
    columns.requested_by.push(transfer.requestedBy)
    columns.group_id.push(transfer.group)
  }
  return columns
}

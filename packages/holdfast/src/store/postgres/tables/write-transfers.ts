import { newestEntry } from '../../../model/newest-entry.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { randomOf, seqOf } from '../../../model/record-id.ts'
import type { Commit, MadeRows } from '../../store.ts'
import { codeOfTransferStatus } from '../../codes.ts'
import { numbers, texts, type Column } from './columns.ts'
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
  return {
    seq: numbers(transfers, ({ id }) => seqOf(id)),
    status: numbers(transfers, ({ status }) => codeOfTransferStatus(status)),
    decided_at: numbers(transfers, ({ decidedAt }) => decidedAt ?? NaN),
    decided_by: texts(transfers, ({ decidedBy }) => decidedBy),
    reason: texts(transfers, ({ reason }) => reason),
    last_seq: numbers(transfers, newestEntry),
  }
}

function originOf(transfers: readonly Transfer[]): Record<string, Column> {
  return {
    random: numbers(transfers, ({ id }) => randomOf(id)),
    qty: numbers(transfers, ({ qty }) => qty),
    created_at: numbers(transfers, ({ createdAt }) => createdAt),
    product_id: texts(transfers, ({ productId }) => productId),
    from_warehouse_id: texts(transfers, ({ fromWarehouseId }) => fromWarehouseId),
    to_warehouse_id: texts(transfers, ({ toWarehouseId }) => toWarehouseId),
    requested_by: texts(transfers, ({ requestedBy }) => requestedBy),
    group_id: texts(transfers, ({ group }) => group),
  }
}

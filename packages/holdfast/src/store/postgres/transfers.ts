import { stampEntry } from '../../model/newest-entry.ts'
import type { Transfer } from '../../model/transfer.ts'
import { parseRecordId, recordId } from '../../model/record-id.ts'
import type { Page, TransferQuery } from '../store.ts'
import { CODE_OF_TRANSFER_STATUS, TRANSFER_STATUSES } from '../codes.ts'
import { Filter, paged, readPage } from './page.ts'
import type { Row, Session } from './session.ts'

export const TRANSFER_COLUMNS = `t.seq, t.random, t.product_id, t.from_warehouse_id,
  t.to_warehouse_id, t.qty, t.status, t.requested_by, t.decided_by, t.reason, t.created_at,
  t.decided_at, t.last_seq, t.group_id`

/** None where the id is not ours, or where its random bits are guessed. */
const FIND = paged(
  `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.seq = $1 AND t.random = $2`,
)

export async function findTransfer(session: Session, id: string): Promise<Page<Transfer>> {
  const { seq, random } = parseRecordId(id) ?? { seq: 0, random: 0 }
  return readPage(session, FIND, [seq, random], readTransfer)
}

/** Newest first; a warehouse is in it on either side. */
export async function listTransfers(
  session: Session,
  query: TransferQuery,
): Promise<Page<Transfer>> {
  const { status, group, warehouseId, productId, beforeSeq, limit } = query
  const filter = new Filter()
  // Written out, because an index is for it alone: a parameter could be any status.
  if (status === 'PENDING_APPROVAL') filter.add('t.status = 0')
  else if (status !== undefined) filter.add('t.status = ?', CODE_OF_TRANSFER_STATUS[status])
  if (group !== undefined) filter.add('t.group_id = ?', group)
  if (productId !== undefined) filter.add('t.product_id = ?', productId)
  if (warehouseId !== undefined)
    filter.add('? IN (t.from_warehouse_id, t.to_warehouse_id)', warehouseId)
  if (beforeSeq !== undefined) filter.add('t.seq < ?', beforeSeq)
  const limited = filter.value(limit)
  const sql = `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t ${filter.where}
    ORDER BY t.seq DESC LIMIT ${limited}`
  return readPage(session, paged(sql), filter.values, readTransfer)
}

export function readTransfer(row: Row): Transfer {
  const [seq, random, productId, fromWarehouseId, toWarehouseId, qty, status] = row
  const [requestedBy, decidedBy, reason, createdAt, decidedAt, lastSeq, group] = row.slice(7)
  const transfer = {
    id: recordId(seq as number, random as number),
    fromWarehouseId: fromWarehouseId as string,
    toWarehouseId: toWarehouseId as string,
    productId: productId as string,
    qty: qty as number,
    status: TRANSFER_STATUSES[status as number]!,
    requestedBy: requestedBy as string | null,
    decidedBy: decidedBy as string | null,
    reason: reason as string | null,
    createdAt: createdAt as number,
    decidedAt: decidedAt as number | null,
    group: group as string | null,
  }
  return stampEntry(transfer, lastSeq as number)
}

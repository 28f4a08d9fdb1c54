import { recordId } from '../../model/record-id.ts'
import type { Transfer } from '../../model/transfer.ts'
import { TRANSFER_STATUSES } from '../codes.ts'
import type { Stamped } from '../store.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `transfer t`. */
export const TRANSFER = {
  ...columnsOf(
    't',
    'seq',
    'random',
    'productId',
    'fromWarehouseId',
    'toWarehouseId',
    'qty',
    'status',
  ),
  ...columnsOf('t', 'requestedBy', 'decidedBy', 'reason', 'createdAt', 'decidedAt', 'lastSeq'),
  group: 't.group_id',
}

const AT = offsetsOf(TRANSFER)

export function readTransfer(row: Row): Stamped<Transfer> {
  const record = {
    id: recordId(row[AT.seq] as number, row[AT.random] as number),
    fromWarehouseId: row[AT.fromWarehouseId] as string,
    toWarehouseId: row[AT.toWarehouseId] as string,
    productId: row[AT.productId] as string,
    qty: row[AT.qty] as number,
    status: TRANSFER_STATUSES[row[AT.status] as number]!,
    requestedBy: row[AT.requestedBy] as string | null,
    decidedBy: row[AT.decidedBy] as string | null,
    reason: row[AT.reason] as string | null,
    createdAt: row[AT.createdAt] as number,
    decidedAt: row[AT.decidedAt] as number | null,
    group: row[AT.group] as string | null,
  }
  return { record, lastSeq: row[AT.lastSeq] as number }
}

import type { SQLInputValue } from 'node:sqlite'

import type { Transfer } from '../../model/transfer.ts'
import { parseRecordId, randomOf, recordId, seqOf } from '../../model/record-id.ts'
import type { Stamped, TransferQuery } from '../store.ts'
import { CODE_OF_TRANSFER_STATUS, TRANSFER_STATUSES } from '../codes.ts'
import type { Connection, Row } from './connection.ts'

export const TRANSFER_COLUMNS = `seq, random, product_id, from_warehouse_id, to_warehouse_id, qty, status,
  requested_by, decided_by, reason, created_at, decided_at, last_seq, group_id`

/** Its place among the columns. */
export const TRANSFER_LAST_SEQ = 12

const INSERT = `INSERT INTO transfer (${TRANSFER_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const DECIDE = `UPDATE transfer SET status = ?, decided_by = ?, reason = ?, decided_at = ?,
  last_seq = ? WHERE seq = ?`

const FIND = `SELECT ${TRANSFER_COLUMNS} FROM transfer WHERE seq = ?`

/** Those made after `beforeSeq` are new. There are few of them: one statement each is enough. */
export function writeTransfers(
  connection: Connection,
  transfers: readonly Stamped<Transfer>[],
  beforeSeq: number,
): void {
  for (const { record: transfer, lastSeq } of transfers) {
    const seq = seqOf(transfer.id)
    const { decidedBy, reason, decidedAt } = transfer
    const status = CODE_OF_TRANSFER_STATUS[transfer.status]
    if (seq <= beforeSeq) {
      connection.run(DECIDE, status, decidedBy, reason, decidedAt, lastSeq, seq)
      continue
    }
    const { productId, fromWarehouseId, toWarehouseId, qty, requestedBy, createdAt, group } =
      transfer
    const what: SQLInputValue[] = [productId, fromWarehouseId, toWarehouseId, qty, status]
    const who = [requestedBy, decidedBy, reason, createdAt, decidedAt, lastSeq, group]
    connection.run(INSERT, seq, randomOf(transfer.id), ...what, ...who)
  }
}

/** None where the id is not ours, or where its random bits are guessed. */
export function findTransfer(connection: Connection, id: string): Stamped<Transfer>[] {
  const parsed = parseRecordId(id)
  const row = parsed === null ? undefined : connection.get(FIND, parsed.seq)
  if (row === undefined || row[1] !== parsed!.random) return []
  return [{ record: readTransfer(row), lastSeq: row[TRANSFER_LAST_SEQ] as number }]
}

/** Newest first; a warehouse is in it on either side. */
export function listTransfers(connection: Connection, query: TransferQuery): Transfer[] {
  const { status, group, warehouseId, productId, beforeSeq, limit } = query
  const where: string[] = []
  const values: SQLInputValue[] = []
  if (status !== undefined) {
    // Written out where an index is for it alone: a parameter could be any status.
    if (status === 'PENDING_APPROVAL') where.push('status = 0')
    else {
      where.push('+status = ?')
      values.push(CODE_OF_TRANSFER_STATUS[status])
    }
  }
  if (group !== undefined) {
    where.push('group_id = ?')
    values.push(group)
  }
  if (productId !== undefined) {
    where.push('product_id = ?')
    values.push(productId)
  }
  if (warehouseId !== undefined) {
    where.push('? IN (from_warehouse_id, to_warehouse_id)')
    values.push(warehouseId)
  }
  if (beforeSeq !== undefined) {
    where.push('seq < ?')
    values.push(beforeSeq)
  }
  const filter = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
  const sql = `SELECT ${TRANSFER_COLUMNS} FROM transfer ${filter} ORDER BY seq DESC LIMIT ?`
  return connection.all(sql, ...values, limit).map(readTransfer)
}

export function readTransfer(row: Row): Transfer {
  const [seq, random, productId, fromWarehouseId, toWarehouseId, qty, status] = row
  const [requestedBy, decidedBy, reason, createdAt, decidedAt] = row.slice(7)
  return {
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
    group: row[13] as string | null,
  }
}

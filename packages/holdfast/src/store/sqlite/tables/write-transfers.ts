import type { SQLInputValue } from 'node:sqlite'

import type { Transfer } from '../../../model/transfer.ts'
import { randomOf, seqOf } from '../../../model/record-id.ts'
import { codeOfTransferStatus } from '../../codes.ts'
import type { Stamped } from '../../store.ts'
import type { Connection } from '../file/connection.ts'

/** Those made after `beforeSeq` are new. There are few of them: one statement each is enough. */
export function writeTransfers(
  connection: Connection,
  transfers: readonly Stamped<Transfer>[],
  beforeSeq: number,
): void {
  for (const { record: transfer, lastSeq } of transfers) {
    const seq = seqOf(transfer.id)
    const state = {
      status: codeOfTransferStatus(transfer.status),
      decided_by: transfer.decidedBy,
      reason: transfer.reason,
      decided_at: transfer.decidedAt,
      last_seq: lastSeq,
    }
    if (seq <= beforeSeq) update(connection, seq, state)
    else
      insert(connection, {
        seq,
        random: randomOf(transfer.id),
        product_id: transfer.productId,
        from_warehouse_id: transfer.fromWarehouseId,
        to_warehouse_id: transfer.toWarehouseId,
        qty: transfer.qty,
        requested_by: transfer.requestedBy,
        created_at: transfer.createdAt,
        group_id: transfer.group,
        ...state,
      })
  }
}

type Values = Readonly<Record<string, SQLInputValue>>

function insert(connection: Connection, values: Values): void {
  const columns = Object.keys(values)
  const sql = `INSERT INTO transfer (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  connection.run(sql, ...Object.values(values))
}

function update(connection: Connection, seq: number, values: Values): void {
  const changes = Object.keys(values).map((column) => `${column} = ?`)
  connection.run(
    `UPDATE transfer SET ${changes.join(', ')} WHERE seq = ?`,
    ...Object.values(values),
    seq,
  )
}

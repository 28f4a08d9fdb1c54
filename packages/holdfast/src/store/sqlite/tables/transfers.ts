import type { Transfer } from '../../../model/transfer.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import { CODE_OF_TRANSFER_STATUS } from '../../codes.ts'
import { Filter } from '../../rows/filter.ts'
import { selectList } from '../../rows/select.ts'
import { filterTransfers, readTransfer, TRANSFER } from '../../rows/transfer.ts'
import type { Stamped, TransferQuery } from '../../store.ts'
import type { Connection } from '../file/connection.ts'

export const TRANSFER_COLUMNS = selectList(TRANSFER)

const FIND = `SELECT ${TRANSFER_COLUMNS} FROM transfer t WHERE t.seq = ?`

/** None where the id is not ours, or where its random bits are guessed. */
export function findTransfer(connection: Connection, id: string): Stamped<Transfer>[] {
  const parsed = parseRecordId(id)
  const row = parsed === null ? undefined : connection.get(FIND, parsed.seq)
  if (row === undefined || row[1] !== parsed!.random) return []
  return [readTransfer(row)]
}

/** Newest first. */
export function listTransfers(connection: Connection, query: TransferQuery): Transfer[] {
  const { status, limit } = query
  const filter = new Filter('?')
  // Written out, because an index is for it alone: a parameter could be any status.
  if (status === 'PENDING_APPROVAL') filter.add('t.status = 0')
  else if (status !== undefined) filter.add('+t.status = ?', CODE_OF_TRANSFER_STATUS[status])
  filterTransfers(filter, query)
  const sql = `SELECT ${TRANSFER_COLUMNS} FROM transfer t ${filter.where}
    ORDER BY t.seq DESC LIMIT ${filter.value(limit)}`
  return connection.all(sql, ...filter.values).map((row) => readTransfer(row).record)
}

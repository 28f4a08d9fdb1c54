import { stampEntry } from '../../../model/newest-entry.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import { CODE_OF_TRANSFER_STATUS } from '../../codes.ts'
import { Filter } from '../../rows/filter.ts'
import { selectList, type Row } from '../../rows/select.ts'
import { filterTransfers, readTransfer, TRANSFER } from '../../rows/transfer.ts'
import type { Page, TransferQuery } from '../../store.ts'
import { paged, readPage } from './page.ts'
import type { Session } from '../connect/session.ts'

export const TRANSFER_COLUMNS = selectList(TRANSFER)

/** None where the id is not ours, or where its random bits are guessed. */
const FIND = paged(
  `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.seq = $1 AND t.random = $2`,
)

export async function findTransfer(session: Session, id: string): Promise<Page<Transfer>> {
  const { seq, random } = parseRecordId(id) ?? { seq: 0, random: 0 }
  return readPage(session, FIND, [seq, random], transferOf)
}

/** Newest first. */
export async function listTransfers(
  session: Session,
  query: TransferQuery,
): Promise<Page<Transfer>> {
  const { status, limit } = query
  const filter = new Filter('$')
  // Written out, because an index is for it alone: a parameter could be any status.
  if (status === 'PENDING_APPROVAL') filter.add('t.status = 0')
  else if (status !== undefined) filter.add('t.status = ?', CODE_OF_TRANSFER_STATUS[status])
  filterTransfers(filter, query)
  const sql = `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t ${filter.where}
    ORDER BY t.seq DESC LIMIT ${filter.value(limit)}`
  return readPage(session, paged(sql), filter.values, transferOf)
}

export function transferOf(row: Row): Transfer {
  const { record, lastSeq } = readTransfer(row)
  return stampEntry(record, lastSeq)
}

import { stampEntry } from '../../../model/newest-entry.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import { selectList, type Row } from '../../rows/select.ts'
import { readTransfer, TRANSFER } from '../../rows/transfer.ts'
import type { Page } from '../../store.ts'
import { numbers } from './columns.ts'
import { paged, readPage } from './page.ts'
import type { Session } from '../connect/session.ts'

export const TRANSFER_COLUMNS = selectList(TRANSFER)

/** None if the id is not ours, or if its random bits are guessed. */
const FIND = paged(
  `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.seq = $1 AND t.random = $2`,
)

export async function findTransfer(session: Session, id: string): Promise<Page<Transfer>> {
  const { seq, random } = parseRecordId(id) ?? { seq: 0, random: 0 }
  return readPage(session, FIND, [seq, random], transferOf)
}

const AT = `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.seq = ANY ($1::bigint[])
  ORDER BY t.seq DESC`
const BEFORE = `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.seq < $1
  ORDER BY t.seq DESC LIMIT $2`
const PENDING = `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.status = 0 AND t.seq < $1
  ORDER BY t.seq DESC LIMIT $2`

/** Those with these numbers, newest first. */
export async function transfersAt(session: Session, seqs: readonly number[]): Promise<Transfer[]> {
  const { rows } = await session.run(AT, [numbers(seqs, (seq) => seq).value])
  return rows.map(transferOf)
}

/** All before one, newest first; only of those that wait for approval, if that is asked for. */
export async function transfersBefore(
  session: Session,
  before: number,
  limit: number,
  isPending: boolean,
): Promise<Transfer[]> {
  const { rows } = await session.run(isPending ? PENDING : BEFORE, [before, limit])
  return rows.map(transferOf)
}

export function transferOf(row: Row): Transfer {
  const { record, lastSeq } = readTransfer(row)
  return stampEntry(record, lastSeq)
}

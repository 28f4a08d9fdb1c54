import type { Transfer } from '../../../model/transfer.ts'
import { parseRecordId } from '../../../model/record-id.ts'
import { selectList } from '../../rows/select.ts'
import { readTransfer, TRANSFER } from '../../rows/transfer.ts'
import type { Stamped } from '../../store.ts'
import type { Connection } from '../file/connection.ts'

export const TRANSFER_COLUMNS = selectList(TRANSFER)

const FIND = `SELECT ${TRANSFER_COLUMNS} FROM transfer t WHERE t.seq = ?`

/** None if the id is not ours, or if its random bits are guessed. */
export function findTransfer(connection: Connection, id: string): Stamped<Transfer>[] {
  const parsed = parseRecordId(id)
  const row = parsed === null ? undefined : connection.get(FIND, parsed.seq)
  if (row === undefined || row[1] !== parsed!.random) return []
  return [readTransfer(row)]
}

const BEFORE = `SELECT ${TRANSFER_COLUMNS} FROM transfer t NOT INDEXED
  WHERE t.seq < ? ORDER BY t.seq DESC LIMIT ?`
const PENDING = `SELECT ${TRANSFER_COLUMNS} FROM transfer t INDEXED BY transfer_pending
  WHERE t.status = 0 AND t.seq < ? ORDER BY t.seq DESC LIMIT ?`

export function transferAt(connection: Connection, seq: number): Stamped<Transfer> | null {
  const row = connection.get(FIND, seq)
  return row === undefined ? null : readTransfer(row)
}

/** All before one, newest first; only of those that wait for approval, if that is asked for. */
export function transfersBefore(
  connection: Connection,
  before: number,
  limit: number,
  isPending: boolean,
): Transfer[] {
  const rows = connection.all(isPending ? PENDING : BEFORE, before, limit)
  return rows.map((row) => readTransfer(row).record)
}

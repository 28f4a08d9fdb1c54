import type { Transfer } from '../../../model/transfer.ts'
import { RESERVATION_ROW, RESERVATION_ROWS, type ReservationRows } from '../../reservation-rows.ts'
import type { LevelRow, Stamped } from '../../store.ts'
import { LEVEL, readLevel } from '../../rows/level.ts'
import { selectList } from '../../rows/select.ts'
import { readTransfer } from '../../rows/transfer.ts'
import { LEVEL_TABLES } from '../tables/levels.ts'
import { whole } from '../tables/page.ts'
import type { Session } from '../connect/session.ts'
import { TRANSFER_COLUMNS } from '../tables/transfers.ts'

const LEVELS = `SELECT ${selectList(LEVEL)} FROM ${LEVEL_TABLES} WHERE k.key > $1 ORDER BY k.key LIMIT $2`

const RESERVATIONS = `SELECT seq, level_key, qty, status, created_at, expires_at, random, last_seq,
    behind, released, shipped, cancelled, came_back, owner, replaces, replaced_by, group_id
  FROM holdfast.reservation WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT ${RESERVATION_ROWS}`

const TRANSFERS = `SELECT ${TRANSFER_COLUMNS} FROM holdfast.transfer t WHERE t.seq > $1
  ORDER BY t.seq LIMIT $2`

/** Levels as they are stored, for the proof. */
export async function levelRows(
  session: Session,
  afterKey: number,
  limit: number,
): Promise<LevelRow[]> {
  return (await session.rows(LEVELS, [whole(afterKey), limit])).map(readLevel)
}

export async function reservationRows(
  session: Session,
  afterSeq: number,
  throughSeq: number,
): Promise<ReservationRows> {
  const rows = await session.rows(RESERVATIONS, [whole(afterSeq), whole(throughSeq)])
  const width = RESERVATION_ROW.length
  const numbers = new Float64Array(rows.length * width)
  // A count that is NULL is 0, and becomes one here.
  rows.forEach((row, index) => {
    for (let column = 0; column < width; column++)
      numbers[index * width + column] = row[column] as number
  })
  const texts = (column: number): (string | null)[] =>
    rows.map((row) => row[width + column] as string | null)
  const rare = (column: number): (string | null)[] | null =>
    rows.some((row) => row[width + column] !== null) ? texts(column) : null
  return { numbers, owners: texts(0), replaces: rare(1), replacedBy: rare(2), groups: rare(3) }
}

export async function transferRows(
  session: Session,
  afterSeq: number,
  limit: number,
): Promise<Stamped<Transfer>[]> {
  return (await session.rows(TRANSFERS, [whole(afterSeq), limit])).map(readTransfer)
}

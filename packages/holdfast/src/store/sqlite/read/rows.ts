import type { Transfer } from '../../../model/transfer.ts'
import { RESERVATION_ROW, RESERVATION_ROWS, type ReservationRows } from '../../reservation-rows.ts'
import { beginning, ReservationSum, type SumSecret } from '../../reservation-sum.ts'
import type { LevelRow, Stamped } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { readLevel } from '../../rows/level.ts'
import { readTransfer } from '../../rows/transfer.ts'
import { LEVEL_COLUMNS } from '../tables/levels.ts'
import { textColumn } from '../packed/packed-commit.ts'
import { TRANSFER_COLUMNS } from '../tables/transfers.ts'

// The state as it is stored, for the proof: along the tables, not along any index.

const LEVELS = `SELECT ${LEVEL_COLUMNS} FROM level l NOT INDEXED LEFT JOIN level_key k ON k.key = l.key
  WHERE l.key > ? ORDER BY l.key LIMIT ?`

const TEXTS = ['owner', 'replaces', 'replaced_by', 'group_id']
type Texts = (string | null)[]

const RESERVATIONS = `SELECT seq, level_key, qty, status, created_at, expires_at, random, seq + moved_after,
    coalesce(seq - behind, 0), released, shipped, cancelled, came_back,
    ${TEXTS.join(', ')}
  FROM reservation NOT INDEXED WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${RESERVATION_ROWS}`

/** The parts of a print, in the order of `printOf`. */
const PARTS = [
  'seq - ?3',
  'level_key',
  'qty',
  'status',
  '(created_at >> 20)',
  '(created_at & 0xfffff)',
  '(expires_at >> 20)',
  '(expires_at & 0xfffff)',
  '(random >> 36)',
  '(random >> 18 & 0x3ffff)',
  '(random & 0x3ffff)',
  'moved_after',
  'coalesce(behind, -1)',
  'released',
  'shipped',
  'cancelled',
  'came_back',
]

/** Factors stand in the text: SQLite fetches a bound value anew for each row. */
function selectPrints({ factors }: SumSecret): string {
  const print = PARTS.map((part, index) => `${factors[index]} * (${part})`).join(' + ')
  // As a REAL: if it is too large for a number of JavaScript, reading an INTEGER would fail.
  return `SELECT CAST(${print} AS REAL), ${TEXTS.join(', ')}
    FROM reservation NOT INDEXED WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ${RESERVATION_ROWS}`
}

const TRANSFERS = `SELECT ${TRANSFER_COLUMNS} FROM transfer t NOT INDEXED
  WHERE t.seq > ? ORDER BY t.seq LIMIT ?`

export function levelRows(connection: Connection, afterKey: number, limit: number): LevelRow[] {
  return connection.all(LEVELS, afterKey, limit).map(readLevel)
}

export function reservationRows(
  connection: Connection,
  afterSeq: number,
  throughSeq: number,
): ReservationRows {
  const through = Math.min(throughSeq, Number.MAX_SAFE_INTEGER)
  const rows = connection.all(RESERVATIONS, afterSeq, through)
  const width = RESERVATION_ROW.length
  const numbers = new Float64Array(rows.length * width)
  const texts: (string | null)[][] = TEXTS.map(() => new Array<null>(rows.length).fill(null))
  for (let row = 0; row < rows.length; row++) {
    const values = rows[row]!
    for (let i = 0; i < width; i++) numbers[row * width + i] = values[i] as number
    for (let i = 0; i < TEXTS.length; i++)
      if (values[width + i] !== null) texts[i]![row] = values[width + i] as string
  }
  const [owners, replaces, replacedBy, groups] = texts as [Texts, Texts, Texts, Texts]
  return {
    numbers,
    owners,
    replaces: textColumn(replaces),
    replacedBy: textColumn(replacedBy),
    groups: textColumn(groups),
  }
}

/** The same as `sumOfRows` in half the time: SQLite computes the prints. */
export function reservationSum(
  connection: Connection,
  secret: SumSecret,
  afterSeq: number,
  throughSeq: number,
): number {
  const sum = new ReservationSum(secret)
  // A damaged file may have bytes there: comparing the rows tells.
  const hash = (text: unknown): number =>
    text === null || typeof text === 'string' ? sum.hash(text) : NaN
  const through = Math.min(throughSeq, Number.MAX_SAFE_INTEGER)
  const rows = connection.all(selectPrints(secret), afterSeq, through, beginning(afterSeq))
  for (const [print, owner, replaces, replacedBy, group] of rows)
    sum.add(print as number, hash(owner), hash(replaces), hash(replacedBy), hash(group))
  return sum.take()
}

export function transferRows(
  connection: Connection,
  afterSeq: number,
  limit: number,
): Stamped<Transfer>[] {
  return connection.all(TRANSFERS, afterSeq, limit).map(readTransfer)
}

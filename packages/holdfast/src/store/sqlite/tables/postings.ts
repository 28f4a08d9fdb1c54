import type { PostingRow, Watermark } from '../../../postings/run.ts'
import type { RowsWanted, StoredRow } from '../../../postings/lists.ts'
import { OperationalError } from '../../../model/operational-error.ts'
import { TextHash } from '../../../postings/text-hash.ts'
import {
  LOG_PAGE_BYTES,
  type PostingMark,
  type PostingPlace,
  type PostingRows,
} from '../../store.ts'
import type { Connection } from '../file/connection.ts'

const UP = `SELECT block, run, seqs FROM posting
  WHERE kind = ? AND list = ? AND (block, run) > (?, ?) ORDER BY block, run LIMIT ?`
const DOWN = `SELECT block, run, seqs FROM posting
  WHERE kind = ? AND list = ? AND (block, run) < (?, ?) ORDER BY block DESC, run DESC LIMIT ?`
const WATERMARK = 'SELECT commit_number, seq, salt FROM posting_watermark'
const MOVE = 'UPDATE posting_watermark SET commit_number = ?, seq = ?'
const WRITE = 'INSERT OR REPLACE INTO posting VALUES (?, ?, ?, ?, ?)'
/** So many rows at once: one by one, or a thousand at once, they take half as long again. */
const ROWS_AT_ONCE = 300
/** A text of each takes half as long as bytes do, of which each is an object by itself; long ones come one by one. */
const ROWS = `SELECT kind, list, block, run, CASE WHEN length(seqs) < 4096 THEN hex(seqs) END
  FROM posting NOT INDEXED WHERE (kind, list, block, run) > (?, ?, ?, ?)
  ORDER BY kind, list, block, run LIMIT ${ROWS_AT_ONCE}`
const LONG_ROW =
  'SELECT hex(seqs) FROM posting WHERE kind = ? AND list = ? AND block = ? AND run = ?'
/** Before all that we store. */
const FIRST: PostingPlace = [Number.MIN_SAFE_INTEGER, 0, 0, 0]

export function readPostings(
  connection: Connection,
  wanted: readonly RowsWanted[],
  isDown: boolean,
  limit: number,
): StoredRow[][] {
  return wanted.map(({ kind, list, block, run }) =>
    connection
      .all(isDown ? DOWN : UP, kind, list, block, Math.min(run, Number.MAX_SAFE_INTEGER), limit)
      .map((row) => ({
        block: row[0] as number,
        run: row[1] as number,
        seqs: row[2] as Uint8Array,
      })),
  )
}

/** @throws OperationalError STORE_DAMAGED */
export function readMark(connection: Connection): PostingMark {
  const row = connection.get(WATERMARK) as [number, number, Uint8Array] | undefined
  if (row?.[2].length !== 8) {
    const message = 'how far postings go is not stored: `holdfast rebuild` makes them anew'
    throw new OperationalError('STORE_DAMAGED', message)
  }
  const [commit, seq, salt] = row
  return { commit, seq, salt }
}

export function readWatermark(connection: Connection): Watermark & { readonly hash: TextHash } {
  const { salt, ...watermark } = readMark(connection)
  return { ...watermark, hash: new TextHash(salt) }
}

/** As they are stored, for the proof: a page of those after one. */
export function postingRows(connection: Connection, after: PostingPlace | null): PostingRows {
  const numbers: number[] = []
  let bytes = ''
  const page = (): PostingRows => ({
    numbers: new Float64Array(numbers),
    bytes: Buffer.from(bytes, 'hex'),
  })
  for (let place = after ?? FIRST; ;) {
    const rows = connection.all(ROWS, ...place) as unknown as [...PostingPlace, string | null][]
    for (const [kind, list, block, run, seqs] of rows) {
      bytes += seqs ?? (connection.get(LONG_ROW, kind, list, block, run)![0] as string)
      numbers.push(kind, list, block, run, bytes.length / 2)
      if (bytes.length / 2 + numbers.length * 8 >= LOG_PAGE_BYTES) return page()
    }
    if (rows.length < ROWS_AT_ONCE) return page()
    const [kind, list, block, run] = rows.at(-1)!
    place = [kind, list, block, run]
  }
}

/** Rows on their way between threads. */
export interface PackedPostings {
  /** Kind, list, block, and where the bytes end, of each. */
  readonly numbers: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

const WIDTH = 4

export function packPostings(rows: readonly PostingRow[]): PackedPostings {
  const bytes = new Uint8Array(rows.reduce((sum, { seqs }) => sum + seqs.length, 0))
  const numbers = new Float64Array(rows.length * WIDTH)
  let end = 0
  for (const [index, { kind, list, block, seqs }] of rows.entries()) {
    bytes.set(seqs, end)
    end += seqs.length
    numbers.set([kind, list, block, end], index * WIDTH)
  }
  return { numbers, bytes }
}

/** Writes rows of the run that begins at a watermark. Rows that exist already are written again. */
export function writePostings(connection: Connection, run: number, packed: PackedPostings): void {
  const { numbers, bytes } = packed
  let from = 0
  for (let at = 0; at < numbers.length; at += WIDTH) {
    const end = numbers[at + 3]!
    const [kind, list, block] = [numbers[at]!, numbers[at + 1]!, numbers[at + 2]!]
    connection.run(WRITE, kind, list, block, run, bytes.subarray(from, end))
    from = end
  }
}

export function moveWatermark(connection: Connection, { commit, seq }: Watermark): void {
  connection.run(MOVE, commit, seq)
}

/** Removes all. */
export function forgetPostings(connection: Connection): void {
  connection.run('DELETE FROM posting')
  connection.run('DELETE FROM posting_watermark')
  connection.run('INSERT INTO posting_watermark VALUES (1, 0, 0, randomblob(8))')
}

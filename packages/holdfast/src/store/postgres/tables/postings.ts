import type { RowsWanted, StoredRow } from '../../../postings/lists.ts'
import type { PostingRow, Watermark } from '../../../postings/run.ts'
import { OperationalError } from '../../../model/operational-error.ts'
import {
  LOG_PAGE_BYTES,
  POSTING_ROW,
  type Head,
  type PostingMark,
  type PostingPlace,
  type PostingRows,
} from '../../store.ts'
import type { Session } from '../connect/session.ts'
import { numbers } from './columns.ts'
import { HEAD_ROW, HEAD_WIDTH, headOf } from './head.ts'

const WATERMARK = "SELECT commit_number, seq, encode(salt, 'hex') FROM holdfast.posting_watermark"

const READ = (order: string, behind: string): string => `
  SELECT w.nth, p.block, p.run, encode(p.seqs, 'hex')
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY w (list, block, run, nth)
  CROSS JOIN LATERAL (SELECT block, run, seqs FROM holdfast.posting
    WHERE kind = $4::smallint AND list = w.list AND (block, run) ${behind} (w.block, w.run)
    ORDER BY block ${order}, run ${order} LIMIT $5) p
  ORDER BY w.nth, p.block ${order}, p.run ${order}`
const UP = READ('ASC', '>')
const DOWN = READ('DESC', '<')

/**
 * Only while the run continues from the watermark and its log exists. A process that is late, or comes after a rebuild or
 * after a failover that lost a commit of the run, writes nothing.
 */
const GOES_ON = (commit: string, salt: string, last: string, hash: string): string =>
  `commit_number = ${commit} AND encode(salt, 'hex') = ${salt}
    AND EXISTS (SELECT FROM holdfast.commits WHERE number = ${last} AND encode(hash, 'hex') = ${hash})`

const WRITE = `WITH mark AS MATERIALIZED (
    SELECT seq FROM holdfast.posting_watermark WHERE ${GOES_ON('$7', '$8', '$9', '$10')} FOR SHARE)
  INSERT INTO holdfast.posting (kind, list, block, run, seqs)
  SELECT r.kind, r.list, r.block, mark.seq, substr($6::bytea, r.at::int, r.length::int)
  FROM mark, unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    r (kind, list, block, at, length)
  ON CONFLICT (kind, list, block, run) DO UPDATE SET seqs = excluded.seqs`

/** After one, until the page is full: long ones are stored apart, and only those of the page are fetched. */
const ROWS = `SELECT kind, list, block, run, encode(seqs, 'hex') FROM (
    SELECT *, sum(octet_length(seqs) + ${8 * POSTING_ROW.length}) OVER (ORDER BY kind, list, block, run) - octet_length(seqs) AS before
    FROM (SELECT * FROM holdfast.posting WHERE (kind, list, block, run) > ($1::smallint, $2::bigint, $3::bigint, $4::bigint)
      ORDER BY kind, list, block, run LIMIT 4000) p) p
  WHERE before <= ${LOG_PAGE_BYTES} ORDER BY kind, list, block, run`
/** Before all that we store. */
const FIRST: PostingPlace = [-32_768, Number.MIN_SAFE_INTEGER, 0, 0]

const MOVE = `UPDATE holdfast.posting_watermark SET commit_number = $3, seq = $5
  WHERE ${GOES_ON('$1', '$2', '$3', '$4')} RETURNING seq`

/** How far the postings go. */
interface Mark {
  readonly watermark: Watermark
  /** Of the hashes of texts, as hex. */
  readonly salt: string
}

/** The same, how far the log goes, and a commit that was asked for: its hash is null if it is not there. */
export interface MarkWithHead extends Mark {
  readonly head: Head
  readonly asked: { readonly commit: number; readonly hash: string | null }
}

const READ_MARK = `SELECT w.*, c.hash, h.* FROM (${WATERMARK}) w
  LEFT JOIN (SELECT encode(hash, 'hex') AS hash FROM holdfast.commits WHERE number = $1) c ON true
  LEFT JOIN (${HEAD_ROW}) h ON true`

/** Asks for a commit, too. @throws OperationalError STORE_DAMAGED */
export async function readMark(session: Session, commit: number): Promise<MarkWithHead> {
  const [row] = (await session.run(READ_MARK, [commit])).rows
  if (row === undefined) {
    const message = 'how far postings go is not stored: `holdfast rebuild` makes them anew'
    throw new OperationalError('STORE_DAMAGED', message)
  }
  const [number, seq, salt, hash] = row as [number, number, string, string | null]
  const head = headOf(row.slice(-HEAD_WIDTH))
  return { head, watermark: { commit: number, seq }, salt, asked: { commit, hash } }
}

export async function readPostingMark(session: Session): Promise<PostingMark> {
  const { watermark, salt } = await readMark(session, 0)
  return { ...watermark, salt: Buffer.from(salt, 'hex') }
}

/** As they are stored, for the proof: a page of those after one. */
export async function postingRows(
  session: Session,
  after: PostingPlace | null,
): Promise<PostingRows> {
  const rows = (await session.rows(ROWS, [...(after ?? FIRST)])) as unknown as [
    ...PostingPlace,
    string,
  ][]
  const numbers = new Float64Array(rows.length * POSTING_ROW.length)
  let end = 0
  for (const [index, [kind, list, block, run, seqs]] of rows.entries()) {
    end += seqs.length / 2
    numbers.set([kind, list, block, run, end], index * POSTING_ROW.length)
  }
  return { numbers, bytes: Buffer.from(rows.map((row) => row[4]).join(''), 'hex') }
}

/** Of one kind. */
export async function readPostings(
  session: Session,
  wanted: readonly RowsWanted[],
  isDown: boolean,
  limit: number,
): Promise<StoredRow[][]> {
  const found: StoredRow[][] = wanted.map(() => [])
  const column = (of: (one: RowsWanted) => number): Buffer => numbers(wanted, of).value
  const { rows } = await session.run(isDown ? DOWN : UP, [
    column(({ list }) => list),
    column(({ block }) => block),
    column(({ run }) => Math.min(run, Number.MAX_SAFE_INTEGER)),
    wanted[0]?.kind ?? 0,
    limit,
  ])
  for (const [nth, block, run, seqs] of rows as [number, number, number, string][])
    found[nth - 1]!.push({ block, run, seqs: Buffer.from(seqs, 'hex') })
  return found
}

/** A run that goes on from a watermark and ends with a commit. */
export interface PostedRun {
  readonly from: Mark
  readonly last: Watermark & { readonly hash: string }
}

/** Rows that exist already are written again. */
export async function writePostings(
  session: Session,
  run: PostedRun,
  rows: readonly PostingRow[],
): Promise<void> {
  const starts: number[] = []
  let at = 1
  for (const { seqs } of rows) {
    starts.push(at)
    at += seqs.length
  }
  await session.run(WRITE, [
    numbers(rows, ({ kind }) => kind).value,
    numbers(rows, ({ list }) => list).value,
    numbers(rows, ({ block }) => block).value,
    numbers(starts, (start) => start).value,
    numbers(rows, ({ seqs }) => seqs.length).value,
    Buffer.concat(rows.map(({ seqs }) => seqs)),
    ...goingOn(run),
  ])
}

/** Moves it to the end of the run; false if the run no longer continues from the watermark. */
export async function moveWatermark(session: Session, run: PostedRun): Promise<boolean> {
  const { rows } = await session.run(MOVE, [...goingOn(run), run.last.seq])
  return rows.length > 0
}

function goingOn({ from, last }: PostedRun): unknown[] {
  return [from.watermark.commit, from.salt, last.commit, last.hash]
}

/** Removes all. The watermark is locked first, so that no run is being written. */
export async function forgetPostings(session: Session): Promise<void> {
  await session.rows(`INSERT INTO holdfast.posting_watermark
    SELECT true, 0, 0, decode(left(replace(gen_random_uuid()::text, '-', ''), 16), 'hex')
    ON CONFLICT (one) DO UPDATE SET commit_number = 0, seq = 0, salt = excluded.salt`)
  await session.rows('DELETE FROM holdfast.posting')
}

import type { LoggedCommit } from '../../../log/commit-body.ts'
import { COMMIT, readCommit } from '../../rows/commit.ts'
import { selectList } from '../../rows/select.ts'
import { LOG_PAGE_BYTES } from '../../store.ts'
import { whole } from '../tables/page.ts'
import type { Session } from '../connect/session.ts'

/** The texts that the bytes of a commit `c` are. */
export const BODY = "convert_from(c.body, 'UTF8')"
export const TEXTS = "convert_from(c.texts, 'UTF8')"

export const COMMIT_COLUMNS = selectList({
  ...COMMIT,
  batchId: "replace(c.batch_id::text, '-', '')",
  hash: "encode(c.hash, 'hex')",
  body: BODY,
  texts: TEXTS,
})

/** Of a commit `c`. Stored bytes are not unpacked for it. */
export const COMMIT_BYTES = 'octet_length(c.body) + coalesce(octet_length(c.texts), 0)'

/** The number of the commit that has an entry. Of those that end there the first: the others have no entries. */
export const numberOf = (seq: string): string =>
  `(SELECT number FROM holdfast.commits WHERE last_seq >= ${seq} ORDER BY last_seq, number LIMIT 1)`

/** From one commit to the next until the page is full: nothing after that is looked at. */
const LOG = `
  WITH RECURSIVE page (number, bytes) AS (
    (SELECT c.number, ${COMMIT_BYTES} FROM holdfast.commits c WHERE c.number > $1
      ORDER BY c.number LIMIT 1)
    UNION ALL
    SELECT c.number, p.bytes + ${COMMIT_BYTES}
    FROM page p JOIN holdfast.commits c ON c.number = p.number + 1
    WHERE p.bytes < ${LOG_PAGE_BYTES})
  SELECT ${COMMIT_COLUMNS}, c.lines_at::text, c.texts_at::text FROM page p JOIN holdfast.commits c ON c.number = p.number
  ORDER BY c.number`

/** Whole commits after one, as many as fit into a page, at least one. */
export async function readLog(session: Session, afterCommit: number): Promise<LoggedCommit[]> {
  const { rows } = await session.run(LOG, [afterCommit])
  return rows.map((row) => {
    const [lines, texts] = row.slice(-2) as [string | null, string | null]
    return { ...readCommit(row), marks: { lines: readMarks(lines), texts: readMarks(texts) } }
  })
}

function readMarks(array: string | null): number[] {
  return array === null ? [] : array.slice(1, -1).split(',').map(Number)
}

/**
 * Of the newest commit at or before a time. Commits are numbered without a gap and their times never
 * decrease: halving finds it in some 20 steps, and the table needs no index on time.
 */
const AT = `
  WITH RECURSIVE half (low, high) AS (
    SELECT 0::bigint, coalesce(max(number), 0) FROM holdfast.commits
    UNION ALL
    SELECT CASE WHEN c.at <= $1 THEN c.number ELSE h.low END,
      CASE WHEN c.at <= $1 THEN h.high ELSE c.number - 1 END
    FROM half h JOIN holdfast.commits c ON c.number = h.low + (h.high - h.low + 1) / 2
    WHERE h.low < h.high)
  SELECT last_seq FROM holdfast.commits WHERE number = (SELECT max(low) FROM half)`

export async function seqAt(session: Session, time: number): Promise<number> {
  const [row] = await session.rows(AT, [whole(time)])
  return row === undefined ? 0 : (row[0] as number)
}

import type { CommitRow, Reader } from '../store.ts'
import { ENTRY_COLUMNS, ENTRY_JOINS, fillsPage, inPage, readTrailEntry } from './entry-row.ts'
import { whole } from './page.ts'
import type { Row, Session } from './session.ts'

const COLUMNS = `number, last_seq, at, encode(hash, 'hex'), batch_id`

/** `last_seq` of commit $1, or 0; and the commits behind it that end within $2 entries, or the next. */
const COMMITS = `
  WITH first AS (
    SELECT coalesce((SELECT last_seq FROM holdfast.commits WHERE number = $1), 0) AS seq)
  SELECT f.seq, c.* FROM first f LEFT JOIN LATERAL (
    SELECT ${COLUMNS} FROM holdfast.commits c
    WHERE c.number > $1 AND (c.last_seq - f.seq <= $2 OR c.number = (
      SELECT min(n.number) FROM holdfast.commits n WHERE n.number > $1))
    ORDER BY number LIMIT $3) c ON true`

/** A commit without entries is rare; so many commits at most, however few entries they have. */
const MOST_COMMITS = 10_000

const TRAIL = `holdfast.entry e ${ENTRY_JOINS} WHERE e.seq > $1 AND e.seq <= $2`
const ENTRIES = `SELECT ${ENTRY_COLUMNS} FROM ${TRAIL} ORDER BY e.seq`
const ENTRIES_IN_PAGE = inPage(TRAIL, '', '')

/**
 * Whole commits, as many as fit into `maxEntries` and a page's bytes, at least one. Neither they nor
 * entries ever change.
 */
export async function trail(
  session: Session,
  afterCommit: number,
  maxEntries: number,
): ReturnType<Reader['trail']> {
  const rows = await session.rows(COMMITS, [afterCommit, maxEntries, MOST_COMMITS])
  const first = rows[0]![0] as number
  const commits = rows.filter((row) => row[1] !== null).map((row) => readCommit(row.slice(1)))
  const last = commits.at(-1)?.lastSeq ?? first
  const entries = await session.rows(ENTRIES_IN_PAGE, [first, last])
  if (!fillsPage(entries.at(-1))) return { commits, entries: entries.map(readTrailEntry) }
  const through = entries.at(-1)![0] as number
  const inFull = commits.filter(({ lastSeq }) => lastSeq <= through)
  if (inFull.length === 0) {
    const alone = await session.rows(ENTRIES, [first, commits[0]!.lastSeq])
    return { commits: commits.slice(0, 1), entries: alone.map(readTrailEntry) }
  }
  const end = inFull.at(-1)!.lastSeq
  const complete = entries.filter((row) => (row[0] as number) <= end)
  return { commits: inFull, entries: complete.map(readTrailEntry) }
}

/**
 * The newest commit at or before a time. Commits are numbered without a gap and their times never
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
  SELECT ${COLUMNS} FROM holdfast.commits
  WHERE number = (SELECT max(low) FROM half)`

export async function commitAt(session: Session, time: number): Promise<CommitRow | null> {
  const [row] = await session.rows(AT, [whole(time)])
  return row === undefined ? null : readCommit(row)
}

function readCommit(row: Row): CommitRow {
  const [commit, lastSeq, at, hash, batchId] = row as [number, number, number, string, string]
  return { commit, lastSeq, at, hash, batchId: batchId.replaceAll('-', '') }
}

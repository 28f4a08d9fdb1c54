import { PageRoom } from '../page-bytes.ts'
import type { CommitRow } from '../store.ts'
import type { Connection, Row } from './connection.ts'
import { metadataBytesOf, SELECT_ENTRY } from './entry-row.ts'
import { hex } from './head.ts'

const COLUMNS = 'number, last_seq, at, hash, batch_id'
const COMMIT = `SELECT ${COLUMNS} FROM commits WHERE number = ?`
const COMMITS_AFTER = `SELECT ${COLUMNS} FROM commits WHERE number > ? ORDER BY number`
const NEWEST = 'SELECT max(number) FROM commits'
const AT = 'SELECT at FROM commits WHERE number = ?'
const ENTRIES = `${SELECT_ENTRY} WHERE e.seq > ? AND e.seq <= ? ORDER BY e.seq`

/** Whole commits, as many as fit into `maxEntries` and a page's bytes, at least one. */
export function trail(
  connection: Connection,
  afterCommit: number,
  maxEntries: number,
): { readonly commits: readonly CommitRow[]; readonly rows: readonly Row[] } {
  const first = lastSeqOf(connection, afterCommit)
  const commits: CommitRow[] = []
  for (const row of connection.iterate(COMMITS_AFTER, afterCommit)) {
    const commit = readCommit(row)
    if (commits.length > 0 && commit.lastSeq - first > maxEntries) break
    commits.push(commit)
  }
  const last = commits.at(-1)?.lastSeq ?? first
  const rows: Row[] = []
  const room = new PageRoom()
  let at = 0
  for (const row of connection.iterate(ENTRIES, first, last)) {
    const seq = row[0] as number
    while (commits[at]!.lastSeq < seq) at++
    rows.push(row)
    room.take(metadataBytesOf(row))
    if (!room.isFull || commits[at]!.lastSeq !== seq) continue
    commits.length = at + 1
    break
  }
  return { commits, rows }
}

function lastSeqOf(connection: Connection, number: number): number {
  return (connection.get(COMMIT, number)?.[1] ?? 0) as number
}

/**
 * The newest commit at or before a time. Commits are numbered without a gap and their times never
 * decrease: halving finds it in some 20 steps, where an index would be one more page for each commit.
 */
export function commitAt(connection: Connection, time: number): CommitRow | null {
  let low = 0
  let high = Number(connection.value(NEWEST) ?? 0)
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2)
    const at = connection.get(AT, middle)?.[0] ?? Infinity
    if (Number(at) <= time) low = middle
    else high = middle - 1
  }
  const row = connection.get(COMMIT, low)
  return row === undefined ? null : readCommit(row)
}

function readCommit(row: Row): CommitRow {
  const [commit, lastSeq, at, hash, batchId] = row as [
    number,
    number,
    number,
    Uint8Array,
    Uint8Array,
  ]
  return { commit, lastSeq, at, hash: hex(hash), batchId: hex(batchId) }
}

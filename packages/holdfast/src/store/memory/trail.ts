import { bytesOfMetadata, PageRoom } from '../page-bytes.ts'
import type { CommitRow, Reader } from '../store.ts'
import { frozen } from './entries.ts'
import type { Records } from './records.ts'

/** Whole commits, as many as fit into `maxEntries`, at least one. */
export function trail(
  records: Records,
  afterCommit: number,
  maxEntries: number,
): Awaited<ReturnType<Reader['trail']>> {
  const first = records.commits[afterCommit - 1]?.lastSeq ?? 0
  const commits: CommitRow[] = []
  const room = new PageRoom()
  for (let i = afterCommit; i < records.commits.length && !room.isFull; i++) {
    const commit = records.commits[i]!
    if (commits.length > 0 && commit.lastSeq - first > maxEntries) break
    const from = commits.at(-1)?.lastSeq ?? first
    for (let seq = from; seq < commit.lastSeq; seq++)
      room.take(bytesOfMetadata(records.entries[seq]!.entry))
    commits.push(commit)
  }
  const entries = records.entries.slice(first, commits.at(-1)?.lastSeq ?? first)
  for (const { entry } of entries) frozen(entry)
  return { commits, entries }
}

/** The newest commit at or before a time; their times never decrease. */
export function commitAt(records: Records, time: number): CommitRow | null {
  let low = 0
  let high = records.commits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (records.commits[middle]!.at <= time) low = middle + 1
    else high = middle
  }
  return records.commits[low - 1] ?? null
}

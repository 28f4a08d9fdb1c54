import type { AuditEntry } from '../model/audit-entry.ts'
import type { CommitBody } from '../log/commit-body.ts'
import type { Line } from '../log/lines.ts'
import { PageRoom } from '../log/page-room.ts'
import type { EntryQuery, FoundEntries } from '../log/pages.ts'
import type { EntrySearch } from '../log/search.ts'
import { KIND, keyOf, type Kind } from './kinds.ts'
import { ask, Lists, type Asking, type ListSource, type Soon } from './lists.ts'
import { CANDIDATES } from './records.ts'
import type { TextHash } from './text-hash.ts'

/** A product in more levels than this is searched for along the log. */
const LEVELS = 256

/** A line of the log and its commit. */
export interface FoundLine {
  readonly seq: number
  readonly line: Line
  readonly body: CommitBody
}

export interface EntrySource {
  /** The newest entry. */
  readonly seq: number
  readonly posted: ListSource
  entryOf(found: FoundLine): AuditEntry
  /** The lines with these numbers, in this order. */
  lines(seqs: readonly number[]): Soon<readonly FoundLine[]>
}

/** How the entries of a query are found. */
export interface EntryWay {
  readonly kind: Kind
  readonly keys: readonly number[]
}

/** Null: by reading along the log. */
export function wayToEntries(search: EntrySearch, hash: Pick<TextHash, 'of'>): EntryWay | null {
  const { record, reference, group, levels } = search
  if (record !== null) return { kind: KIND.entryOfRecord, keys: [keyOf(record.seq)] }
  if (reference !== undefined) return { kind: KIND.entryOfReference, keys: [hash.of(reference)] }
  if (group !== undefined) return { kind: KIND.entryOfGroup, keys: [hash.of(group)] }
  if (levels === null || levels.size > LEVELS) return null
  return { kind: KIND.entryOfLevel, keys: Array.from(levels, keyOf) }
}

/** Entries that match, in order. A page ends as `PageRoom` says, or after CANDIDATES. */
export function* findPosted(
  source: EntrySource,
  way: EntryWay,
  query: EntryQuery,
  search: EntrySearch,
): Asking<FoundEntries> {
  const end = Math.min(query.throughSeq ?? source.seq, source.seq)
  const after = Math.max(query.afterSeq, search.firstSeq - 1, 0)
  if (after >= end) return { rows: [], scannedTo: Math.max(0, Math.min(after, end)) }
  const lists = new Lists(source.posted, { ...way, from: after + 1, isDown: false })
  const rows: AuditEntry[] = []
  const room = new PageRoom(query.limit)
  let looked = 0
  // No more than are wanted, as long as all match.
  let piece = Math.min(PIECE, query.limit)
  for (;;) {
    const next = yield* lists.take(Math.min(piece, CANDIDATES - looked))
    const some = next.filter((seq) => seq <= end)
    if (some.length === 0) return { rows, scannedTo: end }
    for (const found of yield* ask(source.lines(some))) {
      const { body, line, seq } = found
      if (!search.matches(body, line, seq)) continue
      rows.push(source.entryOf(found))
      room.take(body.metadataBytes(line))
      if (room.isFull) return { rows, scannedTo: seq }
    }
    piece = PIECE
    looked += some.length
    if (looked >= CANDIDATES) return { rows, scannedTo: some.at(-1)! }
  }
}

/** How many entries are fetched at once. Each may be in another commit. */
const PIECE = 100

/** The newest entry of a level up to a position; 0 if it has none there. No store has 2^32 levels. */
export function* newestOfLevel(
  posted: ListSource,
  level: number,
  throughSeq: number,
): Asking<number> {
  if (throughSeq < 1) return 0
  const keys = [keyOf(level)]
  const lists = new Lists(posted, { kind: KIND.entryOfLevel, keys, from: throughSeq, isDown: true })
  return (yield* lists.next())?.[0] ?? 0
}

import type { AuditEntry } from '../model/audit-entry.ts'
import { LEVEL, OF_LEVEL, type CommitBody, type PlaceOf } from './commit-body.ts'
import { PageRoom } from './page-room.ts'
import { EntrySearch, type EntryFilter } from './search.ts'

/** Reads commits from one snapshot of a store. */
export interface LogSource {
  /** `seq` of the newest entry. */
  readonly seq: number
  /** The commits in order, starting with the one that contains this entry. */
  from(seq: number): Iterable<CommitBody>
  /** The commit that contains this entry. */
  with(seq: number): CommitBody | undefined
  readonly placeOf: PlaceOf
  levelsOf(productId: string): ReadonlySet<number>
}

/** The most entries, and bytes of the log, that one page looks at: about 10 ms. */
export const LOOK_AT = 20_000
export const LOOK_AT_BYTES = 4_194_304

export interface EntryQuery extends EntryFilter {
  readonly afterSeq: number
  /** Up to and including this one. */
  readonly throughSeq?: number | undefined
  readonly limit: number
}

export interface FoundEntries {
  readonly rows: readonly AuditEntry[]
  /** All entries up to here were looked at; the next page continues after it. */
  readonly scannedTo: number
}

/** Entries in order. */
export function findEntries(source: LogSource, query: EntryQuery): FoundEntries {
  const { placeOf } = source
  const search = new EntrySearch(query, (productId) => source.levelsOf(productId), placeOf)
  const end = Math.min(query.throughSeq ?? source.seq, source.seq)
  const after = Math.max(Math.min(Math.max(query.afterSeq, search.firstSeq - 1), end), 0)
  const rows: AuditEntry[] = []
  if (after >= end) return { rows, scannedTo: after }
  const room = new PageRoom(query.limit)
  let left = LOOK_AT
  let bytesLeft = LOOK_AT_BYTES
  for (const body of source.from(after + 1)) {
    const { firstSeq, lastSeq } = body.stored
    if (firstSeq > end) break
    const through = Math.min(lastSeq, end, after + LOOK_AT)
    const first = Math.max(firstSeq, after + 1)
    if (search.mayBeIn(body)) {
      for (let seq = first; seq <= through; seq++) {
        const line = body.line(seq)
        if (line === undefined || !search.matches(body, line, seq)) continue
        rows.push(body.entry(line, seq, placeOf))
        room.take(body.metadataBytes(line))
        if (room.isFull) return { rows, scannedTo: seq }
      }
    }
    left -= through - first + 1
    bytesLeft -= body.stored.body.length + (body.stored.texts?.length ?? 0)
    if (left <= 0 || bytesLeft <= 0) return { rows, scannedTo: through }
  }
  return { rows, scannedTo: end }
}

/** Finds the newest entry of a level up to a position, 0 for none; null if it has to be looked for along the log. */
export type NewestOfLevel = (key: number, throughSeq: number) => number | null

/** The newest entries of a level up to `throughSeq`, newest first, and whether there are older ones. */
export function findHistory(
  source: LogSource,
  level: { readonly key: number; readonly lastSeq: number } | null,
  throughSeq: number,
  limit: number,
  newestOfLevel: NewestOfLevel = alongTheLog,
): { readonly rows: readonly AuditEntry[]; readonly more: boolean } {
  const rows: AuditEntry[] = []
  if (level === null || limit <= 0) return { rows, more: level !== null }
  const room = new PageRoom(limit)
  const { key, lastSeq } = level
  let seq =
    lastSeq <= throughSeq
      ? lastSeq
      : (newestOfLevel(key, throughSeq) ?? newestUpTo(source, key, throughSeq))
  while (seq > 0 && !room.isFull) {
    const body = source.with(seq)
    const line = body?.alone(seq)
    if (body === undefined || line === undefined) return { rows, more: false }
    rows.push(body.entry(line, seq, source.placeOf))
    room.take(body.metadataBytes(line))
    seq = before(line, seq)
  }
  return { rows, more: seq > 0 }
}

function alongTheLog(): null {
  return null
}

/** The level's newest entry up to a position; the log is searched for it backwards, in pieces. */
function newestUpTo(source: LogSource, key: number, throughSeq: number): number {
  for (let end = throughSeq; end > 0; end -= PIECE) {
    const near = newestIn(source, key, end - PIECE + 1, end)
    if (near > 0) return near
  }
  return 0
}

/** This many entries are searched at once. */
const PIECE = 5000

/** The newest entry of a level in a range; 0 if there is none. */
function newestIn(source: LogSource, key: number, fromSeq: number, throughSeq: number): number {
  const from = Math.max(1, fromSeq)
  let newest = 0
  if (throughSeq < from) return newest
  for (const body of source.from(from)) {
    const { firstSeq, lastSeq } = body.stored
    if (firstSeq > throughSeq) break
    if (!body.stored.body.includes(`,${key},`)) continue
    for (let seq = Math.max(firstSeq, from); seq <= Math.min(lastSeq, throughSeq); seq++)
      if (body.line(seq)?.[LEVEL] === key) newest = seq
  }
  return newest
}

/** The previous entry of the same level; 0 if there is none, or if the stored value is impossible. */
function before(line: readonly unknown[], seq: number): number {
  const previous = line[OF_LEVEL]
  return typeof previous === 'number' && previous < seq ? previous : 0
}

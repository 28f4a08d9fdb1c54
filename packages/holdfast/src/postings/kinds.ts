import { ENTRY_TYPES } from '../log/codes.ts'
import { aboutOf, LEVEL, RECORD, TYPE, type CommitBody } from '../log/commit-body.ts'
import { ParsedLine, type LineNumbers } from '../log/lines.ts'
import type { TextHash } from './text-hash.ts'

/** What is found, and by what. The numbers are stored, so their meaning never changes. */
export const KIND = {
  entryOfLevel: 1,
  entryOfRecord: 2,
  entryOfGroup: 3,
  entryOfReference: 4,
  reservationOfLevel: 5,
  reservationOfOwner: 6,
  reservationOfGroup: 7,
  /** Under the key 0. */
  reservationConfirmed: 8,
  transferOfLevel: 9,
  transferOfGroup: 10,
} as const

export type Kind = (typeof KIND)[keyof typeof KIND]

/** One more than the greatest of them. */
export const KINDS = 11

/** `found` is the `seq` of an entry, or of the first entry of a reservation or a transfer. */
export type Post = (kind: Kind, key: number, found: number) => void

/** The key of a level or a record. Numbers 2^32 apart share one. */
export function keyOf(number: number): number {
  return number < 0x1_0000_0000 ? number : number % 0x1_0000_0000
}

/**
 * Says under which keys the entry of a line is found. Searches compare what they find with what was asked for, so a
 * posting too many does no harm, and one too few does. A reservation is found by every owner it ever had, and as
 * confirmed once it was sold, whatever became of it later.
 */
export function post(
  body: CommitBody,
  line: LineNumbers,
  seq: number,
  hash: TextHash,
  to: Post,
): void {
  const type = ENTRY_TYPES[line.number(TYPE)]
  const level = line.number(LEVEL)
  const { options } = line
  if (level > 0) to(KIND.entryOfLevel, keyOf(level), seq)
  const group = options === null ? null : hashOf(body, options.group, hash)
  const reference = options === null ? null : hashOf(body, options.reference, hash)
  if (group !== null) to(KIND.entryOfGroup, group, seq)
  if (reference !== null) to(KIND.entryOfReference, reference, seq)
  const about = aboutOf(type)
  if (about === null) return
  const record = line.number(RECORD) || seq
  to(KIND.entryOfRecord, keyOf(record), seq)
  if (type === 'RESERVED') {
    to(KIND.reservationOfLevel, keyOf(level), seq)
    const owner = hashOf(body, line.number(11), hash)
    if (owner !== null) to(KIND.reservationOfOwner, owner, seq)
    if (group !== null) to(KIND.reservationOfGroup, group, seq)
  } else if (type === 'OWNER_CHANGED') {
    const owner = hashOf(body, line.number(10), hash)
    if (owner !== null) to(KIND.reservationOfOwner, owner, record)
  } else if (type === 'SOLD') to(KIND.reservationConfirmed, 0, record)
  else if (about === 'transfer' && record === seq) {
    // A transfer's first entry is on the level that the units leave.
    to(KIND.transferOfLevel, keyOf(level), seq)
    if (group !== null) to(KIND.transferOfGroup, group, seq)
  }
}

/** The same of all entries of a commit. */
export function postAll(body: CommitBody, hash: TextHash, to: Post): void {
  let seq = body.stored.firstSeq
  for (const line of body.lines) post(body, new ParsedLine(line), seq++, hash, to)
}

/** The key of a text of the body. */
function hashOf(body: CommitBody, place: unknown, hash: TextHash): number | null {
  const text = place === undefined ? null : body.text(place)
  return text === null ? null : hash.of(text)
}

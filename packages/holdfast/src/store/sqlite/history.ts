import { PageRoom } from '../page-bytes.ts'
import type { Place } from '../store.ts'
import type { Connection, Row } from './connection.ts'
import { metadataBytesOf, SELECT_ENTRY } from './entry-row.ts'
import { findLevel } from './levels.ts'

/** Each entry names the one before it on its level: a walk by primary key, 2 µs a step. */
const STEP = 'SELECT previous_seq FROM entry WHERE seq = ?'

const ENTRY = `${SELECT_ENTRY} WHERE e.seq = ?`

/** A level's newest entry among those just before a position, if it has one there. */
const NEAR = `SELECT max(seq) FROM entry WHERE seq > ? AND seq <= ? AND level_key = ?`
const NEARBY = 5000

/** The newest entries of a level up to `throughSeq`, newest first. */
export function history(
  connection: Connection,
  place: Place,
  throughSeq: number,
  limit: number,
): { rows: Row[]; more: boolean } {
  const rows: Row[] = []
  const level = findLevel(connection, place)
  if (level === null) return { rows, more: false }
  const room = new PageRoom()
  let seq = startOf(connection, level.key, level.lastSeq, throughSeq)
  while (seq > 0 && rows.length < limit && !room.isFull) {
    const row: Row | undefined = connection.get(ENTRY, seq)
    if (row === undefined) return { rows, more: false }
    rows.push(row)
    room.take(metadataBytesOf(row))
    seq = row[8] as number
  }
  return { rows, more: seq > 0 }
}

/**
 * The level's newest entry up to `throughSeq`. A busy level, whose way back is long, has one near
 * that position; of one that has none there the way back is short.
 */
function startOf(connection: Connection, key: number, lastSeq: number, throughSeq: number): number {
  if (lastSeq <= throughSeq) return lastSeq
  const near = connection.get(NEAR, throughSeq - NEARBY, throughSeq, key)?.[0] ?? null
  if (near !== null) return near as number
  let seq = lastSeq
  while (seq > throughSeq) seq = previous(connection, seq)
  return seq
}

/** The entry of the same level before this one; 0 where there is none. */
export function previous(connection: Connection, seq: number): number {
  return (connection.get(STEP, seq)?.[0] ?? 0) as number
}

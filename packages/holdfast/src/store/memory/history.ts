import type { LevelRow, TrailEntry } from '../store.ts'
import type { Records } from './records.ts'

/** A level's entries, newest first: each names the one before it. */
export function* walk(records: Records, level: LevelRow | undefined): Generator<TrailEntry> {
  for (let seq = level?.lastSeq ?? 0; seq > 0;) {
    const found: TrailEntry = records.entries[seq - 1]!
    yield found
    seq = found.previousSeq
  }
}

import type { AuditEntry, Explanation } from 'holdfast'

/** One line of "why is this 47?": what happened, and how it changed the counts. */
interface Line {
  readonly entry: AuditEntry
  readonly available: number
  readonly reserved: number
}

export interface RunningList {
  /** Newest first. */
  readonly lines: readonly Line[]
  /** Available units before the oldest line. */
  readonly before: number
  readonly in: number
  readonly out: number
  /** Units of expired holds that no entry records yet. */
  readonly due: number
}

/**
 * The newest `most` entries, with their changes: what was there before, what came in, what went out. The sum is what is
 * available now, because each change is the difference of two balances of the trail.
 */
export function runningOf({ entries, available, more }: Explanation, most: number): RunningList {
  const isCut = more || entries.length > most
  const shown = entries.slice(0, most)
  const lines: Line[] = []
  for (const [index, entry] of shown.entries()) {
    const older = entries[index + 1]
    // The oldest entry of a cut-off list has no predecessor to compare with: the list starts after it.
    if (older === undefined && isCut) break
    const reserved = entry.held + entry.allocated
    lines.push({
      entry,
      available: entry.available - (older?.available ?? 0),
      reserved: reserved - (older === undefined ? 0 : older.held + older.allocated),
    })
  }
  const oldest = lines.at(-1)
  const before = oldest === undefined ? 0 : oldest.entry.available - oldest.available
  const sum = (part: (change: number) => number): number =>
    lines.reduce((total, { available }) => total + part(available), 0)
  return {
    lines,
    before,
    in: sum((change) => Math.max(0, change)),
    out: sum((change) => Math.max(0, -change)),
    due: entries[0] === undefined ? 0 : available - entries[0].available,
  }
}

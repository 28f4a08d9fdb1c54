import { LIMITS, type AuditEntry, type AuditFilter, type Inventory, type ListPage } from 'holdfast'
import { entryBytes } from './entry-bytes.ts'
import { mustReach } from './must-reach.ts'
import type { TrailFilter } from './trail-filter.ts'

/** How many entries are searched first; each step back is four times as long. */
const FIRST_PIECE = 512

/**
 * The newest entries below a position. The trail can only be read forwards, so it is searched in ranges from the end,
 * each longer than all before it: rare entries cost two readings of the trail, others one short range. A page ends at
 * `limit` entries, or at about a megabyte.
 */
export async function newestFirst(
  inventory: Inventory,
  filter: TrailFilter,
  before: number,
  limit: number = LIMITS.defaultPageItems,
  signal?: AbortSignal,
): Promise<ListPage<AuditEntry>> {
  const { seq } = await inventory.head()
  const { after = 0, from: since, ...where } = filter
  if (after > seq) await mustReach(inventory, after)
  const { to: until } = where
  // Times never decrease along the trail, so a range of times is a range of entries.
  const least =
    since === undefined ? after : Math.max(after, (await firstFrom(inventory, since)) - 1)
  const last = until === undefined ? Infinity : await firstFrom(inventory, until)
  const end = Math.min(before, seq + 1, last)
  const found: AuditEntry[] = []
  let [bytes, isFull] = [0, false]
  let piece = Math.max(FIRST_PIECE, limit)
  const isGone = (): boolean => signal?.aborted === true
  for (let to = end; to - 1 > least && found.length < limit && !isFull && !isGone();) {
    const from = Math.max(least, to - 1 - piece)
    const older: AuditEntry[] = []
    const query: AuditFilter = { ...where, after: from }
    for await (const entry of inventory.audit(query)) {
      if (entry.seq >= to || isGone()) break
      older.push(entry)
      bytes += entryBytes(entry)
      // The newest are kept; an entry that is larger than a page gets one of its own.
      while (older.length > 1 && (older.length > limit || bytes > LIMITS.pageBytes)) {
        bytes -= entryBytes(older.shift()!)
        isFull = true
      }
    }
    found.unshift(...older)
    to = from + 1
    piece *= 4
  }
  const items = found.slice(-limit).reverse()
  return { items, cursor: null, seq }
}

/** `seq` of the first entry at or after a time; infinite if there is none. */
async function firstFrom(inventory: Inventory, time: number): Promise<number> {
  for await (const { seq } of inventory.audit({ from: time, limit: 1 })) return seq
  return Infinity
}

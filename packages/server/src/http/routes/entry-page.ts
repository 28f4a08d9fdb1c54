import type { AuditEntry, AuditFilter, Inventory, ListPage } from 'holdfast'
import { InvalidInputError, LIMITS } from 'holdfast'
import { entryBytes } from './entry-bytes.ts'
import type { TrailFilter } from './trail-filter.ts'

/** Entries after a position, up to the end of the trail at that moment: `limit` of them, or about a megabyte. */
export async function entryPage(
  inventory: Inventory,
  filter: TrailFilter,
  limit: number = LIMITS.defaultPageItems,
  signal?: AbortSignal,
): Promise<ListPage<AuditEntry>> {
  const { seq } = await inventory.head()
  const items: AuditEntry[] = []
  let bytes = 0
  const query: AuditFilter = { ...filter, limit: limit + 1 }
  for await (const entry of inventory.audit(query)) {
    if (entry.seq > seq || signal?.aborted === true) break
    if (items.length === limit || bytes >= LIMITS.pageBytes)
      return { items, cursor: cursorOf(items.at(-1)!.seq), seq }
    items.push(entry)
    bytes += entryBytes(entry)
  }
  return { items, cursor: null, seq }
}

function cursorOf(seq: number): string {
  return Buffer.from(JSON.stringify(['trail', seq])).toString('base64url')
}

/** @throws InvalidInputError for a cursor of another list */
export function positionOf(cursor: string): number {
  try {
    const [list, seq] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (list === 'trail' && Number.isSafeInteger(seq) && (seq as number) >= 0) return seq as number
  } catch {
    // Refused below.
  }
  throw new InvalidInputError('cursor is not a cursor of this list', { field: 'cursor' })
}

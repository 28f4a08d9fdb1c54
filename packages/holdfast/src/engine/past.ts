import { AdjustmentType } from '../domain/adjustment-type.ts'
import type { AuditEntry } from '../domain/audit-entry.ts'
import type { Place, Reader } from '../store/store.ts'
import { checkFilter } from './filters.ts'
import type { Explanation, StockAnswer } from './inventory.ts'
import { pageLimit } from './paging.ts'
import { nothingAt } from './reads.ts'

const PAGE = 200

interface PastHold {
  readonly reservationId: string
  readonly qty: number
  readonly expiresAt: number
}

/** The counts of a level at a past time: what a read would have answered then. */
export async function stockAt(
  reader: Reader,
  query: Place & { time: number },
): Promise<StockAnswer> {
  checkFilter('stockAt', query, ['warehouseId', 'productId', 'time'])
  const commit = await reader.commitAt(query.time)
  const seq = commit?.lastSeq ?? 0
  const { rows } = await reader.history(query, seq, 1)
  const due = await dueHolds(reader, query, rows[0], query.time)
  return { ...countsAfter(query, rows[0], due), seq }
}

/** The newest entries of a level, and the expired holds that no entry speaks of yet: they add up to the counts. */
export async function explain(
  reader: Reader,
  query: Place & { limit?: number | undefined },
  now: number,
): Promise<Explanation> {
  checkFilter('explain', query, ['warehouseId', 'productId'])
  const limit = pageLimit(query.limit)
  const { rows, seq, at } = await reader.history(query, Infinity, limit + 1)
  const due = await dueHolds(reader, query, rows[0], Math.max(at, now))
  const entries = rows.slice(0, limit)
  return { ...countsAfter(query, rows[0], due), entries, due, more: rows.length > limit, seq }
}

function countsAfter(
  { warehouseId, productId }: Place,
  newest: AuditEntry | undefined,
  due: readonly PastHold[],
): Omit<StockAnswer, 'seq'> {
  if (newest === undefined) return nothingAt({ warehouseId, productId })
  const units = due.reduce((sum, hold) => sum + hold.qty, 0)
  const held = newest.held - units
  return {
    warehouseId,
    productId,
    available: newest.available + units,
    held,
    allocated: newest.allocated,
    reserved: held + newest.allocated,
    onHand: newest.available + newest.held + newest.allocated,
  }
}

/**
 * The holds that were pending after `newest` and had expired by `time`. Walks the level's history
 * back until every held unit is accounted for, and so no further than the oldest living hold.
 */
async function dueHolds(
  reader: Reader,
  place: Place,
  newest: AuditEntry | undefined,
  time: number,
): Promise<PastHold[]> {
  let open = newest?.held ?? 0
  const due: PastHold[] = []
  const ended = new Set<string>()
  const extended = new Map<string, number>()
  let seq = newest?.seq ?? 0
  while (open > 0) {
    const { rows } = await reader.history(place, seq, PAGE)
    if (rows.length === 0) break
    for (const entry of rows) {
      const id = entry.reservationId
      if (id === null || ended.has(id)) continue
      if (entry.type === AdjustmentType.EXTENDED) {
        if (!extended.has(id)) extended.set(id, Number(entry.metadata['expiresAt']))
      } else if (entry.type === AdjustmentType.RESERVED) {
        const expiresAt = extended.get(id) ?? Number(entry.metadata['expiresAt'])
        open -= entry.qty
        if (time > expiresAt) due.push({ reservationId: id, qty: entry.qty, expiresAt })
      } else ended.add(id)
    }
    seq = rows.at(-1)!.seq - 1
  }
  return due.sort(
    (a, b) => a.expiresAt - b.expiresAt || (a.reservationId < b.reservationId ? -1 : 1),
  )
}

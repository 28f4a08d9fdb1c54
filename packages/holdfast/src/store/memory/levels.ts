import type { LevelQuery, LevelRow } from '../store.ts'
import { compareIds } from './id-order.ts'
import type { Records } from './records.ts'

export function listLevels(
  records: Records,
  query: LevelQuery,
): (LevelRow & { readonly due: number })[] {
  const { warehouseId, productId, prefix, after, limit, now, hidden = [] } = query
  const order = records.levelsInOrder()
  const rows: (LevelRow & { readonly due: number })[] = []
  for (let i = startOf(order, query); i < order.length && rows.length < limit; i++) {
    const { key, ...level } = order[i]!
    if (after !== undefined && !isBehind(level, after)) continue
    if (productId !== undefined && level.productId !== productId) break
    if (prefix !== undefined && !level.productId.startsWith(prefix)) break
    if (warehouseId !== undefined && level.warehouseId !== warehouseId) continue
    if (hidden.includes(level.warehouseId)) continue
    rows.push(withDue(records, records.levels[key - 1]!, now))
  }
  return rows
}

/** The level with the units of its holds that are over at `now`. */
export function withDue(
  records: Records,
  level: LevelRow,
  now: number,
): LevelRow & { readonly due: number } {
  const due = records.pendingOf.get(level.key)?.unitsBefore(now) ?? 0
  return { ...level, due }
}

/** The first place in order that can belong to the answer. */
function startOf(order: readonly LevelRow[], query: LevelQuery): number {
  const bounds = [query.after?.productId, query.productId, query.prefix]
  const from = bounds
    .filter((bound) => bound !== undefined)
    .sort(compareIds)
    .at(-1)
  if (from === undefined) return 0
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIds(order[middle]!.productId, from) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function isBehind(
  level: Pick<LevelRow, 'productId' | 'warehouseId'>,
  after: NonNullable<LevelQuery['after']>,
): boolean {
  const order = compareIds(level.productId, after.productId)
  return order === 0 ? compareIds(level.warehouseId, after.warehouseId) > 0 : order > 0
}

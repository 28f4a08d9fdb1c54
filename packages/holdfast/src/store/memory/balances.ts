import type { BalanceRow } from '../store.ts'
import { placeKey, type Records } from './records.ts'

/** Levels in order of key, each with what its reservations sum to: one walk over all of them. */
export function balances(records: Records, afterKey: number, limit: number): BalanceRow[] {
  const rows = records.levels.slice(afterKey, afterKey + limit)
  const pending = new Map<number, number>(rows.map(({ key }) => [key, 0]))
  const confirmed = new Map(pending)
  for (const { status, warehouseId, productId, qty } of records.reservations.values()) {
    if (status !== 'PENDING' && status !== 'CONFIRMED') continue
    const sums = status === 'PENDING' ? pending : confirmed
    const key = records.levelKeys.get(placeKey(warehouseId, productId))!
    const sum = sums.get(key)
    if (sum !== undefined) sums.set(key, sum + qty)
  }
  return rows.map((level) => ({
    ...level,
    pending: pending.get(level.key)!,
    confirmed: confirmed.get(level.key)!,
  }))
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import type { AuditEntry } from '../model/audit-entry.ts'

export interface TrailFold {
  /** By warehouse and product. */
  readonly levels: Map<string, { available: number; held: number; allocated: number }>
  /** Holds that no entry has ended. */
  readonly pending: Map<string, { reservationId: string; place: string; qty: number }>
  /** Every reservation that the trail tells of. */
  readonly reservations: Set<string>
}

type Level = { available: number; held: number; allocated: number }

/** The trail told again from nothing, entry by entry; checks its order and every entry's balances. */
export function foldTrail(entries: readonly AuditEntry[]): TrailFold {
  const fold: TrailFold = { levels: new Map(), pending: new Map(), reservations: new Set() }
  let before = 0
  for (const [index, entry] of entries.entries()) {
    equal(entry.seq, index + 1, 'the trail has a gap')
    equal(entry.id, String(entry.seq))
    ok(entry.timestamp >= before, `entry ${entry.seq} lies before the entry before it`)
    before = entry.timestamp
    if (entry.productId !== '') tell(fold, entry)
  }
  return fold
}

function tell(fold: TrailFold, entry: AuditEntry): void {
  const place = `${entry.warehouseId}\n${entry.productId}`
  const level = fold.levels.get(place) ?? { available: 0, held: 0, allocated: 0 }
  move(level, entry)
  fold.levels.set(place, level)
  const { available, held, allocated } = entry
  deepEqual({ available, held, allocated }, level, `balances of entry ${entry.seq}`)
  ok(Math.min(available, held, allocated) >= 0, `entry ${entry.seq} is below nothing`)

  const { reservationId, qty } = entry
  if (reservationId === null) return
  fold.reservations.add(reservationId)
  if (entry.type === 'RESERVED') fold.pending.set(reservationId, { reservationId, place, qty })
  else if (entry.type !== 'EXTENDED') fold.pending.delete(reservationId)
}

function move(level: Level, { type, qty }: AuditEntry): void {
  const shift = (from: keyof Level | null, to: keyof Level | null): void => {
    if (from !== null) level[from] -= qty
    if (to !== null) level[to] += qty
  }
  if (type === 'RECEIVED' || type === 'COUNTED' || type === 'TRANSFERRED_IN')
    shift(null, 'available')
  else if (type === 'DAMAGED' || type === 'REMOVED' || type === 'TRANSFERRED_OUT')
    shift('available', null)
  else if (type === 'RESERVED') shift('available', 'held')
  else if (type === 'RETURNED') shift('held', 'available')
  else if (type === 'SOLD') shift('held', 'allocated')
  else if (type === 'CANCELLED') shift('allocated', 'available')
  else if (type === 'SHIPPED') shift('allocated', null)
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import type { AuditEntry } from '../model/audit-entry.ts'

type Level = { available: number; held: number; allocated: number; unsellable: number }

/** A reservation according to its entries. */
export interface Told {
  readonly place: string
  readonly qty: number
  released: number
  shipped: number
  cancelled: number
  cameBack: number
  /** Units still held; none once it is sold. */
  held: number
  owner: string | null
  readonly expiresAt: number
  readonly replaces: string | null
  readonly group: string | null
}

export interface TrailFold {
  /** By warehouse and product. */
  readonly levels: Map<string, Level>
  /** Every reservation in the trail. */
  readonly reservations: Map<string, Told>
}

/** Folds the trail from the beginning, entry by entry; checks its order and every entry's balances. */
export function foldTrail(entries: readonly AuditEntry[]): TrailFold {
  const fold: TrailFold = { levels: new Map(), reservations: new Map() }
  let before = 0
  for (const [index, entry] of entries.entries()) {
    equal(entry.seq, index + 1, 'the trail has a gap')
    equal(entry.id, String(entry.seq))
    ok(entry.timestamp >= before, `entry ${entry.seq} is earlier than the entry before it`)
    before = entry.timestamp
    if (entry.productId !== '') tell(fold, entry)
  }
  return fold
}

function tell(fold: TrailFold, entry: AuditEntry): void {
  const place = `${entry.warehouseId}\n${entry.productId}`
  const level = fold.levels.get(place) ?? { available: 0, held: 0, allocated: 0, unsellable: 0 }
  move(level, entry)
  fold.levels.set(place, level)
  const { available, held, allocated, unsellable } = entry
  deepEqual({ available, held, allocated, unsellable }, level, `balances of entry ${entry.seq}`)
  ok(Math.min(available, held, allocated, unsellable) >= 0, `entry ${entry.seq} goes below zero`)
  if (entry.reservationId !== null) follow(fold, entry, entry.reservationId, place)
}

function follow(fold: TrailFold, entry: AuditEntry, id: string, place: string): void {
  const { type, qty, metadata, group } = entry
  if (type === 'RESERVED') {
    equal(fold.reservations.has(id), false, `${id} is reserved twice`)
    const counts = { released: 0, shipped: 0, cancelled: 0, cameBack: 0, held: qty }
    const { owner = null, replaces = null } = metadata
    const expiresAt = Number(metadata['expiresAt'])
    fold.reservations.set(id, { place, qty, ...counts, owner, expiresAt, replaces, group })
    return
  }
  const told = fold.reservations.get(id)
  ok(told !== undefined, `entry ${entry.seq} is about a reservation that was never made`)
  equal(told.place, place, `entry ${entry.seq} is about a reservation of another level`)
  if (type === 'SOLD') told.held = 0
  else if (type === 'RETURNED') {
    told.released += qty
    told.held = Math.max(0, told.held - qty)
  } else if (type === 'SHIPPED') told.shipped += qty
  else if (type === 'CANCELLED') told.cancelled += qty
  else if (type === 'CAME_BACK') told.cameBack += qty
  else if (type === 'OWNER_CHANGED') told.owner = metadata['owner'] ?? null
  else if (type === 'EXTENDED')
    fold.reservations.set(id, { ...told, expiresAt: Number(metadata['expiresAt']) })
  else ok(false, `entry ${entry.seq} is about a reservation, but has type ${type}`)
}

const IN = ['RECEIVED', 'COUNTED', 'TRANSFERRED_IN']
const OUT = ['DAMAGED', 'REMOVED', 'TRANSFERRED_OUT']
const ASIDE = ['RECEIVED_ASIDE', 'COUNTED_ASIDE', 'CAME_BACK']

function move(level: Level, { type, qty }: AuditEntry): void {
  const shift = (from: keyof Level | null, to: keyof Level | null): void => {
    if (from !== null) level[from] -= qty
    if (to !== null) level[to] += qty
  }
  if (IN.includes(type)) shift(null, 'available')
  else if (OUT.includes(type)) shift('available', null)
  else if (ASIDE.includes(type)) shift(null, 'unsellable')
  else if (type === 'RESERVED') shift('available', 'held')
  else if (type === 'RETURNED') shift('held', 'available')
  else if (type === 'SOLD') shift('held', 'allocated')
  else if (type === 'CANCELLED') shift('allocated', 'available')
  else if (type === 'SHIPPED') shift('allocated', null)
  else if (type === 'SET_ASIDE') shift('available', 'unsellable')
  else if (type === 'PUT_BACK') shift('unsellable', 'available')
  else if (type === 'WRITTEN_OFF') shift('unsellable', null)
}

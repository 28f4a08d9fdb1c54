import type { HoldPosition, HoldWindow } from '../../model/hold-window.ts'
import { holderText, isHeldFor, type Reservation } from '../../model/reservation.ts'
import { CLAIM_STEPS, type LevelRow, type Loaded, type Needs } from '../store.ts'
import { countBefore, type Records } from './records.ts'

export function load(records: Records, needs: Needs): Loaded {
  const levels = new Map<number, LevelRow>()
  const take = (warehouseId: string, productId: string): void => {
    const level = records.level(warehouseId, productId)
    if (level !== undefined) levels.set(level.key, level)
  }
  for (const place of needs.levels) take(place.warehouseId, place.productId)
  const holders = needs.holders.map((wanted) => heldFor(records, wanted))
  const ids = new Set([...needs.reservations, ...holders.flat()])
  const reservations = [...ids].flatMap((id) => records.reservations.get(id) ?? [])
  for (const reservation of reservations) take(reservation.warehouseId, reservation.productId)
  const transfers = needs.transfers.flatMap((id) => records.transfers.get(id) ?? [])
  for (const { fromWarehouseId, toWarehouseId, productId } of transfers) {
    take(fromWarehouseId, productId)
    take(toWarehouseId, productId)
  }
  return {
    levels: [...levels.values()],
    reservations,
    transfers,
    holds: needs.holds.map(({ level: { key }, count, now }) => ({
      key,
      gaveUp: false,
      ...earliest(records.pendingOf.get(key), count, now),
    })),
    claims: needs.claims.map(({ level: { key }, count }) => ({
      key,
      reservations: claims(records, key, count),
    })),
    holders,
    keys: needs.keys.flatMap((key) => records.keys.get(key) ?? []),
    documents: needs.documents.flatMap((name) => {
      const value = records.documents.get(name)
      return value === undefined ? [] : [{ name, value }]
    }),
    lastKeys: needs.keyScopes.map((scope) => records.lastKeys.get(scope) ?? null),
  }
}

function heldFor(
  { heldBy, reservations }: Records,
  { holder, count, now }: Needs['holders'][number],
): readonly string[] {
  const ids: string[] = []
  for (const id of heldBy.get(holderText(holder)) ?? []) {
    if (ids.length === count) break
    if (isHeldFor(holder, reservations.get(id)!, now)) ids.push(id)
  }
  return ids
}

/** The first `count` holds, and all that are over at `now`. */
function earliest(
  pending: HoldWindow | undefined,
  count: number,
  now: number,
): { holds: Reservation[]; end: HoldPosition | null } {
  const holds: Reservation[] = []
  for (const hold of pending ?? []) {
    if (holds.length >= count && hold.expiresAt >= now) return { holds, end: hold }
    holds.push(hold)
  }
  return { holds, end: null }
}

/** So many that hold or were sold units of the level, the newest ones. */
function claims(records: Records, key: number, count: number): Reservation[] {
  const found: Reservation[] = []
  let seq = records.levels[key - 1]?.lastReservation ?? 0
  for (let steps = 0; seq > 0 && steps < CLAIM_STEPS && found.length < count; steps++) {
    const id = records.reservationOrder[countBefore(records.reservationOrder, seq)]!
    const reservation = records.reservations.get(id)!
    const { status } = reservation
    if (status === 'PENDING' || status === 'CONFIRMED') found.push(reservation)
    seq = records.behind.get(id) ?? 0
  }
  return found
}

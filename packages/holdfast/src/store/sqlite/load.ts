import type { LevelRow, Loaded, Needs } from '../store.ts'
import type { Connection } from './connection.ts'
import { claims, earliestHolds } from './holds.ts'
import { findKeys } from './keys.ts'
import { findLevel, findLevelByKey } from './levels.ts'
import { KEY_OF_RESERVATION, readReservation } from './reservation-row.ts'
import { findReservationRow } from './reservations.ts'
import { findTransfer } from './transfers.ts'

/** All that a batch asks for, from one state. */
export function load(connection: Connection, needs: Needs): Loaded {
  const levels = new Map<number, LevelRow>()
  const take = (level: LevelRow | null): void => {
    if (level !== null) levels.set(level.key, level)
  }
  for (const place of needs.levels) take(findLevel(connection, place))
  const reservations = needs.reservations.flatMap((id) => {
    const row = findReservationRow(connection, id)
    if (row === undefined) return []
    const key = row[KEY_OF_RESERVATION] as number
    if (!levels.has(key)) take(findLevelByKey(connection, key))
    return [readReservation(row)]
  })
  const transfers = needs.transfers.flatMap((id) => findTransfer(connection, id))
  for (const { productId, fromWarehouseId, toWarehouseId } of transfers) {
    take(findLevel(connection, { productId, warehouseId: fromWarehouseId }))
    take(findLevel(connection, { productId, warehouseId: toWarehouseId }))
  }
  return {
    levels: [...levels.values()],
    reservations,
    transfers,
    holds: needs.holds.length === 0 ? [] : earliestHolds(connection, needs.holds),
    claims: needs.claims.map(({ level: { key }, count }) => ({
      key,
      reservations: claims(connection, key, count),
    })),
    keys: findKeys(connection, needs.keys),
  }
}

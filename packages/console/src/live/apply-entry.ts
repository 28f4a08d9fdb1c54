import type { AuditEntry } from 'holdfast'
import type { Hold, HoldTable } from './hold-table.ts'
import type { LevelTable } from './level-table.ts'

/**
 * What one entry of the trail does to the levels and holds. Answers the place of its level, undefined
 * where it is about none that is known. An entry that a level has seen already changes nothing.
 */
export function applyEntry(
  levels: LevelTable,
  holds: HoldTable,
  entry: AuditEntry,
): number | undefined {
  const { productId, warehouseId, reservationId } = entry
  if (productId === '') return undefined
  const place = levels.place(productId, warehouseId)
  if (place === undefined) return undefined
  if (reservationId !== null) applyToHold(levels, holds, entry, reservationId, place)
  levels.put(place, entry, entry.seq)
  return place
}

function applyToHold(
  levels: LevelTable,
  holds: HoldTable,
  { type, qty, metadata, seq }: AuditEntry,
  id: string,
  place: number,
): void {
  const hold = holds.get(id)
  if (type === 'RESERVED') {
    if (hold !== undefined) return
    const owner = metadata['owner'] ?? null
    holds.put({ id, place, qty, owner, expiresAt: Number(metadata['expiresAt']), seq })
    return
  }
  // The list of holds may have told of it before the trail is read up to there.
  if (hold === undefined || seq <= hold.seq) return
  hold.seq = seq
  switch (type) {
    case 'EXTENDED':
      return holds.extend(hold, Number(metadata['expiresAt']))
    case 'OWNER_CHANGED':
      hold.owner = metadata['owner'] ?? null
      return
    case 'SOLD':
      return takeFrom(levels, holds, hold, hold.qty)
    case 'RETURNED':
      // Some of it, or all.
      return takeFrom(levels, holds, hold, qty)
    default:
  }
}

/** These units are held no longer; with the last of them the hold is over. */
function takeFrom(levels: LevelTable, holds: HoldTable, hold: Hold, units: number): void {
  if (hold.isDue) addDue(levels, hold.place, -units)
  hold.qty -= units
  if (hold.qty <= 0) holds.remove(hold.id)
}

/** Moves units of holds that are over from held to available, before an entry says so. */
export function addDue({ due }: LevelTable, place: number, units: number): void {
  const sum = (due.get(place) ?? 0) + units
  if (sum === 0) due.delete(place)
  else due.set(place, sum)
}

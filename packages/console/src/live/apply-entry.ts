import type { AuditEntry } from 'holdfast'
import type { Hold, HoldTable } from './hold-table.ts'
import type { LevelTable } from './level-table.ts'

/**
 * Applies one entry of the trail to the levels and holds. Returns the index of its level, undefined if it has no known
 * one. An entry that a level already contains changes nothing.
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
  // The list of holds may already include this entry.
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

/** Takes units from a hold; with the last of them it ends. */
function takeFrom(levels: LevelTable, holds: HoldTable, hold: Hold, units: number): void {
  if (hold.isDue) addDue(levels, hold.place, -units)
  hold.qty -= units
  if (hold.qty <= 0) holds.remove(hold.id)
}

/** Moves units of expired holds from held to available, before an entry says so. */
export function addDue({ due }: LevelTable, place: number, units: number): void {
  const sum = (due.get(place) ?? 0) + units
  if (sum === 0) due.delete(place)
  else due.set(place, sum)
}

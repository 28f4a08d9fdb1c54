import type { AuditEntry } from 'holdfast'
import type { HoldTable } from './hold-table.ts'
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
  levels.put(place, entry.available, entry.held, entry.allocated, entry.seq)
  return place
}

function applyToHold(
  levels: LevelTable,
  holds: HoldTable,
  { type, qty, metadata }: AuditEntry,
  id: string,
  place: number,
): void {
  switch (type) {
    case 'RESERVED':
      // The list of holds may have told of it before the trail is read up to there.
      if (holds.get(id) === undefined)
        holds.put(id, place, qty, metadata['owner'] ?? null, Number(metadata['expiresAt']))
      return
    case 'EXTENDED': {
      const hold = holds.get(id)
      if (hold !== undefined) holds.extend(hold, Number(metadata['expiresAt']))
      return
    }
    case 'SOLD':
    case 'RETURNED': {
      const hold = holds.get(id)
      if (hold?.isDue === true) addDue(levels, place, -hold.qty)
      holds.remove(id)
      return
    }
    default:
  }
}

/** Moves units of holds that are over from held to available, before an entry says so. */
export function addDue({ due }: LevelTable, place: number, units: number): void {
  const sum = (due.get(place) ?? 0) + units
  if (sum === 0) due.delete(place)
  else due.set(place, sum)
}

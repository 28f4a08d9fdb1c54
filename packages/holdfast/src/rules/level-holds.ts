import { isDue, openOf, type Reservation } from '../model/reservation.ts'
import type { Level } from './level.ts'
import type { State } from './state.ts'

// What a unit of work finds among the holds of a level: those in the window of the bottom state, and those that it made
// or extended itself.

const NOTHING_DUE: readonly Reservation[] = []
/** The most holds of a level to search for those of one owner. */
const LOOKED_AT = 1000

/** Units of expired holds that no entry records yet. */
export function unitsDue(state: State, level: Level): number {
  if (level.held === 0) return 0
  const window = state.holdsOf(level)
  if (!window.covers(state.now)) state.beyond(level)
  // Summed in the window: as many holds may end together as a ticket sale has buyers.
  return window.unitsBefore(state.now) - level.writtenDown
}

/** The earliest of those holds that free at least `units`, or all of them. */
export function firstDue(state: State, level: Level, units: number): readonly Reservation[] {
  if (units <= 0) return NOTHING_DUE
  const holds: Reservation[] = []
  let missing = units
  for (const hold of allDue(state, level)) {
    holds.push(hold)
    missing -= openOf(hold)
    if (missing <= 0) break
  }
  return holds
}

/**
 * Expired holds that no entry records yet, in order of (expiresAt, id). Never one that a unit of work made or extended:
 * those expire after the unit's time.
 */
function* allDue(state: State, level: Level): Generator<Reservation> {
  const window = state.holdsOf(level)
  for (const hold of window) {
    if (!isDue(hold, state.now)) return
    if (state.newest(hold) === hold) yield hold
  }
  if (!window.covers(state.now)) state.beyond(level)
}

/** When the next live hold expires; null if none does. Kept with the level. */
export function nextExpiry(state: State, level: Level): number | null {
  if (level.nextExpiry === undefined || (level.nextExpiry ?? Infinity) < state.now) {
    const found = earliestExpiry(state, level)
    level.nextExpiry = found
    // As long as the level is as it was, whoever comes next need not look for it again.
    const { base } = level
    if (found !== null && base?.lastSeq === level.lastSeq) base.nextExpiry = found
  }
  return level.nextExpiry
}

function earliestExpiry(state: State, level: Level): number | null {
  if (level.held === 0) return null
  let earliest = Infinity
  for (let fresh = level.fresh; fresh !== null; fresh = fresh.before) {
    const { hold } = fresh
    if (state.newest(hold) === hold) earliest = Math.min(earliest, hold.expiresAt)
  }
  const window = state.holdsOf(level)
  for (const hold of window.from(state.now)) {
    if (hold.expiresAt >= earliest) break
    if (state.newest(hold) !== hold) continue
    earliest = hold.expiresAt
    break
  }
  if (!window.covers(earliest)) {
    // Finding it would take too long, and it is only used in a refusal's details.
    if (window.gaveUp) return null
    state.beyond(level)
  }
  return earliest === Infinity ? null : earliest
}

/** Units of the owner's holds, as far as they are in memory, without one that is freed already. */
export function unitsHeldBy(
  state: State,
  level: Level,
  owner: string,
  freed: Reservation | null,
): number {
  const isTheirs = (hold: Reservation): boolean =>
    hold.owner === owner && hold.id !== freed?.id && state.newest(hold) === hold
  let units = 0
  let left = LOOKED_AT
  for (let fresh = level.fresh; fresh !== null; fresh = fresh.before) {
    const { hold } = fresh
    if (--left < 0) return units
    if (isTheirs(hold)) units += openOf(hold)
  }
  for (const hold of state.holdsOf(level).from(state.now)) {
    if (--left < 0) return units
    if (isTheirs(hold)) units += openOf(hold)
  }
  return units
}

import { newestEntry } from '../../../model/newest-entry.ts'
import type { Reservation } from '../../../model/reservation.ts'
import { randomOf, seqOf } from '../../../model/record-id.ts'
import type { Commit, MadeRows } from '../../store.ts'
import { codeOfReservationStatus } from '../../codes.ts'
import { numbers, same, texts, type Column } from './columns.ts'
import type { Statement } from './statement.ts'

type Reservations = readonly Reservation[]

/** Those of them that have nothing rare get the rest by default. */
export function addNewReservations(statement: Statement, commit: MadeRows): void {
  const { reservations, reservationLevelKeys, reservationsBehind, before, hasRare } = commit
  const places = [...reservations.keys()].filter((i) => seqOf(reservations[i]!.id) > before.seq)
  if (places.length === 0) return
  const made = places.map((i) => reservations[i]!)
  const all = {
    ...stateOf(made),
    qty: numbers(made, ({ qty }) => qty),
    level_key: numbers(places, (i) => reservationLevelKeys[i]!),
    random: numbers(made, ({ id }) => randomOf(id)),
    behind: numbers(places, (i) => reservationsBehind[i]!),
    owner: texts(made, ({ owner }) => owner),
    created_at: timesOf(made),
  }
  const rare = hasRare ? { ...partsOf(made), ...laterOf(made), ...originOf(made) } : {}
  statement.insert('reservation', { ...all, ...rare })
}

/** Of one commit they are all the same: then that is sent once. */
function timesOf(reservations: Reservations): Column {
  const first = reservations[0]!.createdAt
  if (reservations.every(({ createdAt }) => createdAt === first)) return same(first, 'bigint')
  return numbers(reservations, ({ createdAt }) => createdAt)
}

/** As they stand now. */
export function addChangedReservations(statement: Statement, commit: Commit): void {
  const { reservations, before, hasRare } = commit
  const changed = reservations.filter(({ id }) => seqOf(id) <= before.seq)
  if (changed.length === 0) return
  const all = { ...stateOf(changed), ...partsOf(changed) }
  const rare = hasRare ? { ...laterOf(changed), owner: texts(changed, ({ owner }) => owner) } : {}
  statement.update('reservation', { ...all, ...rare }, changed.length)
}

function stateOf(reservations: Reservations): Record<string, Column> {
  return {
    seq: numbers(reservations, ({ id }) => seqOf(id)),
    status: numbers(reservations, ({ status }) => codeOfReservationStatus(status)),
    expires_at: numbers(reservations, ({ expiresAt }) => expiresAt),
    last_seq: numbers(reservations, newestEntry),
  }
}

/** What became of the units. Of those that were sold or extended just now it is nothing: then that is sent once. */
function partsOf(reservations: Reservations): Record<string, Column> {
  if (reservations.every((r) => r.released + r.shipped + r.cancelled === 0)) {
    const none = same(null, 'bigint')
    return { released: none, shipped: none, cancelled: none }
  }
  return {
    released: numbers(reservations, ({ released }) => orNull(released)),
    shipped: numbers(reservations, ({ shipped }) => orNull(shipped)),
    cancelled: numbers(reservations, ({ cancelled }) => orNull(cancelled)),
  }
}

/** What hardly ever changes. */
function laterOf(reservations: Reservations): Record<string, Column> {
  return {
    came_back: numbers(reservations, ({ cameBack }) => orNull(cameBack)),
    replaced_by: texts(reservations, ({ replacedBy }) => replacedBy),
  }
}

/** Counts of 0 take no room: NaN stands for NULL. */
function orNull(units: number): number {
  return units === 0 ? NaN : units
}

/** What hardly any has, from the beginning and for good. */
function originOf(reservations: Reservations): Record<string, Column> {
  return {
    replaces: texts(reservations, ({ replaces }) => replaces),
    group_id: texts(reservations, ({ group }) => group),
  }
}

import { newestEntry } from '../../model/newest-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import { randomOf, seqOf } from '../../model/record-id.ts'
import type { Commit, MadeRows } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS } from '../codes.ts'
import { NumberColumn, same, TextColumn, type Column } from './columns.ts'
import type { Statement } from './statement.ts'

/** Those of them that have nothing rare get the rest by default. */
export function addNewReservations(statement: Statement, commit: MadeRows): void {
  const { reservations, reservationLevelKeys, reservationsBehind, before, hasRare } = commit
  const rows = reservations.length
  const columns = {
    qty: new NumberColumn(rows),
    level_key: new NumberColumn(rows),
    random: new NumberColumn(rows),
    behind: new NumberColumn(rows),
    owner: new TextColumn(rows),
  }
  const made: Reservation[] = []
  for (let i = 0; i < rows; i++) {
    const reservation = reservations[i]!
    if (seqOf(reservation.id) <= before.seq) continue
    made.push(reservation)
    columns.qty.push(reservation.qty)
    columns.level_key.push(reservationLevelKeys[i]!)
    columns.random.push(randomOf(reservation.id))
    columns.behind.push(reservationsBehind[i]!)
    columns.owner.push(reservation.owner)
  }
  if (made.length === 0) return
  const all = { ...stateOf(made), ...columns, created_at: timesOf(made) }
  const rare = hasRare ? { ...partsOf(made), ...laterOf(made), ...originOf(made) } : {}
  statement.insert('reservation', { ...all, ...rare })
}

/** Of one commit they are all the same: then that is sent once. */
function timesOf(reservations: readonly Reservation[]): Column {
  const first = reservations[0]!.createdAt
  if (reservations.every(({ createdAt }) => createdAt === first)) return same(first, 'bigint')
  const column = new NumberColumn(reservations.length)
  for (const { createdAt } of reservations) column.push(createdAt)
  return column
}

/** As they stand now. */
export function addChangedReservations(statement: Statement, commit: Commit): void {
  const { reservations, before, hasRare } = commit
  const changed = reservations.filter(({ id }) => seqOf(id) <= before.seq)
  if (changed.length === 0) return
  const all = { ...stateOf(changed), ...partsOf(changed) }
  const rare = hasRare ? { ...laterOf(changed), owner: ownersOf(changed) } : {}
  statement.update('reservation', { ...all, ...rare }, changed.length)
}

function stateOf(reservations: readonly Reservation[]): Record<string, Column> {
  const rows = reservations.length
  const columns = {
    seq: new NumberColumn(rows),
    status: new NumberColumn(rows),
    expires_at: new NumberColumn(rows),
    last_seq: new NumberColumn(rows),
  }
  for (const reservation of reservations) {
    columns.seq.push(seqOf(reservation.id))
    columns.status.push(CODE_OF_RESERVATION_STATUS[reservation.status])
    columns.expires_at.push(reservation.expiresAt)
    columns.last_seq.push(newestEntry(reservation))
  }
  return columns
}

/** What became of the units. Of those that were sold or extended just now it is nothing: then that is sent once. */
function partsOf(reservations: readonly Reservation[]): Record<string, Column> {
  if (reservations.every((r) => r.released + r.shipped + r.cancelled === 0)) {
    const none = same(null, 'bigint')
    return { released: none, shipped: none, cancelled: none }
  }
  const rows = reservations.length
  const columns = {
    released: new NumberColumn(rows),
    shipped: new NumberColumn(rows),
    cancelled: new NumberColumn(rows),
  }
  for (const { released, shipped, cancelled } of reservations) {
    columns.released.push(orNull(released))
    columns.shipped.push(orNull(shipped))
    columns.cancelled.push(orNull(cancelled))
  }
  return columns
}

/** What hardly ever changes. */
function laterOf(reservations: readonly Reservation[]): Record<string, Column> {
  const rows = reservations.length
  const columns = { came_back: new NumberColumn(rows), replaced_by: new TextColumn(rows) }
  for (const { cameBack, replacedBy } of reservations) {
    columns.came_back.push(orNull(cameBack))
    columns.replaced_by.push(replacedBy)
  }
  return columns
}

/** Counts of 0 take no room: NaN stands for NULL. */
function orNull(units: number): number {
  return units === 0 ? NaN : units
}

function ownersOf(reservations: readonly Reservation[]): Column {
  const column = new TextColumn(reservations.length)
  for (const { owner } of reservations) column.push(owner)
  return column
}

/** What hardly any has, from the beginning and for good. */
function originOf(reservations: readonly Reservation[]): Record<string, Column> {
  const rows = reservations.length
  const columns = { replaces: new TextColumn(rows), group_id: new TextColumn(rows) }
  for (const { replaces, group } of reservations) {
    columns.replaces.push(replaces)
    columns.group_id.push(group)
  }
  return columns
}

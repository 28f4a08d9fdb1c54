import { newestEntry } from '../../model/newest-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import { randomOf, seqOf } from '../../model/record-id.ts'
import type { Commit, MadeRows } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS } from '../codes.ts'
import { NumberColumn, same, TextColumn, type Column } from './columns.ts'
import type { Statement } from './statement.ts'

export function addNewReservations(statement: Statement, commit: MadeRows): void {
  const { reservations, reservationLevelKeys, reservationsBehind, before } = commit
  const rows = reservations.length
  const columns = {
    ...stateColumns(rows),
    level_key: new NumberColumn(rows),
    random: new NumberColumn(rows),
    behind: new NumberColumn(rows),
    owner: new TextColumn(rows),
  }
  const times: number[] = []
  for (let i = 0; i < rows; i++) {
    const reservation = reservations[i]!
    const seq = seqOf(reservation.id)
    if (seq <= before.seq) continue
    pushState(columns, seq, reservation)
    columns.level_key.push(reservationLevelKeys[i]!)
    columns.random.push(randomOf(reservation.id))
    columns.behind.push(reservationsBehind[i]!)
    columns.owner.push(reservation.owner)
    times.push(reservation.createdAt)
  }
  if (times.length > 0) statement.insert('reservation', { ...columns, created_at: timesOf(times) })
}

/** Of one commit they are all the same: then that is sent once. */
function timesOf(times: readonly number[]): Column {
  if (times.every((time) => time === times[0])) return same(times[0], 'bigint')
  const column = new NumberColumn(times.length)
  for (const time of times) column.push(time)
  return column
}

/** As they stand now. */
export function addChangedReservations(statement: Statement, commit: Commit): void {
  const { reservations, before } = commit
  const columns = stateColumns(reservations.length)
  let changed = 0
  for (const reservation of reservations) {
    const seq = seqOf(reservation.id)
    if (seq > before.seq) continue
    changed++
    pushState(columns, seq, reservation)
  }
  if (changed > 0) statement.update('reservation', columns, changed)
}

interface StateColumns {
  readonly seq: NumberColumn
  readonly qty: NumberColumn
  readonly status: NumberColumn
  readonly expires_at: NumberColumn
  readonly last_seq: NumberColumn
}

function stateColumns(rows: number): StateColumns & Record<string, NumberColumn> {
  return {
    seq: new NumberColumn(rows),
    qty: new NumberColumn(rows),
    status: new NumberColumn(rows),
    expires_at: new NumberColumn(rows),
    last_seq: new NumberColumn(rows),
  }
}

function pushState(columns: StateColumns, seq: number, reservation: Reservation): void {
  columns.seq.push(seq)
  columns.qty.push(reservation.qty)
  columns.status.push(CODE_OF_RESERVATION_STATUS[reservation.status])
  columns.expires_at.push(reservation.expiresAt)
  columns.last_seq.push(newestEntry(reservation))
}

import { randomOf, seqOf } from '../record-id.ts'
import type { Commit } from '../store.ts'
import { CODE_OF_RESERVATION_STATUS } from './codes.ts'
import { NumberColumn, same, TextColumn } from './columns.ts'
import type { Statement } from './statement.ts'

/** Writes the reservations of a commit as they stand now, those whose seq is new as new rows. */
export function addReservations(statement: Statement, commit: Commit): void {
  const { reservations, reservationLevelKeys, before, head } = commit
  const rows = reservations.length
  if (rows === 0) return
  const made = {
    ...stateColumns(rows),
    level_key: new NumberColumn(rows),
    random: new NumberColumn(rows),
    owner: new TextColumn(rows),
    created_at: same(head.at, 'bigint'),
  }
  const changed = stateColumns(rows)
  let changes = 0
  for (let i = 0; i < rows; i++) {
    const { id, qty, status, expiresAt, owner } = reservations[i]!
    const seq = seqOf(id)
    const isNew = seq > before.seq
    const columns = isNew ? made : changed
    columns.seq.push(seq)
    columns.qty.push(qty)
    columns.status.push(CODE_OF_RESERVATION_STATUS[status])
    columns.expires_at.push(expiresAt)
    if (isNew) {
      made.level_key.push(reservationLevelKeys[i]!)
      made.random.push(randomOf(id))
      made.owner.push(owner)
    } else changes++
  }
  if (changes > 0) statement.update('reservation', changed, changes)
  if (changes < rows) statement.insert('reservation', made)
}

interface StateColumns {
  readonly seq: NumberColumn
  readonly qty: NumberColumn
  readonly status: NumberColumn
  readonly expires_at: NumberColumn
}

function stateColumns(rows: number): StateColumns & Record<string, NumberColumn> {
  return {
    seq: new NumberColumn(rows),
    qty: new NumberColumn(rows),
    status: new NumberColumn(rows),
    expires_at: new NumberColumn(rows),
  }
}

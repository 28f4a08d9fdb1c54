import { seqOf } from '../record-id.ts'
import type { Commit } from '../store.ts'
import { CODE_OF_TYPE } from '../codes.ts'
import { NumberColumn, same, TextColumn } from './columns.ts'
import { storeMetadata, type Slot } from '../metadata.ts'
import type { Statement } from './statement.ts'
import { positionOf, type Positions } from './warehouses.ts'

/** Adds the entries of a commit to the trail; they bear its time. */
export function addEntries(statement: Statement, commit: Commit, positions: Positions): void {
  const { entries, entryLevelKeys, previousSeqs, head } = commit
  const rows = entries.length
  if (rows === 0) return
  const columns = {
    seq: new NumberColumn(rows),
    level_key: new NumberColumn(rows),
    qty: new NumberColumn(rows),
    at: same(head.at, 'bigint'),
    available: new NumberColumn(rows),
    held: new NumberColumn(rows),
    allocated: new NumberColumn(rows),
    previous_seq: new NumberColumn(rows),
    reservation: new NumberColumn(rows),
    transfer: new NumberColumn(rows),
    extra: new NumberColumn(rows),
    type: new NumberColumn(rows),
    because: new NumberColumn(rows),
    actor: new TextColumn(rows),
    metadata: new TextColumn(rows),
  }
  const slot: Slot = { extra: NaN, because: NaN }
  for (let i = 0; i < rows; i++) {
    const entry = entries[i]!
    const levelKey = entryLevelKeys[i]!
    columns.metadata.push(storeMetadata(entry, slot))
    columns.seq.push(entry.seq)
    columns.level_key.push(levelKey)
    columns.qty.push(entry.qty)
    columns.available.push(entry.available)
    columns.held.push(entry.held)
    columns.allocated.push(entry.allocated)
    columns.previous_seq.push(previousSeqs[i]!)
    columns.reservation.push(entry.reservationId === null ? NaN : seqOf(entry.reservationId))
    columns.transfer.push(entry.transferId === null ? NaN : seqOf(entry.transferId))
    // An entry that belongs to no level says by `extra` which warehouse it is about.
    columns.extra.push(levelKey === 0 ? positionOf(positions, entry.warehouseId) : slot.extra)
    columns.type.push(CODE_OF_TYPE[entry.type])
    columns.because.push(slot.because)
    columns.actor.push(entry.actor)
  }
  statement.insert('entry', columns)
}

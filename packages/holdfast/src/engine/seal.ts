import { assert } from '../model/errors.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Commit, Head, LevelRow, WarehouseRow } from '../store/store.ts'
import type { Batch } from './batch.ts'
import { commitHash } from './canonical.ts'
import { rowOf } from './cached-state.ts'

/** Everything that a decided batch makes durable, with the hash that chains it to the commit before. */
export function seal(batch: Batch, batchId: string): Commit {
  const { unit, root } = batch
  const before = root.head
  const commit = before.commit + 1
  const head: Head = {
    seq: unit.seq,
    hash: commitHash(before.hash, commit, batch.now, unit.entries),
    at: batch.now,
    commit,
    levelKeys: unit.levelKeys,
  }
  assert(head.seq === before.seq + unit.entries.length, 'the batch leaves a gap in the trail')
  assert(head.at >= before.at, 'the batch lies before the trail')

  const reservations: Reservation[] = []
  const reservationLevelKeys: number[] = []
  unit.eachChange((after, _before, level) => {
    reservations.push(after)
    reservationLevelKeys.push(level.key)
  })
  return {
    before,
    head,
    batchId,
    entries: unit.entries,
    entryLevelKeys: unit.entryLevels.map((level) => level?.key ?? 0),
    previousSeqs: unit.previousSeqs,
    levels: changedLevels(batch),
    reservations,
    reservationLevelKeys,
    transfers: [...unit.transfers.values()],
    warehouses: changedWarehouses(batch),
    keys: batch.keys,
    replacedKeys: batch.replacedKeys,
    marks: batch.marks,
  }
}

function changedLevels({ unit }: Batch): LevelRow[] {
  const rows: LevelRow[] = []
  unit.eachChangedLevel((level) => rows.push(rowOf(level)))
  return rows
}

function changedWarehouses({ unit, root }: Batch): WarehouseRow[] {
  const changed = [...unit.warehouses.values()].filter(
    (record) => root.warehouses.get(record.id) !== record,
  )
  const ids = new Set([...unit.onHandChanged.keys(), ...changed.map((record) => record.id)])
  return [...ids].map((id) => ({
    record: unit.warehouses.get(id)!,
    onHand: unit.onHandIn(id),
  }))
}

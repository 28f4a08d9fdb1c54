import { assert } from '../domain/errors.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { Commit, Head, LevelRow, WarehouseRow } from '../store/store.ts'
import type { Batch } from './batch.ts'
import { commitHash } from './canonical.ts'
import { rowOf } from './loaded-books.ts'

/** Everything that a decided batch makes durable, with the hash that chains it to the commit before. */
export function seal(batch: Batch, batchId: string): Commit {
  const { books, root } = batch
  const before = root.head
  const commit = before.commit + 1
  const head: Head = {
    seq: books.seq,
    hash: commitHash(before.hash, commit, batch.now, books.entries),
    at: batch.now,
    commit,
    levelKeys: books.levelKeys,
  }
  assert(head.seq === before.seq + books.entries.length, 'the batch leaves a gap in the trail')
  assert(head.at >= before.at, 'the batch lies before the trail')

  const reservations: Reservation[] = []
  const reservationLevelKeys: number[] = []
  books.eachChange((after, _before, level) => {
    reservations.push(after)
    reservationLevelKeys.push(level.key)
  })
  return {
    before,
    head,
    batchId,
    entries: books.entries,
    entryLevelKeys: books.entryLevels.map((level) => level?.key ?? 0),
    previousSeqs: books.previousSeqs,
    levels: changedLevels(batch),
    reservations,
    reservationLevelKeys,
    transfers: [...books.transfers].flatMap(([, transfer]) => transfer ?? []),
    warehouses: changedWarehouses(batch),
    keys: batch.keys,
    replacedKeys: batch.replacedKeys,
    marks: batch.marks,
  }
}

function changedLevels({ books, root }: Batch): LevelRow[] {
  const rows: LevelRow[] = []
  for (const shelf of books.levels.values()) {
    for (const [, level] of shelf)
      if (level !== null && level.lastSeq > root.seq) rows.push(rowOf(level))
  }
  return rows
}

function changedWarehouses({ books, root }: Batch): WarehouseRow[] {
  const changed = [...books.warehouses.values()].filter(
    (record) => root.warehouses.get(record.id) !== record,
  )
  const ids = new Set([...books.onHand.keys(), ...changed.map((record) => record.id)])
  return [...ids].map((id) => ({ record: books.warehouse(id), onHand: books.unitsOnHand(id) }))
}

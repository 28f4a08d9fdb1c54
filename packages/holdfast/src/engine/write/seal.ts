import { bodyOf } from '../../log/body.ts'
import { commitHash, sha256 } from '../../log/hash.ts'
import { assert } from '../../model/errors.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Commit, LevelRow, WarehouseRow } from '../../store/store.ts'
import type { Batch } from './batch.ts'

/** Everything that a decided batch makes durable, with the hash that chains it to the previous commit. */
export function seal(batch: Batch, batchId: string, salts: (count: number) => string): Commit {
  const { unit, root } = batch
  const before = root.head
  const header = {
    commit: before.commit + 1,
    firstSeq: before.seq + 1,
    lastSeq: unit.seq,
    at: batch.now,
    levelKeys: unit.levelKeys,
    batchId,
  }
  assert(unit.seq === before.seq + unit.entries.length, 'the batch leaves a gap in the trail')
  assert(batch.now >= before.at, 'the batch starts before the end of the trail')
  const levels = changedLevels(batch)
  const { body, texts } = bodyOf(
    {
      entries: unit.entries,
      levelKeys: unit.entryLevels.map((level) => level?.key ?? 0),
      previousOfLevel: unit.previousOfLevel,
      previousOfRecord: unit.previousOfRecord,
      newLevels: namesOfNew(levels, before.levelKeys),
      keys: batch.keys,
      documents: batch.documents,
      forgotten: batch.forgotten,
    },
    salts,
  )

  const reservations: Reservation[] = []
  const reservationLevelKeys: number[] = []
  const reservationsBehind: number[] = []
  let hasRare = false
  unit.eachChange((after, before, level, behind) => {
    hasRare ||= isRare(after, before)
    reservations.push(after)
    reservationLevelKeys.push(level.key)
    reservationsBehind.push(behind)
  })
  return {
    before,
    head: {
      seq: unit.seq,
      hash: commitHash(before.hash, header, sha256(body)),
      at: batch.now,
      commit: header.commit,
      levelKeys: unit.levelKeys,
    },
    batchId,
    body,
    texts,
    levels,
    reservations,
    reservationLevelKeys,
    reservationsBehind,
    hasRare,
    transfers: [...unit.transfers.values()],
    warehouses: changedWarehouses(batch),
    keys: batch.keys,
    replacedKeys: batch.replacedKeys,
    documents: batch.documents,
    forgotten: batch.forgotten,
    carried: batch.carried.slice(batch.carriedBefore),
  }
}

/** Whether it has something that most commits lack: see `Commit.hasRare`. */
function isRare(after: Reservation, before: Reservation | null): boolean {
  if (before === null) {
    const { released, shipped, cancelled, cameBack, replaces, replacedBy, group } = after
    if (replaces !== null || replacedBy !== null || group !== null) return true
    return released + shipped + cancelled + cameBack > 0
  }
  return (
    after.owner !== before.owner ||
    after.cameBack !== before.cameBack ||
    after.replacedBy !== before.replacedBy
  )
}

/** The unit's own, which nothing changes any more. */
function changedLevels({ unit }: Batch): LevelRow[] {
  const levels: LevelRow[] = []
  unit.eachChangedLevel((level) => levels.push(level))
  return levels
}

/** Product and warehouse of each new level, in order of key. */
function namesOfNew(levels: readonly LevelRow[], levelKeys: number): string[] {
  const made = levels.filter(({ key }) => key > levelKeys)
  if (made.length > 1) made.sort((a, b) => a.key - b.key)
  return made.flatMap(({ productId, warehouseId }) => [productId, warehouseId])
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

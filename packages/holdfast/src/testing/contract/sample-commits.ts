import type { AuditEntry } from '../../model/audit-entry.ts'
import { recordId } from '../../store/record-id.ts'
import type { Commit, Head, LevelRow } from '../../store/store.ts'

function nextHead(before: Head, entries: number): Head {
  const { seq, commit } = before
  return {
    seq: seq + entries,
    commit: commit + 1,
    hash: 'ab'.repeat(32),
    at: before.at,
    levelKeys: 1,
  }
}

function entry(before: Head, index: number, more: Partial<AuditEntry>): AuditEntry {
  const seq = before.seq + index + 1
  return {
    id: String(seq),
    seq,
    type: 'RECEIVED',
    productId: 'SOCK',
    warehouseId: 'SF',
    fromWarehouseId: null,
    qty: 1,
    timestamp: before.at,
    reservationId: null,
    transferId: null,
    actor: null,
    metadata: {},
    available: 0,
    held: 0,
    allocated: 0,
    ...more,
  }
}

function level(before: Head, entries: number, counts: Partial<LevelRow>): LevelRow {
  const lastSeq = before.seq + entries
  return {
    key: 1,
    warehouseId: 'SF',
    productId: 'SOCK',
    available: 0,
    held: 0,
    allocated: 0,
    lastSeq,
    ...counts,
  }
}

/** A batch with one entry: units come into a level that is new. */
export function received(
  before: Head,
  warehouse: Commit['warehouses'][number],
  qty: number,
): Commit {
  return {
    before,
    head: nextHead(before, 1),
    batchId: 'c0ffee'.padEnd(32, '0'),
    entries: [entry(before, 0, { qty, available: qty, metadata: { source: 'SUPPLIER' } })],
    entryLevelKeys: [1],
    previousSeqs: [0],
    levels: [level(before, 1, { available: qty })],
    reservations: [],
    reservationLevelKeys: [],
    transfers: [],
    warehouses: [{ ...warehouse, onHand: qty }],
    keys: [],
    replacedKeys: new Set(),
    marks: [{ name: 'mark', value: '1' }],
  }
}

/** A batch that receives units and holds one of them for each expiry. */
export function reserved(
  before: Head,
  warehouse: Commit['warehouses'][number],
  expiries: number[],
): Commit {
  const all = expiries.length
  const first = received(before, warehouse, all)
  const reservations = expiries.map((expiresAt, index) => ({
    id: recordId(before.seq + 2 + index, 7),
    warehouseId: 'SF',
    productId: 'SOCK',
    qty: 1,
    status: 'PENDING' as const,
    owner: null,
    createdAt: before.at,
    expiresAt,
  }))
  const holds = reservations.map(({ id, expiresAt }, index) =>
    entry(before, index + 1, {
      type: 'RESERVED',
      reservationId: id,
      metadata: { expiresAt: String(expiresAt) },
      available: all - index - 1,
      held: index + 1,
    }),
  )
  return {
    ...first,
    head: nextHead(before, 1 + all),
    entries: [...first.entries, ...holds],
    entryLevelKeys: Array.from({ length: 1 + all }, () => 1),
    previousSeqs: [0, ...holds.map(({ seq }) => seq - 1)],
    levels: [level(before, 1 + all, { held: all })],
    reservations,
    reservationLevelKeys: reservations.map(() => 1),
  }
}

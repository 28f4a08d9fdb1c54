import type { AuditEntry } from '../../model/audit-entry.ts'
import { bodyOf } from '../../log/body.ts'
import { commitHash, sha256 } from '../../log/hash.ts'
import { stampEntry } from '../../model/newest-entry.ts'
import { recordId } from '../../model/record-id.ts'
import { newHold } from '../../model/reservation.ts'
import { NO_CHANGES } from '../nothing.ts'
import type { Commit, Head, LevelRow } from '../../store/store.ts'

/** A commit, with the entries in its body. */
export interface SampleCommit extends Commit {
  readonly entries: readonly AuditEntry[]
  /** The body as text: the store owns the bytes once they are handed over. */
  readonly json: string
}

/** The commit that writes these entries of the level SOCK in SF, the first level ever made. */
export function withEntries(one: Commit, entries: readonly AuditEntry[]): SampleCommit {
  const { before, batchId } = one
  const head = { ...one.head, seq: before.seq + entries.length, commit: before.commit + 1 }
  const { body, texts } = bodyOf(
    {
      entries,
      levelKeys: entries.map(() => 1),
      previousOfLevel: entries.map(({ seq }, index) =>
        index === 0 && before.levelKeys === 0 ? 0 : seq - 1,
      ),
      previousOfRecord: entries.map(() => 0),
      newLevels: before.levelKeys === 0 ? ['SOCK', 'SF'] : [],
      keys: one.keys,
      documents: one.documents,
      forgotten: one.forgotten,
    },
    (count) => 's'.repeat(22 * count),
  )
  const { seq: lastSeq, at, commit, levelKeys } = head
  const header = { commit, firstSeq: before.seq + 1, lastSeq, at, levelKeys, batchId }
  const hash = commitHash(before.hash, header, sha256(body))
  const json = Buffer.from(body).toString()
  return { ...one, head: { ...head, hash }, body, json, texts, entries }
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
    reference: null,
    group: null,
    available: 0,
    held: 0,
    allocated: 0,
    unsellable: 0,
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
    unsellable: 0,
    lastSeq,
    lastReservation: 0,
    lastCount: 0,
    ...counts,
  }
}

/** A batch with one entry: units arrive in a new level. */
export function received(
  before: Head,
  warehouse: Commit['warehouses'][number],
  qty: number,
): SampleCommit {
  const one: Commit = {
    before,
    head: { ...before, levelKeys: 1 },
    batchId: 'c0ffee'.padEnd(32, '0'),
    body: new Uint8Array(),
    ...NO_CHANGES,
    levels: [level(before, 1, { available: qty })],
    warehouses: [{ ...warehouse, onHand: qty }],
    documents: [{ name: 'document', value: '1' }],
  }
  const metadata = { source: 'SUPPLIER' }
  return withEntries(one, [entry(before, 0, { qty, available: qty, metadata })])
}

/** A batch that receives units and holds one of them for each expiry; for those owners, where there are some. */
export function reserved(
  before: Head,
  warehouse: Commit['warehouses'][number],
  expiries: number[],
  owners: readonly (string | null)[] = [],
): SampleCommit {
  const all = expiries.length
  const first = received(before, warehouse, all)
  const reservations = expiries.map((expiresAt, index) => {
    const seq = before.seq + 2 + index
    const made = newHold({
      ...{ id: recordId(seq, 7), warehouseId: 'SF', productId: 'SOCK', qty: 1 },
      ...{ owner: owners[index] ?? null, createdAt: before.at, expiresAt },
    })
    return stampEntry(made, seq)
  })
  const holds = reservations.map(({ id, expiresAt, owner }, index) =>
    entry(before, index + 1, {
      type: 'RESERVED',
      reservationId: id,
      metadata: { expiresAt: String(expiresAt), ...(owner === null ? {} : { owner }) },
      available: all - index - 1,
      held: index + 1,
    }),
  )
  const lastReservation = before.seq + 1 + all
  const one: Commit = {
    ...first,
    levels: [level(before, 1 + all, { held: all, lastReservation })],
    reservations,
    reservationLevelKeys: reservations.map(() => 1),
    reservationsBehind: reservations.map((_, index) => (index === 0 ? 0 : before.seq + 1 + index)),
  }
  return withEntries(one, [...first.entries, ...holds])
}

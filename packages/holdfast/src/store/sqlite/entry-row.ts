import type { AuditEntry } from '../../model/audit-entry.ts'
import { recordId } from '../record-id.ts'
import type { TrailEntry } from '../store.ts'
import { ENTRY_TYPES } from '../codes.ts'
import type { Row } from './connection.ts'
import { readMetadata } from '../metadata.ts'

/** What `readEntry` reads: an entry, and all that its columns point to. */
export const SELECT_ENTRY = `
  SELECT e.seq, e.type, e.level_key, e.qty, e.at, e.available, e.held, e.allocated, e.previous_seq,
    e.reservation, e.transfer, e.extra, e.because, e.actor, e.metadata,
    coalesce(k.product_id, ''),
    coalesce(k.warehouse_id, (SELECT id FROM warehouse WHERE position = e.extra)),
    r.random, r.owner, t.random, t.from_warehouse_id, t.to_warehouse_id
  FROM entry e
  LEFT JOIN level_key k ON k.key = e.level_key
  LEFT JOIN reservation r ON r.seq = e.reservation
  LEFT JOIN transfer t ON t.seq = e.transfer`

/** Bytes of a row's metadata, about: what the columns say of it is not among them. */
export function metadataBytesOf(row: Row): number {
  const json = row[14]
  return typeof json === 'string' ? Buffer.byteLength(json) : 0
}

/** What is missing or unknown comes back as nothing or nonsense, not as an error: its hash will tell. */
export function readEntry(row: Row): AuditEntry {
  const [seq, code, , qty, timestamp, available, held, allocated] = row as number[]
  const [reservation, transfer, extra, because] = row.slice(9, 13) as (number | null)[]
  const [random, owner, transferRandom, fromWarehouseId, toWarehouseId] = row.slice(17)
  const type = ENTRY_TYPES[code!]!
  const reservationId = idOf(reservation!, random as number | null)
  return {
    id: String(seq),
    seq: seq!,
    type,
    productId: row[15] as string,
    warehouseId: (row[16] ?? '') as string,
    fromWarehouseId: fromWarehouseId as string | null,
    qty: qty!,
    timestamp: timestamp!,
    reservationId,
    transferId: idOf(transfer!, transferRandom as number | null),
    actor: row[13] as string | null,
    metadata: readMetadata({
      type,
      reservationId,
      extra: extra!,
      because: because!,
      json: row[14] as string | null,
      owner: owner as string | null,
      fromWarehouseId: fromWarehouseId as string | null,
      toWarehouseId: toWarehouseId as string | null,
    }),
    available: available!,
    held: held!,
    allocated: allocated!,
  }
}

export function readTrailEntry(row: Row): TrailEntry {
  return { entry: readEntry(row), levelKey: (row[2] ?? 0) as number, previousSeq: row[8] as number }
}

function idOf(seq: number | null, random: number | null): string | null {
  return seq === null ? null : recordId(seq, random ?? 0)
}

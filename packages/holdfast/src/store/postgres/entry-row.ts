import type { AuditEntry } from '../../model/audit-entry.ts'
import { LIMITS } from '../../model/limits.ts'
import { PLAIN_ENTRY_BYTES } from '../page-bytes.ts'
import { recordId } from '../record-id.ts'
import type { TrailEntry } from '../store.ts'
import { ENTRY_TYPES } from '../codes.ts'
import { readMetadata } from '../metadata.ts'
import type { Row } from './session.ts'

/** What `readEntry` reads: an entry, and all that its columns point to. */
export const ENTRY_COLUMNS = `e.seq, e.type, e.level_key, e.qty, e.at, e.available, e.held,
  e.allocated, e.previous_seq, e.reservation, e.transfer, e.extra, e.because, e.actor, e.metadata,
  coalesce(k.product_id, ''),
  coalesce(k.warehouse_id, (SELECT w.id FROM holdfast.warehouse w WHERE w.position = e.extra)),
  r.random, r.owner, t.random, t.from_warehouse_id, t.to_warehouse_id`

/**
 * What an entry `e` points to, to be joined to it: looked up by key, entry by entry. OFFSET keeps each
 * look-up by itself; joined as tables they would be read as a whole as soon as a page is long enough.
 */
export const ENTRY_JOINS = `
  LEFT JOIN LATERAL (SELECT product_id, warehouse_id
    FROM holdfast.level_key WHERE key = e.level_key OFFSET 0) k ON true
  LEFT JOIN LATERAL (SELECT random, owner
    FROM holdfast.reservation WHERE seq = e.reservation OFFSET 0) r ON true
  LEFT JOIN LATERAL (SELECT random, from_warehouse_id, to_warehouse_id
    FROM holdfast.transfer WHERE seq = e.transfer OFFSET 0) t ON true`

/** Bytes of an entry `e` on a page of the trail, in the order in which the page is read. */
const bytesThrough = (order: string): string => `sum(${PLAIN_ENTRY_BYTES} +
  coalesce(octet_length(e.metadata), 0)) OVER (ORDER BY e.seq ${order} ROWS UNBOUNDED PRECEDING)`

/** Behind the columns of an entry: bytes of the page through this one, and whether that fills it. */
const FULL = 22

/**
 * The rows of a query for entries, up to the one that fills the page: the server leaves out the others,
 * and the last one says whether the page is full. \`from\` is what comes after FROM, its order aside.
 */
export function inPage(from: string, order: '' | 'DESC', limit: string): string {
  return `SELECT p.* FROM (
      SELECT ${ENTRY_COLUMNS}, ${bytesThrough(order)} AS bytes_through,
        ${PLAIN_ENTRY_BYTES} + coalesce(octet_length(e.metadata), 0) AS bytes
      FROM ${from} ORDER BY e.seq ${order} ${limit}) p
    WHERE p.bytes_through - p.bytes < ${LIMITS.pageBytes}`
}

/** Whether this row, the last one of a page, filled it. */
export function fillsPage(row: Row | undefined): boolean {
  return row !== undefined && Number(row[FULL]) >= LIMITS.pageBytes
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
  return { entry: readEntry(row), levelKey: row[2] as number, previousSeq: row[8] as number }
}

function idOf(seq: number | null, random: number | null): string | null {
  return seq === null ? null : recordId(seq, random ?? 0)
}

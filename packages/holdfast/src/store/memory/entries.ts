import type { AuditEntry } from '../../model/audit-entry.ts'
import type { EntryQuery } from '../store.ts'
import { bytesOfMetadata, PageRoom } from '../page-bytes.ts'
import type { Records } from './records.ts'

/** So many entries are looked at in one call, at most: it must not keep the program from its work. */
const LOOK_AT = 20_000

export function listEntries(
  records: Records,
  query: EntryQuery,
): { rows: AuditEntry[]; scannedTo: number } {
  const { seq } = records.head
  const end = Math.min(query.throughSeq ?? seq, seq)
  const rows: AuditEntry[] = []
  let scannedTo = Math.min(query.afterSeq, end)
  const room = new PageRoom()
  while (scannedTo < end && scannedTo < query.afterSeq + LOOK_AT && rows.length < query.limit) {
    if (room.isFull) break
    const { entry } = records.entries[scannedTo++]!
    if (!matches(entry, query)) continue
    rows.push(frozen(entry))
    room.take(bytesOfMetadata(entry))
  }
  return { rows, scannedTo }
}

function matches(entry: AuditEntry, query: EntryQuery): boolean {
  const { type, warehouseId, productId, reservationId, transferId } = query
  return (
    (type === undefined || entry.type === type) &&
    (warehouseId === undefined || entry.warehouseId === warehouseId) &&
    (productId === undefined || entry.productId === productId) &&
    (reservationId === undefined || entry.reservationId === reservationId) &&
    (transferId === undefined || entry.transferId === transferId)
  )
}

/** The entry itself is handed out, not a copy of it: so that nobody changes the trail with it. */
export function frozen(entry: AuditEntry): AuditEntry {
  Object.freeze(entry.metadata)
  return Object.freeze(entry)
}

import { hash } from 'node:crypto'
import type { AuditEntry, Metadata } from '../domain/audit-entry.ts'

/** The hash that the first commit follows. */
export const NO_HASH = '0'.repeat(64)

/**
 * The canonical bytes of an entry are this array as JSON: fixed order, metadata keys sorted. Every
 * field of the entry is in it but `id`, which is `seq` again.
 */
function canonicalEntry(entry: AuditEntry): unknown[] {
  return [
    entry.seq,
    entry.type,
    entry.productId,
    entry.warehouseId,
    entry.fromWarehouseId,
    entry.qty,
    entry.timestamp,
    entry.reservationId,
    entry.transferId,
    entry.actor,
    sortedPairs(entry.metadata),
    entry.available,
    entry.held,
    entry.allocated,
  ]
}

/** A commit's hash covers the hash before it, its own number, time and entries: SHA-256, hex. */
export function commitHash(
  previousHash: string,
  commit: number,
  at: number,
  entries: readonly AuditEntry[],
): string {
  return hash(
    'sha256',
    JSON.stringify([previousHash, commit, at, entries.map(canonicalEntry)]),
    'hex',
  )
}

/**
 * Keys and values as one flat list, sorted by key: unlike an object it keeps its order for keys that
 * look like integers, too.
 */
export function sortedPairs(metadata: Metadata): string[] {
  const keys = Object.keys(metadata)
  if (keys.length > 1) keys.sort()
  const flat: string[] = []
  for (const key of keys) flat.push(key, metadata[key]!)
  return flat
}

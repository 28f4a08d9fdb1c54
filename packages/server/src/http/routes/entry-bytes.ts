import type { AuditEntry } from 'holdfast'

/** Bytes of an entry as JSON without its metadata. */
const PLAIN_BYTES = 400

/** About how many bytes an entry has as JSON. */
export function entryBytes({ metadata }: AuditEntry): number {
  let bytes = PLAIN_BYTES
  for (const key in metadata)
    bytes += 6 + Buffer.byteLength(key) + Buffer.byteLength(metadata[key]!)
  return bytes
}

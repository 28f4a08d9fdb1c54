import type { AuditEntry } from 'holdfast'

/** About where a page of entries ends before its `limit`: a thousand large entries have 80 MB. */
export const PAGE_BYTES = 1_048_576

/** Bytes of an entry as JSON without its metadata. */
const PLAIN_BYTES = 400

/** About how many bytes an entry has as JSON. */
export function entryBytes({ metadata }: AuditEntry): number {
  let bytes = PLAIN_BYTES
  for (const key in metadata)
    bytes += 6 + Buffer.byteLength(key) + Buffer.byteLength(metadata[key]!)
  return bytes
}

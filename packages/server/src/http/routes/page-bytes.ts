import type { AuditEntry } from 'holdfast'

/** Where a page of entries ends before its `limit`, about: a thousand large entries are 80 MB. */
export const PAGE_BYTES = 1_048_576

/** Of an entry without its metadata, as JSON. */
const PLAIN_BYTES = 400

/** Bytes of an entry as JSON, about. */
export function entryBytes({ metadata }: AuditEntry): number {
  let bytes = PLAIN_BYTES
  for (const key in metadata)
    bytes += 6 + Buffer.byteLength(key) + Buffer.byteLength(metadata[key]!)
  return bytes
}

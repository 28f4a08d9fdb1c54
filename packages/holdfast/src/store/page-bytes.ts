import type { AuditEntry } from '../model/audit-entry.ts'
import { metadataBytes } from '../model/json-bytes.ts'
import { LIMITS } from '../model/limits.ts'

/** Of an entry without its metadata: as JSON it is about as long. */
export const PLAIN_ENTRY_BYTES = 400

/** Room on a page of the trail, which ends at a number of entries or at some bytes, whichever comes first. */
export class PageRoom {
  #left: number = LIMITS.pageBytes

  /** Counts an entry that is on the page, with this much metadata. */
  take(metadataBytes: number): void {
    this.#left -= PLAIN_ENTRY_BYTES + metadataBytes
  }

  /** No further entry: the one that filled it was still taken, so a page has at least one. */
  get isFull(): boolean {
    return this.#left <= 0
  }
}

/** Bytes of what an entry's metadata adds, where it is at hand as an object. */
export function bytesOfMetadata({ metadata }: AuditEntry): number {
  return metadataBytes(metadata)
}

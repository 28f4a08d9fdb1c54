import { LIMITS } from '../model/limits.ts'

/** Approximate JSON size of an entry without its metadata. */
const PLAIN_ENTRY_BYTES = 400

/** The room on a page of the trail, limited by a number of entries and by bytes, whichever is reached first. */
export class PageRoom {
  #entries: number
  #bytes: number = LIMITS.pageBytes

  constructor(entries: number) {
    this.#entries = entries
  }

  /** Counts an entry on the page, with this many bytes of metadata. */
  take(metadataBytes: number): void {
    this.#entries--
    this.#bytes -= PLAIN_ENTRY_BYTES + metadataBytes
  }

  /** Whether no more entries fit. The entry that fills the page is still on it, so a page has at least one. */
  get isFull(): boolean {
    return this.#entries <= 0 || this.#bytes <= 0
  }
}

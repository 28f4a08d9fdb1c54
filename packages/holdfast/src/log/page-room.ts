import { LIMITS } from '../model/limits.ts'

/** Of an entry without its metadata: as JSON it is about as long. */
const PLAIN_ENTRY_BYTES = 400

/** Room on a page of the trail, which ends at a number of entries or at some bytes, whichever comes first. */
export class PageRoom {
  #entries: number
  #bytes: number = LIMITS.pageBytes

  constructor(entries: number) {
    this.#entries = entries
  }

  /** Counts an entry that is on the page, with this much metadata. */
  take(metadataBytes: number): void {
    this.#entries--
    this.#bytes -= PLAIN_ENTRY_BYTES + metadataBytes
  }

  /** No further entry: the one that filled it was still taken, so a page has at least one. */
  get isFull(): boolean {
    return this.#entries <= 0 || this.#bytes <= 0
  }
}

import { OperationalError } from '../../model/operational-error.ts'
import type { OpenStore, Store } from '../store.ts'
import { MemoryReader } from './reader.ts'
import { Records } from './records.ts'
import { MemoryWriter } from './writer.ts'

/** Outlives its openings; one writer at a time, as in a file. */
export class MemoryStore implements Store {
  readonly kind = 'memory'
  readonly #records = new Records()
  #written = false

  async open({ readOnly }: { readonly readOnly: boolean }): Promise<OpenStore> {
    if (!readOnly) {
      if (this.#written) {
        const message =
          'this memory store is open for writing already: close that inventory, or open this one for reading only'
        throw new OperationalError('STORE_LOCKED', message)
      }
      this.#written = true
    }
    let open = true
    const isOpen = (): boolean => open
    return {
      writer: readOnly ? null : new MemoryWriter(this.#records, isOpen),
      reader: new MemoryReader(this.#records, isOpen),
      postings: null,
      close: async () => {
        if (open && !readOnly) this.#written = false
        open = false
      },
    }
  }
}

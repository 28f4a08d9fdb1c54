import { OperationalError } from '../../model/operational-error.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import { NO_HASH } from '../../log/hash.ts'
import type { Commit, Head, Reader, Rebuilding, Store } from '../../store/store.ts'
import { KeysInOrder } from './key-proof.ts'
import { writeAnew, writeState, type RebuildOptions, type Rebuilt } from './write-state.ts'

/**
 * Copies a whole inventory into another store, where there is none yet: from a file to PostgreSQL, or back. The log is
 * copied as it is, so ids, times, `seq` and hashes stay the same; documents, idempotency keys and consumers' positions come
 * with it as they are stored, and the state is derived from the log, which is proved on the way: run `verify` on the copy to
 * check the rest. It is one transaction: if it is
 * interrupted, there is still nothing in `to`. What is committed in `from` after it began is not copied: end its writers
 * before.
 * @throws OperationalError STORE_UNAVAILABLE if there is something in `to`, or no store `from`; STORE_DAMAGED if the log
 * of `from` is damaged; STORE_LOCKED
 * @example
 * const { seq } = await copyInventory({ from: sqlite('stock.db'), to: postgres({ connectionString }) })
 */
export async function copyInventory(
  stores: { readonly from: Store; readonly to: Store },
  options: RebuildOptions = {},
): Promise<Rebuilt> {
  const source = await stores.from.open({ readOnly: true })
  try {
    const snapshot = await source.reader.snapshot()
    try {
      return await copyTo(stores.to, snapshot, options)
    } finally {
      await snapshot.close()
    }
  } finally {
    await source.close()
  }
}

async function copyTo(to: Store, from: Reader, options: RebuildOptions): Promise<Rebuilt> {
  return writeAnew(to, {
    what: 'copied',
    signal: options.signal,
    before: async ({ reader }) => {
      const { commit } = await reader.head()
      if (commit > 0) throw notEmpty()
    },
    work: async (rebuilding) => {
      const copying = new Copying(from, rebuilding, await from.head())
      const copied = await writeState(from, rebuilding, options, (logged) => copying.commit(logged))
      for (const position of await from.positions()) await rebuilding.position(position)
      return copied
    },
  })
}

/** Commits of a log, each with the keys that are stored of it; the newest one with all documents. */
class Copying {
  readonly #from: Reader
  readonly #to: Rebuilding
  readonly #keys: KeysInOrder
  readonly #end: Head
  #before: Head = { seq: 0, hash: NO_HASH, at: 0, commit: 0, levelKeys: 0 }

  constructor(from: Reader, to: Rebuilding, end: Head) {
    this.#from = from
    this.#to = to
    this.#keys = new KeysInOrder(from)
    this.#end = end
  }

  async commit({ commit, lastSeq, hash, at, levelKeys, batchId, body, texts }: LoggedCommit) {
    const head: Head = { seq: lastSeq, hash, at, commit, levelKeys }
    const isEnd = commit === this.#end.commit
    await this.#to.commit({
      ...{ before: this.#before, head, batchId, texts },
      body: new TextEncoder().encode(body),
      ...NO_ROWS,
      keys: await this.#keys.of(commit),
      documents: isEnd ? await this.#from.documents('') : [],
    })
    this.#before = head
  }
}

const NO_ROWS = {
  levels: [],
  reservations: [],
  reservationLevelKeys: [],
  reservationsBehind: [],
  hasRare: false,
  transfers: [],
  warehouses: [],
  replacedKeys: new Set<string>(),
  // What was forgotten is not among the keys that are stored.
  forgotten: 0,
  carried: [],
} satisfies Partial<Commit>

function notEmpty(): OperationalError {
  const message = 'nothing was copied: there is an inventory already where it is to go'
  return new OperationalError('STORE_UNAVAILABLE', message)
}

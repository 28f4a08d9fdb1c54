import { OperationalError } from '../../model/operational-error.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import { NO_HASH } from '../../log/hash.ts'
import type { Head, Reader, Rebuilding, Store } from '../../store/store.ts'
import { KeysInOrder } from './key-proof.ts'
import { writeAnew } from './write-anew.ts'
import { NO_ROWS, writeState, type RebuildOptions, type Rebuilt } from './write-state.ts'

/**
 * Copies a whole inventory into another store, where there is none yet: from a file to PostgreSQL, or back. The log is
 * copied as it is, so ids, times, `seq` and hashes stay the same. Documents, idempotency keys and consumers' positions come
 * with it as they are stored. The state is derived from the log, which is proved on the way; run `verify` on the copy to
 * check the rest. It is one transaction: if it is interrupted, there is still nothing in `to`. What is committed in `from`
 * after it began is not copied: end its writers before.
 * @throws OperationalError STORE_UNAVAILABLE if there is something in `to`, or no store `from`; STORE_DAMAGED if the log
 * of `from` is damaged, or a key is stored of a commit that is not in it; STORE_LOCKED
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
      await copying.end()
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
      ...NO_ROWS,
      ...{ before: this.#before, head, batchId, texts },
      body: new TextEncoder().encode(body),
      keys: await this.#keys.of(commit),
      documents: isEnd ? await this.#from.documents('') : [],
      // What was replaced or forgotten is not among the keys that are stored.
      ...{ replacedKeys: new Set<string>(), forgotten: 0, carried: [] },
    })
    this.#before = head
  }

  /** After the last commit. A key of no commit of the log would hide those behind it. */
  async end(): Promise<void> {
    const [other] = await this.#keys.left()
    if (other === undefined) return
    const message = `nothing was copied: a key is stored of commit ${other.commit}, which is not in the log`
    throw new OperationalError('STORE_DAMAGED', message)
  }
}

function notEmpty(): OperationalError {
  const message = 'nothing was copied: there is an inventory already where it is to go'
  return new OperationalError('STORE_UNAVAILABLE', message)
}

import { CommitBody } from '../../log/commit-body.ts'
import { keyDigest } from '../../log/hash.ts'
import type { KeyRow, Reader } from '../../store/store.ts'
import type { KeySum } from './key-sum.ts'
import { Found, type LogFold } from './log-fold.ts'
import { counted } from '../../model/counted.ts'

/**
 * Proves that every key of a commit that is not deleted is stored with its answer, unless a later commit has stored it
 * again, and that no key is stored without a commit.
 */
export async function proveKeys(
  reader: Reader,
  fold: Pick<LogFold, 'forgotten' | 'last' | 'keys'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { forgotten, last } = fold
  if (forgotten === 0 && (await hasAllKeys(reader, fold.keys))) return
  const stored = new KeysInOrder(reader)
  /** Keys that a later commit must store again. */
  const missing = new Map<string, number>()
  const fail = (message: string): never => {
    throw new Found({ what: 'key', message })
  }
  for (let after = forgotten; after < last.commit;) {
    signal?.throwIfAborted()
    const page = await reader.log(after)
    after = page.at(-1)!.commit
    for (const commit of page) {
      const { keyDigests } = new CommitBody(commit)
      if (keyDigests.length === 0) continue
      const rows = new Map<string, string>()
      for (const row of await stored.of(commit.commit)) {
        if (row.at !== commit.at) fail(`key ${row.key} has another time than its commit`)
        const digest = keyDigest(row.key, row.fingerprint, row.answer)
        rows.set(digest.slice(0, 16), digest)
      }
      for (const digest of keyDigests) {
        const key = digest.slice(0, 16)
        const row = rows.get(key)
        if (row !== undefined && row !== digest)
          fail(`the answer to a key of commit ${commit.commit} is not the one that it gave`)
        if (row === undefined) missing.set(key, commit.commit)
        else missing.delete(key)
        rows.delete(key)
      }
      if (rows.size > 0)
        fail(
          `commit ${commit.commit} has ${counted(rows.size, 'stored key')} that it did not write`,
        )
    }
  }
  const [other] = await stored.left()
  if (other !== undefined) fail(`commit ${other.commit} has a stored key, but it wrote none`)
  for (const commit of missing.values()) fail(`a key of commit ${commit} is missing`)
}

/** Whether exactly the keys of the log are stored. Usually so: none is deleted yet, and none was stored again. */
async function hasAllKeys(reader: Reader, keys: KeySum): Promise<boolean> {
  const sum = keys.empty()
  const stored = new KeysInOrder(reader)
  for (let rows = await stored.next(); rows.length > 0; rows = await stored.next())
    for (const row of rows) sum.add(row, keyDigest(row.key, row.fingerprint, row.answer))
  return sum.equals(keys)
}

/** Stored answers in the order of their commits, read on demand. */
export class KeysInOrder {
  readonly #reader: Reader
  #rows: readonly KeyRow[] = []
  #last: KeyRow | null = null
  #isEnd = false

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** Those of one commit, if they come next. */
  async of(commit: number): Promise<KeyRow[]> {
    const found: KeyRow[] = []
    while ((await this.left())[0]?.commit === commit) {
      const other = this.#rows.findIndex((row) => row.commit !== commit)
      const count = other < 0 ? this.#rows.length : other
      found.push(...this.#rows.slice(0, count))
      this.#rows = this.#rows.slice(count)
    }
    return found
  }

  /** The next part of the unread ones; they count as read. */
  async next(): Promise<readonly KeyRow[]> {
    const rows = await this.left()
    this.#rows = []
    return rows
  }

  /** The next part of the unread ones; empty at the end. */
  async left(): Promise<readonly KeyRow[]> {
    if (this.#rows.length === 0 && !this.#isEnd) {
      this.#rows = await this.#reader.keyRows(this.#last)
      // They must be in this order, or the loop might not end.
      for (const row of this.#rows) {
        const { commit = 0, place = -Infinity } = this.#last ?? {}
        const isNext = row.commit > commit || (row.commit === commit && row.place > place)
        if (!isNext) throw new Found({ what: 'key', message: 'keys are stored out of order' })
        this.#last = row
      }
      this.#isEnd = this.#rows.length === 0
    }
    return this.#rows
  }
}

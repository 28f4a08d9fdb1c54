import { CommitBody } from '../../log/commit-body.ts'
import { keyDigest } from '../../log/hash.ts'
import type { KeyRow, Reader } from '../../store/store.ts'
import type { KeySum } from './key-sum.ts'
import { Found, type LogFold } from './log-fold.ts'

/**
 * Every key of a commit behind the forgotten ones is stored with its answer, or another commit has stored it anew;
 * and none is stored that no commit tells of.
 */
export async function proveKeys(
  reader: Reader,
  fold: Pick<LogFold, 'forgotten' | 'last' | 'keys'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { forgotten, last } = fold
  if (forgotten === 0 && (await hasAllKeys(reader, fold.keys))) return
  const stored = new KeysInOrder(reader)
  /** Keys whose answers must come with a later commit. */
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
        fail(`${rows.size} keys of commit ${commit.commit} are stored of which it tells nothing`)
    }
  }
  const [other] = await stored.left()
  if (other !== undefined) fail(`a key is stored of commit ${other.commit}, which tells of none`)
  for (const commit of missing.values()) fail(`a key of commit ${commit} is missing`)
}

/** Whether those are stored of which the log tells: mostly none is forgotten yet, and none was stored anew. */
async function hasAllKeys(reader: Reader, keys: KeySum): Promise<boolean> {
  const sum = keys.empty()
  const stored = new KeysInOrder(reader)
  for (let rows = await stored.next(); rows.length > 0; rows = await stored.next())
    for (const row of rows) sum.add(row, keyDigest(row.key, row.fingerprint, row.answer))
  return sum.equals(keys)
}

/** Stored answers in the order of commits, read as they are asked for. */
class KeysInOrder {
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

  /** Some of those that were not asked for yet, which count as asked for then. */
  async next(): Promise<readonly KeyRow[]> {
    const rows = await this.left()
    this.#rows = []
    return rows
  }

  /** Some of those that were not asked for yet; none where there are none. */
  async left(): Promise<readonly KeyRow[]> {
    if (this.#rows.length === 0 && !this.#isEnd) {
      this.#rows = await this.#reader.keyRows(this.#last)
      // In this order they are asked for: were it another one, there might be no end of them.
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

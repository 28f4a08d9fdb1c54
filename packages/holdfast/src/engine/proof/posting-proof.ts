import { setImmediate as turn } from 'node:timers/promises'
import { CommitBody } from '../../log/commit-body.ts'
import { KIND } from '../../postings/kinds.ts'
import { isRow, readBytes } from '../../postings/run.ts'
import {
  POSTING_ROW,
  type PostingMark,
  type PostingPlace,
  type PostingRows,
  type Reader,
} from '../../store/store.ts'
import { KeyedHash } from '../../store/keyed-hash.ts'
import { Found } from './log-fold.ts'
import { noPostings, otherKind, PostingFold, type PostingSums } from './posting-fold.ts'

/**
 * Compares the postings with the log: every posting of every run up to the watermark, and no other. Reads rows beside the
 * log and keeps a sum for each run and kind. The run that begins at the watermark is not proved until it is whole.
 */
export class PostingProof {
  readonly #hash = new KeyedHash()
  readonly #signal: AbortSignal | undefined
  readonly #runCommits: number
  #salt: Uint8Array | null = null
  #fold: PostingFold | null = null
  #stored: Promise<Map<number, PostingSums>> | null = null
  #isStopped = false

  constructor(signal: AbortSignal | undefined, runCommits: number) {
    this.#signal = signal
    this.#runCommits = runCommits
  }

  /** Takes the log; null if the store has no postings. */
  async begin(reader: Reader): Promise<PostingFold | null> {
    const mark = await reader.postingMark()
    if (mark === null) return null
    this.#salt = mark.salt
    return (this.#fold = new PostingFold(this.#hash, mark.salt, this.#runCommits))
  }

  /** Begins to read them. */
  read(reader: Reader): void {
    if (this.#fold === null) return
    this.#stored = this.#read(reader)
    // Reported where it is awaited.
    this.#stored.catch(() => undefined)
  }

  async #read(reader: Reader): Promise<Map<number, PostingSums>> {
    const stored = new StoredPostings(this.#hash)
    // Each page is read while the one before is processed. Errors are reported where it is awaited.
    const ask = (after: PostingPlace | null): Promise<PostingRows> => {
      const asked = reader.postingRows(after)
      asked.catch(() => undefined)
      return asked
    }
    let next = ask(null)
    while (!this.#isStopped) {
      this.#signal?.throwIfAborted()
      const page = await next
      if (page.numbers.length === 0) break
      next = ask(lastOf(page))
      await turn()
      stored.add(page)
    }
    return stored.sums
  }

  /** Resolves when nothing is being read. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#stored?.catch(() => undefined)
  }

  /** Of the snapshot that they were read from; `log` has the log up to its end, which is the `last` commit. */
  async compare(reader: Reader, log: Reader, last: number): Promise<void> {
    if (this.#fold === null) return
    const mark = (await reader.postingMark())!
    const { runs } = await this.#foldWith(mark, log, last)
    const stored = await this.#stored!
    let end = { commit: 0, seq: 0 }
    for (const [from, run] of runs) {
      if (from >= mark.seq) break
      end = run.end
      const kind = otherKind(run.sums, stored.get(from) ?? noPostings())
      if (kind !== undefined)
        fail(
          `the postings ${NAMES.get(kind)} of the entries ${from + 1} to ${run.end.seq} are not those of which the log tells`,
        )
      stored.delete(from)
    }
    if (mark.commit !== end.commit || mark.seq !== end.seq)
      fail(
        `postings are said to go to entry ${mark.seq} of commit ${mark.commit}, where no run of them ends`,
      )
    stored.delete(mark.seq)
    for (const from of stored.keys())
      fail(`postings are stored of a run that begins behind entry ${from}, where none begins`)
  }

  /** If they were rebuilt since the proof began, with another salt, the log is read once more. */
  async #foldWith({ salt }: PostingMark, log: Reader, last: number): Promise<PostingFold> {
    if (Buffer.compare(salt, this.#salt!) === 0) return this.#fold!
    const fold = new PostingFold(this.#hash, salt, this.#runCommits)
    for (let after = 0; after < last;) {
      this.#signal?.throwIfAborted()
      const page = await log.log(after)
      if (page.length === 0) break
      for (const commit of page) {
        if (commit.commit > last) return fold
        fold.all(new CommitBody(commit))
        after = commit.commit
      }
    }
    return fold
  }
}

/** Sums of stored rows, by the run that they name. */
class StoredPostings {
  readonly sums = new Map<number, PostingSums>()
  readonly #hash: KeyedHash
  #last: PostingPlace | null = null
  /** Those of the row at hand, and where those of its kind are. */
  #ofRun = noPostings()
  #at = 0

  constructor(hash: KeyedHash) {
    this.#hash = hash
  }

  readonly #post = (key: number, found: number): void =>
    this.#hash.addPair(key, found, this.#ofRun, this.#at)

  add(page: PostingRows): void {
    // In this order they are asked for: were it another one, there might be no end of them.
    const last = lastOf(page)
    if (this.#last !== null && !isBefore(this.#last, last)) fail('postings are stored out of order')
    this.#last = last
    const { numbers, bytes } = page
    let from = 0
    for (let at = 0; at < numbers.length; at += POSTING_ROW.length) {
      const end = numbers[at + 4]!
      this.#row(numbers, at, bytes, from, end)
      from = end
    }
  }

  /** A method of its own: it is called for each row, so V8 compiles it fully, unlike the loop over a page. */
  #row(numbers: Float64Array, at: number, bytes: Uint8Array, from: number, end: number): void {
    const kind = numbers[at]!
    const list = numbers[at + 1]!
    const block = numbers[at + 2]!
    const run = numbers[at + 3]!
    const row = { kind, list, block }
    if (!isRow(row, bytes, from, end))
      fail(`the row of postings ${kind}, ${list}, ${block}, ${run} is not of the form of one`)
    const known = this.sums.get(run)
    if (known === undefined) this.sums.set(run, (this.#ofRun = noPostings()))
    else this.#ofRun = known
    this.#at = 2 * kind
    readBytes(row, bytes, from, end, this.#post)
  }
}

function lastOf({ numbers }: PostingRows): PostingPlace {
  const [kind = NaN, list = NaN, block = NaN, run = NaN] = numbers.subarray(-POSTING_ROW.length)
  return [kind, list, block, run]
}

function isBefore(one: PostingPlace, other: PostingPlace): boolean {
  const at = one.findIndex((value, index) => value !== other[index])
  return at >= 0 && one[at]! < other[at]!
}

const NAMES = new Map<number, string>(Object.entries(KIND).map(([name, kind]) => [kind, name]))

function fail(message: string): never {
  throw new Found({ what: 'posting', message: `${message}: \`holdfast rebuild\` makes them anew` })
}

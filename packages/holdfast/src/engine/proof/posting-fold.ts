import type { CommitBody } from '../../log/commit-body.ts'
import type { LineNumbers } from '../../log/lines.ts'
import { KINDS, post, postAll, type Post } from '../../postings/kinds.ts'
import { endsRun, type Watermark } from '../../postings/run.ts'
import { TextHash } from '../../postings/text-hash.ts'
import type { KeyedHash } from '../../store/keyed-hash.ts'

/** The postings of a run as a sum of 64 bits for each kind. Their order does not matter. */
export type PostingSums = Int32Array

export function noPostings(): PostingSums {
  return new Int32Array(2 * KINDS)
}

/** The first kind in which two sums differ; undefined if they are equal. */
export function otherKind(one: PostingSums, other: PostingSums): number | undefined {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return at >> 1
  return undefined
}

/** A run that is whole in the log. */
interface FoldedRun {
  readonly end: Watermark
  readonly sums: PostingSums
}

/** What is posted for the entries of the log, run by run: about 200 bytes for each run of up to 2,000 commits. */
export class PostingFold {
  /** The whole ones, by the `seq` they begin after, in order. */
  readonly runs = new Map<number, FoldedRun>()
  readonly #texts: TextHash
  readonly #runCommits: number
  #from: Watermark = { commit: 0, seq: 0 }
  #sums = noPostings()
  readonly #post: Post

  constructor(hash: KeyedHash, salt: Uint8Array, runCommits: number) {
    this.#texts = new TextHash(salt)
    this.#runCommits = runCommits
    this.#post = (kind, key, found) => hash.addPair(key, found, this.#sums, 2 * kind)
  }

  entry(body: CommitBody, line: LineNumbers, seq: number): void {
    post(body, line, seq, this.#texts, this.#post)
  }

  /** A whole commit. */
  all(body: CommitBody): void {
    postAll(body, this.#texts, this.#post)
    this.end(body.stored)
  }

  /** After the last entry of a commit. */
  end({ commit, lastSeq }: { readonly commit: number; readonly lastSeq: number }): void {
    if (!endsRun(this.#from, commit, lastSeq, this.#runCommits)) return
    const end = { commit, seq: lastSeq }
    this.runs.set(this.#from.seq, { end, sums: this.#sums })
    this.#from = end
    this.#sums = noPostings()
  }
}

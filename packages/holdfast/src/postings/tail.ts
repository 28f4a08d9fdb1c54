import type { CommitBody } from '../log/commit-body.ts'
import { postAll, type Kind } from './kinds.ts'
import { PostedNumbers } from './posted-numbers.ts'
import { endsRun, Run, type Watermark } from './run.ts'
import type { TextHash } from './text-hash.ts'

/** At most this many entries after the watermark are kept in memory, some 30 MB. If there are more, reads go along the log. */
export const MOST_ENTRIES = 262_144

/** A commit: its number, its newest entry, its hash. */
export interface CommitSeen extends Watermark {
  readonly hash: string
}

/**
 * The postings of the commits after a watermark, in memory. Each read first adds the commits that are new, so each commit
 * is parsed once.
 */
export class Tail {
  /** It has the commits after this one, up to `at`. */
  #from: Watermark
  /** The newest watermark heard of. What is before it is kept for readers of an older state. */
  #heard: Watermark
  #at: Watermark
  /** Each commit, and where its postings end. */
  #commits: (CommitSeen & { readonly end: number })[] = []
  #posted = new PostedNumbers()

  constructor(from: Watermark) {
    this.#from = this.#heard = this.#at = from
  }

  /** The last commit added, or the watermark. */
  get at(): Watermark {
    return this.#at
  }

  /** The hash of a commit; null if it is not here. */
  hashOf(commit: number): string | null {
    // Commits follow on each other.
    const first = this.#commits[0]?.commit ?? 0
    return this.#commits[commit - first]?.hash ?? null
  }

  /** Whether it begins with what follows on a commit, or later. */
  beginsBehind(commit: number): boolean {
    return commit <= this.#from.commit
  }

  /** Whether it has everything from a watermark on. */
  covers(watermark: Watermark): boolean {
    return this.#from.commit <= watermark.commit && watermark.commit <= this.#at.commit
  }

  /** Adds the next commit. Ignores one that does not follow. */
  add(body: CommitBody, hash: TextHash): void {
    const { commit, lastSeq, hash: own } = body.stored
    if (commit !== this.#at.commit + 1) return
    postAll(body, hash, this.#posted.post)
    this.#at = { commit, seq: lastSeq }
    this.#commits.push({ commit, seq: lastSeq, hash: own, end: this.#posted.count })
  }

  /** The numbers posted under any of the keys, in no order, some more than once: no other postings are looked at. */
  find(kind: Kind, keys: ReadonlySet<number>): number[] {
    return this.#posted.find(kind, keys)
  }

  /** The run that begins at a watermark, if it has all of it. */
  runFrom(
    watermark: Watermark,
    runCommits?: number,
  ): { readonly run: Run; readonly last: CommitSeen } | null {
    if (!this.covers(watermark)) return null
    const last = this.#commits.find(
      ({ commit, seq }) => commit > watermark.commit && endsRun(watermark, commit, seq, runCommits),
    )
    if (last === undefined) return null
    const before = this.#commits.findLast(({ commit }) => commit <= watermark.commit)
    const run = new Run()
    this.#posted.postTo(run.post, before?.end ?? 0, last.end)
    const { commit, seq, hash } = last
    return { run, last: { commit, seq, hash } }
  }

  /** Forgets what is before the last watermark when a newer one is heard of. */
  heard(watermark: Watermark): void {
    if (watermark.commit <= this.#heard.commit) return
    const gone = this.#heard
    this.#heard = watermark
    const count = this.#commits.findLastIndex(({ commit }) => commit <= gone.commit) + 1
    if (count === 0) return
    const start = this.#commits[count - 1]!.end
    this.#from = gone
    this.#commits = this.#commits
      .slice(count)
      .map(({ end, ...commit }) => ({ ...commit, end: end - start }))
    this.#posted.forget(start)
  }

  copy(): Tail {
    const copy = new Tail(this.#from)
    copy.#heard = this.#heard
    copy.#at = this.#at
    copy.#commits = [...this.#commits]
    copy.#posted = this.#posted.copy()
    return copy
  }
}

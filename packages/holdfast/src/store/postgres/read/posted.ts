import { CommitBody } from '../../../log/commit-body.ts'
import type { ListSource } from '../../../postings/lists.ts'
import type { LiveNumbers } from '../../../postings/live-numbers.ts'
import { MOST_ENTRIES, Tail } from '../../../postings/tail.ts'
import { TextHash } from '../../../postings/text-hash.ts'
import type { Session } from '../connect/session.ts'
import { readMark, readPostings, type MarkWithHead } from '../tables/postings.ts'
import { readLog } from './log.ts'

/** The log after the postings, as far as this process has read it. */
export class SharedTail {
  readonly #origin: SharedTail | null
  #tail: Tail | null = null
  #salt = ''
  /** What is known of a log that was lost since is not true of the one that took its place. */
  #live: LiveNumbers | null = null

  /** With an origin, begins as a copy of it when it is first needed, and then stays apart. */
  constructor(origin: SharedTail | null = null) {
    this.#origin = origin
  }

  /**
   * The commits after the watermark, as far as they were read. Starts again if a commit of it no longer exists, because a
   * failover lost it, or if all postings were rebuilt. Other reads may have gone on since the state was read.
   */
  behind({ watermark, salt, asked }: MarkWithHead): Tail {
    const tail = this.#tail ?? this.#copied()
    const isRight =
      tail !== null &&
      salt === this.#salt &&
      tail.covers(watermark) &&
      (tail.beginsBehind(asked.commit) || tail.hashOf(asked.commit) === asked.hash)
    const known = isRight ? tail : new Tail(watermark)
    if (known !== this.#tail) this.#live = null
    this.#tail = known
    this.#salt = salt
    known.heard(watermark)
    return known
  }

  /** The last commit read. Its hash is compared with the stored one. */
  get at(): number {
    const tail = this.#tail ?? (this.#origin === null ? null : this.#origin.#tail)
    return tail?.at.commit ?? 0
  }

  /** Which holds may wait, of those that the log made before. Apart from an origin's: a transaction may be rolled back. */
  get live(): LiveNumbers | null {
    return this.#live
  }

  keepLive(live: LiveNumbers): LiveNumbers {
    return (this.#live = live)
  }

  #copied(): Tail | null {
    const origin = this.#origin
    if (origin === null) return null
    this.#salt = origin.#salt
    return origin.#tail?.copy() ?? null
  }
}

/** What is posted in one state of the database. */
export class Posted {
  readonly state: MarkWithHead
  readonly hash: TextHash
  readonly #session: Session
  readonly #shared: SharedTail

  private constructor(session: Session, shared: SharedTail, state: MarkWithHead) {
    this.#session = session
    this.#shared = shared
    this.state = state
    this.hash = new TextHash(Buffer.from(state.salt, 'hex'))
  }

  static async read(session: Session, shared: SharedTail): Promise<Posted> {
    return new Posted(session, shared, await readMark(session, shared.at))
  }

  /** Null if too much of the log is after the watermark. */
  async source(): Promise<ListSource | null> {
    const { head, watermark } = this.state
    if (head.seq - watermark.seq > MOST_ENTRIES) return null
    return {
      tail: await this.follow(Infinity),
      postings: async (wanted, isDown, limit) => readPostings(this.#session, wanted, isDown, limit),
    }
  }

  /** Reads up to this many pages of the log. Others may do so at the same time: each adds what comes next. */
  async follow(pages: number): Promise<Tail> {
    const { head } = this.state
    const tail = this.#shared.behind(this.state)
    for (let page = 0; page < pages && tail.at.commit < head.commit; page++) {
      const commits = await readLog(this.#session, tail.at.commit)
      if (commits.length === 0) break
      for (const commit of commits) tail.add(new CommitBody(commit), this.hash)
    }
    return tail
  }
}

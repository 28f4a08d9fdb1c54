import { CommitBody } from '../../../log/commit-body.ts'
import type { ListSource } from '../../../postings/lists.ts'
import type { PostingRow, Watermark } from '../../../postings/run.ts'
import { MOST_ENTRIES, Tail } from '../../../postings/tail.ts'
import type { TextHash } from '../../../postings/text-hash.ts'
import { readCommit } from '../../rows/commit.ts'
import type { Connection } from '../file/connection.ts'
import { readHead } from '../tables/head.ts'
import {
  packPostings,
  readPostings,
  readWatermark,
  type PackedPostings,
} from '../tables/postings.ts'
import { FROM } from './log.ts'

/** How many entries are posted in memory at once: other reads wait about 5 ms. */
const ENTRIES = 4096
/** How many rows are written at once: about 5 ms of the writer. */
const ROWS = 500

/** A run whose postings are all in memory. */
export interface WholeRun {
  readonly from: Watermark
  readonly through: Watermark
}

/** What one connection sees as posted: the rows, and the log after them in memory. */
export class Posted {
  readonly #connection: Connection
  readonly #runCommits: number | undefined
  #tail: Tail | null = null
  #rows: Iterator<PostingRow> | null = null

  constructor(connection: Connection, runCommits?: number) {
    this.#connection = connection
    this.#runCommits = runCommits
  }

  get hash(): TextHash {
    return readWatermark(this.#connection).hash
  }

  /** The current state; null if too much of the log is after the watermark. */
  source(): ListSource | null {
    const { hash, ...watermark } = readWatermark(this.#connection)
    if (readHead(this.#connection).seq - watermark.seq > MOST_ENTRIES) return null
    const tail = this.#tailBehind(watermark)
    this.#follow(tail, hash, Infinity)
    return {
      tail,
      postings: (wanted, isDown, limit) => readPostings(this.#connection, wanted, isDown, limit),
    }
  }

  /** Reads a piece of the log; returns whether it has read all of it. */
  follow(): boolean {
    const { hash, ...watermark } = readWatermark(this.#connection)
    const tail = this.#tailBehind(watermark)
    this.#follow(tail, hash, ENTRIES)
    return tail.at.commit === readHead(this.#connection).commit
  }

  /** Begins the next run, if all of it was read. */
  beginRun(): WholeRun | null {
    const { commit, seq } = readWatermark(this.#connection)
    const from = { commit, seq }
    const whole = this.#tail?.runFrom(from, this.#runCommits) ?? null
    this.#rows = whole?.run.rows() ?? null
    return whole && { from, through: whole.last }
  }

  /** The next rows of the run; null after the last. */
  runRows(): PackedPostings | null {
    const rows: PostingRow[] = []
    while (rows.length < ROWS) {
      const next = this.#rows?.next()
      if (next === undefined || next.done === true) break
      rows.push(next.value)
    }
    return rows.length === 0 ? null : packPostings(rows)
  }

  #tailBehind(watermark: Watermark): Tail {
    if (this.#tail?.covers(watermark) !== true) this.#tail = new Tail(watermark)
    this.#tail.heard(watermark)
    return this.#tail
  }

  #follow(tail: Tail, hash: TextHash, most: number): void {
    const end = tail.at.seq + most
    for (const row of this.#connection.iterate(FROM, tail.at.commit + 1)) {
      tail.add(new CommitBody(readCommit(row)), hash)
      if (tail.at.seq >= end) break
    }
  }
}

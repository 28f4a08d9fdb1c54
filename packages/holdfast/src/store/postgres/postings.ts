import type { PostingRow, Watermark } from '../../postings/run.ts'
import type { Postings } from '../store.ts'
import type { Database } from './connect/database.ts'
import { writeFault } from './connect/faults.ts'
import { Posted, type SharedTail } from './read/posted.ts'
import { moveWatermark, writePostings } from './tables/postings.ts'

/** How many rows one statement writes: about 5 ms. */
const ROWS = 500

/** Writes rows in statements outside of commits. Each may run twice. */
export class PostgresPostings implements Postings {
  readonly runCommits: number
  readonly #database: Database
  readonly #tail: SharedTail

  /** `tail` is what the reader has seen of the log. */
  constructor(database: Database, tail: SharedTail, runCommits: number) {
    this.runCommits = runCommits
    this.#database = database
    this.#tail = tail
  }

  async watermark(): Promise<Watermark> {
    return (await this.#posted()).state.watermark
  }

  async follow(): Promise<boolean> {
    return this.#database.read(async (session) => {
      const posted = await Posted.read(session, this.#tail)
      return (await posted.follow(1)).at.commit >= posted.state.head.commit
    })
  }

  async extend(signal?: AbortSignal): Promise<Watermark | null> {
    let { state } = await this.#posted()
    const wholeRun = () => this.#tail.behind(state).runFrom(state.watermark, this.runCommits)
    let whole = wholeRun()
    for (let isAtEnd = false; whole === null; whole = wholeRun()) {
      if (isAtEnd || signal?.aborted === true) return null
      isAtEnd = await this.follow()
      state = (await this.#posted()).state
    }
    const run = { from: state, last: whole.last }
    try {
      for (const rows of inPieces(whole.run.rows())) {
        if (signal?.aborted === true) return null
        await this.#database.using((session) => writePostings(session, run, rows))
      }
      const isMoved = await this.#database.using((session) => moveWatermark(session, run))
      return isMoved ? whole.last : await this.watermark()
    } catch (error) {
      throw writeFault(error)
    }
  }

  async #posted(): Promise<Posted> {
    return this.#database.read((session) => Posted.read(session, this.#tail))
  }
}

function* inPieces(rows: Iterable<PostingRow>): Generator<PostingRow[]> {
  let piece: PostingRow[] = []
  for (const row of rows) {
    piece.push(row)
    if (piece.length < ROWS) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

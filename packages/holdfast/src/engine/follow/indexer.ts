import { backOffMs } from '../../model/back-off.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { endsRun, type Watermark } from '../../postings/run.ts'
import type { Head, Postings, Writer } from '../../store/store.ts'

const BACK_OFF = { firstMs: 1000, longestMs: 60_000 }
/** The log is followed when it has grown by this much. */
const PIECE = { commit: 250, seq: 4096 }
/** Warns when a run has failed this many times in a row. */
const TOLD_AFTER = 3
/** No consumer can have this name. */
const LEASE = ' postings'

export interface IndexerOptions {
  readonly postings: Postings
  /** So that one process at a time writes runs. */
  readonly writer: Pick<Writer, 'lead'>
  readonly head: () => Head
  readonly onWarning: (warning: Error) => void
}

/**
 * Follows the log after the commits and writes postings, a run at a time. Nothing depends on it: reads find what it has
 * not reached yet, only slower.
 */
export class Indexer {
  readonly #options: IndexerOptions
  readonly #stop = new AbortController()
  #watermark: Watermark | null = null
  #running: Promise<void> | null = null
  /** The head when the log was followed last. */
  #seen: Watermark
  #failures = 0
  #retry: NodeJS.Timeout | null = null

  constructor(options: IndexerOptions) {
    this.#options = options
    this.#seen = options.head()
    this.#begin()
  }

  /** Entries not posted yet; null if unknown. */
  get behind(): number | null {
    return this.#watermark === null ? null : this.#options.head().seq - this.#watermark.seq
  }

  /** After each commit. */
  committed(): void {
    if (this.#running === null && this.#retry === null && this.#isDue()) this.#begin()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    if (this.#retry !== null) clearTimeout(this.#retry)
    await this.#running
  }

  #isDue(): boolean {
    return this.#hasRun() || this.#hasPiece()
  }

  /** Whether the log has all of the next run. */
  #hasRun(): boolean {
    const { commit, seq } = this.#options.head()
    const { runCommits } = this.#options.postings
    return this.#watermark !== null && endsRun(this.#watermark, commit, seq, runCommits)
  }

  /** Whether the log has grown enough that reads would take longer. */
  #hasPiece(): boolean {
    const { commit, seq } = this.#options.head()
    return seq - this.#seen.seq >= PIECE.seq || commit - this.#seen.commit >= PIECE.commit
  }

  #begin(): void {
    this.#running = this.#run().then(
      () => void (this.#failures = 0),
      (error: unknown) => this.#failed(error as Error),
    )
    void this.#running.finally(() => void (this.#running = null))
  }

  async #run(): Promise<void> {
    const { postings, writer } = this.#options
    const { signal } = this.#stop
    // Another process may have moved it.
    this.#watermark = await postings.watermark()
    while (!signal.aborted && this.#hasRun()) {
      if (!(await writer.lead(LEASE))) return this.#later(BACK_OFF.longestMs)
      const through = await postings.extend(signal)
      if (through === null) return
      this.#watermark = through
    }
    while (!signal.aborted && this.#hasPiece()) {
      this.#seen = this.#options.head()
      while (!signal.aborted && !(await postings.follow()));
    }
  }

  #failed(error: Error): void {
    if (this.#stop.signal.aborted) return
    this.#failures++
    this.#later(backOffMs(BACK_OFF, this.#failures))
    if (this.#failures !== TOLD_AFTER) return
    const message = `what reads find records by cannot be written now, and is later; they take longer until then: ${error.message}`
    this.#options.onWarning(new OperationalError('STORE_UNAVAILABLE', message, { cause: error }))
  }

  #later(ms: number): void {
    if (this.#stop.signal.aborted) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#begin()
    }, ms)
    this.#retry.unref()
  }
}

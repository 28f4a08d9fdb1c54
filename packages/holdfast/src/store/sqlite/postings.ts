import type { Watermark } from '../../postings/run.ts'
import type { Postings } from '../store.ts'
import type { WholeRun } from './read/posted.ts'
import type { PackedPostings } from './tables/postings.ts'
import type { Channel } from './thread/thread.ts'
import { writeFailure } from './writer.ts'

/** The reading thread follows the log between long reads; the writing thread writes rows between commits. */
export class SqlitePostings implements Postings {
  readonly runCommits: number
  readonly #readChannel: () => Promise<Channel>
  readonly #writeChannel: Channel

  constructor(readChannel: () => Promise<Channel>, writeChannel: Channel, runCommits: number) {
    this.runCommits = runCommits
    this.#readChannel = readChannel
    this.#writeChannel = writeChannel
  }

  async watermark(): Promise<Watermark> {
    // Asked of the writer: if there is nothing to do, no reading thread is started.
    return this.#writeChannel.call('watermark', [])
  }

  async follow(): Promise<boolean> {
    const reading = await this.#readChannel()
    return reading.call<boolean>('followLog', [])
  }

  async extend(signal?: AbortSignal): Promise<Watermark | null> {
    try {
      const reading = await this.#readChannel()
      let run = await reading.call<WholeRun | null>('beginRun', [])
      for (let isAtEnd = false; run === null; run = await reading.call('beginRun', [])) {
        if (isAtEnd || signal?.aborted === true) return null
        isAtEnd = await reading.call<boolean>('followLog', [])
      }
      for (;;) {
        signal?.throwIfAborted()
        const rows = await reading.call<PackedPostings | null>('runRows', [])
        if (rows === null) break
        await this.#writeChannel.call('writePostings', [run.from.seq, rows])
      }
      await this.#writeChannel.call('moveWatermark', [run.through])
      return run.through
    } catch (error) {
      if (signal?.aborted === true) return null
      throw writeFailure(error, 'not-committed')
    }
  }
}

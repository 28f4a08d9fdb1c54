import { OperationalError } from '../../model/operational-error.ts'
import { StoreFailure, unsent } from '../failure.ts'
import type { Commit, Loaded, Move, Needs, Rebuilding, Writer } from '../store.ts'
import { packNeeds, unpackLoaded } from './packed/needs.ts'
import { Packer } from './packed/pack.ts'
import type { PackedCommit } from './packed/packed-commit.ts'
import type { Channel } from './thread/thread.ts'

/** The port's writer: packs what is to be written, and calls the session that writes. */
export class SqliteWriter implements Writer {
  /** While one commit waits for the disk, the next one is decided and sent. */
  readonly depth = 2
  readonly carry = null
  readonly headLock = null
  readonly watch = null
  readonly #channel: Channel
  readonly #packer = new Packer()

  constructor(channel: Channel) {
    this.#channel = channel
  }

  async load(needs: Needs): Promise<Loaded> {
    return unpackLoaded(needs, await this.#ask('load', packNeeds(needs)))
  }

  async commit(commit: Commit): Promise<null> {
    const packed = this.#pack(commit)
    try {
      await this.#channel.call('commit', [packed], {
        transfer: [packed.numbers.buffer, packed.body.buffer],
      })
      return null
    } catch (error) {
      this.#packer.forget()
      throw writeFailure(error, 'unknown')
    }
  }

  #pack(commit: Commit): PackedCommit {
    try {
      return this.#packer.pack(commit)
    } catch (error) {
      this.#packer.forget()
      throw unsent(error)
    }
  }

  async wasCommitted(batchId: string): Promise<boolean> {
    return this.#ask('wasCommitted', batchId)
  }

  async recover(): ReturnType<Writer['recover']> {
    this.#packer.forget()
    return this.#ask('recover')
  }

  async movePosition(move: Move): Promise<boolean> {
    return this.#ask('movePosition', move)
  }

  async tryWrite(): Promise<void> {
    return this.#ask('tryWrite')
  }

  async oldKeys(before: number, limit: number): Promise<number> {
    return this.#ask('oldKeys', before, limit)
  }

  async rebuild(): Promise<Rebuilding> {
    await this.#ask('beginRebuild')
    const packer = new Packer()
    const before = { seq: 0, levelKeys: 0 }
    return {
      commit: async (commit) => this.#ask('addCommit', packer.pack(commit)),
      position: async (position) => this.#ask('addPosition', position),
      // Every column is written: these rows are as they stand now, not as they were made.
      add: async (rows) =>
        this.#ask('addRows', packer.packState({ ...rows, before, hasRare: true })),
      finish: async () => this.#ask('finishRebuild'),
      abandon: async () => this.#ask('abandonRebuild'),
    }
  }

  async dueHolds(now: number, limit: number): Promise<readonly string[]> {
    return this.#ask('dueHolds', now, limit)
  }

  async lead(_name: string): Promise<boolean> {
    return true
  }

  async resign(_name: string): Promise<void> {}

  async #ask<T>(name: string, ...args: unknown[]): Promise<T> {
    try {
      return await this.#channel.call<T>(name, args)
    } catch (error) {
      throw writeFailure(error, 'not-committed')
    }
  }
}

/** An error that is not the session's own means that its thread ended: what it did last is unknown. */
export function writeFailure(error: unknown, outcome: 'unknown' | 'not-committed'): Error {
  if (error instanceof StoreFailure || error instanceof OperationalError) return error
  const message = `the writing thread is gone: ${(error as Error).message}`
  return new StoreFailure(message, { outcome, fatal: true, cause: error })
}

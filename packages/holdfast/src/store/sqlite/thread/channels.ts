import type { SessionOptions, Role } from './messages.ts'
import { SameThread } from './same-thread.ts'
import { closed, Thread, type Channel } from './thread.ts'

/** The channels of one open store, so that closing it leaves no connection behind. */
export class Channels {
  readonly #optionsOf: (role: Role) => SessionOptions
  readonly #worker: boolean
  /** In the order in which they were opened; null for one that failed to open. */
  readonly #open = new Set<Promise<Channel | null>>()
  #closing: Promise<void> | null = null

  constructor(worker: boolean, optionsOf: (role: Role) => SessionOptions) {
    this.#worker = worker
    this.#optionsOf = optionsOf
  }

  /** @throws OperationalError */
  async open(role: Role): Promise<Channel> {
    if (this.#closing !== null) throw closed()
    const options = this.#optionsOf(role)
    const opening: Promise<Channel> = this.#worker ? Thread.open(options) : SameThread.open(options)
    const settled = opening.catch(() => null)
    this.#open.add(settled)
    try {
      return await opening
    } catch (error) {
      this.#open.delete(settled)
      throw error
    }
  }

  async close(channel: Channel): Promise<void> {
    await channel.close()
    for (const settled of this.#open) if ((await settled) === channel) this.#open.delete(settled)
  }

  /**
   * Readers first: the last connection to go, the writer's, tidies up the log. One that cannot be closed keeps no other
   * open; its error is thrown at the end.
   */
  async closeAll(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const settled of [...this.#open].reverse()) {
      const channel = await settled
      await channel?.close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}

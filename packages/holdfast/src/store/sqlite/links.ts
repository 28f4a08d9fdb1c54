import type { DeskOrder, Role } from './messages.ts'
import { SameThread } from './same-thread.ts'
import { closed, Thread, type Link } from './thread.ts'

/** The connections of one open store, so that closing it leaves none behind. */
export class Links {
  readonly #order: (role: Role) => DeskOrder
  readonly #worker: boolean
  readonly #open = new Set<Promise<Link>>()
  #closing: Promise<void> | null = null

  constructor(worker: boolean, order: (role: Role) => DeskOrder) {
    this.#worker = worker
    this.#order = order
  }

  /** @throws OperationalError */
  async open(role: Role): Promise<Link> {
    if (this.#closing !== null) throw closed()
    const order = this.#order(role)
    const opening: Promise<Link> = this.#worker ? Thread.open(order) : SameThread.open(order)
    this.#open.add(opening)
    try {
      return await opening
    } catch (error) {
      this.#open.delete(opening)
      throw error
    }
  }

  async close(link: Link): Promise<void> {
    await link.close()
    for (const opening of this.#open) if ((await opening) === link) this.#open.delete(opening)
  }

  /** Readers first: the last connection to go, the writer's, tidies up the log. */
  async closeAll(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    for (const opening of [...this.#open].reverse()) {
      const link = await opening.catch(() => null)
      await link?.close()
    }
  }
}

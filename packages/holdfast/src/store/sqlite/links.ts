import type { DeskOrder, Role } from './messages.ts'
import { SameThread } from './same-thread.ts'
import { closed, Thread, type Link } from './thread.ts'

/** The connections of one open store, so that closing it leaves none behind. */
export class Links {
  readonly #order: (role: Role) => DeskOrder
  readonly #worker: boolean
  /** In the order in which they were opened; those that failed to open answer null. */
  readonly #open = new Set<Promise<Link | null>>()
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
    const settled = opening.catch(() => null)
    this.#open.add(settled)
    try {
      return await opening
    } catch (error) {
      this.#open.delete(settled)
      throw error
    }
  }

  async close(link: Link): Promise<void> {
    await link.close()
    for (const settled of this.#open) if ((await settled) === link) this.#open.delete(settled)
  }

  /** Readers first: the last connection to go, the writer's, tidies up the log. */
  async closeAll(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    for (const settled of [...this.#open].reverse()) await (await settled)?.close()
  }
}

import type { Inventory } from 'holdfast'

const STALE_MS = 15_000
const PAGE = 1000

/**
 * Holds that live, and holds that were written down as expired since this process began. Counted
 * when somebody asks, at most every quarter of a minute, and beside the asking: many holds take a
 * while, and the figures of the last count are answered meanwhile.
 */
export class HoldCounts {
  active = 0
  expired = 0
  readonly #inventory: Inventory
  #after: number | null = null
  #countedAt = -Infinity
  #counting: Promise<void> | null = null

  constructor(inventory: Inventory) {
    this.#inventory = inventory
  }

  async refresh(waitMs: number): Promise<void> {
    if (performance.now() - this.#countedAt < STALE_MS) return
    this.#counting ??= this.#count()
      .catch(() => undefined)
      .finally(() => (this.#counting = null))
    const timer = new Promise<void>((resolve) => setTimeout(resolve, waitMs).unref())
    await Promise.race([this.#counting, timer])
  }

  async #count(): Promise<void> {
    const { seq } = await this.#inventory.head()
    let active = 0
    for (let cursor: string | undefined; ;) {
      const page = await this.#inventory.listReservations({
        status: 'PENDING',
        limit: PAGE,
        cursor,
      })
      active += page.items.length
      if (page.cursor === null) break
      cursor = page.cursor
    }
    this.active = active
    this.#after ??= seq
    for await (const entry of this.#inventory.audit({ after: this.#after, type: 'RETURNED' })) {
      if (entry.metadata['because'] === 'expired') this.expired++
    }
    this.#after = seq
    this.#countedAt = performance.now()
  }
}

import type { Inventory } from 'holdfast'
import { Refreshed } from './refreshed.ts'

const STALE_MS = 15_000
const PAGE = 1000

/** Holds that have not expired, and those recorded as expired since this process started. Counting many takes a while. */
export class HoldCounts {
  active = 0
  expired = 0
  readonly #inventory: Inventory
  #after: number | null = null
  readonly #refreshed = new Refreshed(STALE_MS, () => this.#count())

  constructor(inventory: Inventory) {
    this.#inventory = inventory
  }

  refresh(waitMs: number): Promise<void> {
    return this.#refreshed.refresh(waitMs)
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
  }
}

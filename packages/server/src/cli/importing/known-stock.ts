import type { Command, LevelCounts } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import type { TableLevel } from './stock-table.ts'

/** The moment that a count is about. */
export type AsOf = Extract<Command, { verb: 'countStock' }>['asOf']
type LevelId = Pick<LevelCounts, 'warehouseId' | 'productId'>

/** What the inventory already has of the levels and products of a table. */
export class KnownStock {
  /** The counts of the table's levels that exist. */
  readonly #levels = new Map<string, LevelCounts>()
  readonly #products = new Set<string>()
  readonly #lastCounts = new Map<string, number>()
  /** The newest entry when it was read. */
  seq = 0

  static async read(
    inventory: AnyInventory,
    levels: readonly TableLevel[],
    asOf: AsOf,
  ): Promise<KnownStock> {
    const known = new KnownStock()
    const wanted = new Set(levels.map(keyOf))
    let cursor: string | undefined
    do {
      const page = await inventory.listStock({ limit: 1000, cursor })
      // Of the first page: what has changed since may have changed before its own was read.
      if (cursor === undefined) known.seq = page.seq
      for (const level of page.items) {
        known.#products.add(level.productId)
        if (wanted.has(keyOf(level))) known.#levels.set(keyOf(level), level)
      }
      cursor = page.cursor ?? undefined
    } while (cursor !== undefined)
    if (asOf !== undefined) await known.#readCounts(inventory, asOf, wanted)
    return known
  }

  async #readCounts(
    inventory: AnyInventory,
    asOf: NonNullable<AsOf>,
    wanted: ReadonlySet<string>,
  ): Promise<void> {
    // A time that has not been yet is refused with the first count.
    if ((asOf.time ?? 0) > Date.now()) return
    const since = asOf.time === undefined ? { after: asOf.seq } : { from: asOf.time + 1 }
    for (const type of ['COUNTED', 'COUNTED_ASIDE'] as const) {
      for await (const entry of inventory.audit({ ...since, type })) {
        const key = keyOf(entry)
        if (!wanted.has(key)) continue
        this.#lastCounts.set(key, Math.max(entry.seq, this.#lastCounts.get(key) ?? 0))
      }
    }
  }

  /** The newest entry of a count of the level after the moment that the table is about; undefined if there is none. */
  countedSince(id: LevelId): number | undefined {
    return this.#lastCounts.get(keyOf(id))
  }

  level(id: LevelId): LevelCounts | undefined {
    return this.#levels.get(keyOf(id))
  }

  /** Products without a level yet; `like` is a known or new one that differs only in case. */
  newProducts(levels: readonly TableLevel[]): { productId: string; line: number; like?: string }[] {
    const byFold = new Map([...this.#products].map((id) => [id.toLowerCase(), id]))
    const lines = new Map<string, number>()
    for (const {
      productId,
      lines: [line],
    } of levels) {
      if (!this.#products.has(productId) && line! < (lines.get(productId) ?? Infinity))
        lines.set(productId, line!)
    }
    return [...lines]
      .toSorted(([, a], [, b]) => a - b)
      .map(([productId, line]) => {
        const like = byFold.get(productId.toLowerCase())
        byFold.set(productId.toLowerCase(), like ?? productId)
        return { productId, line, ...(like === undefined ? {} : { like }) }
      })
  }
}

/** Ids have no control characters. */
export function keyOf({ warehouseId, productId }: LevelId): string {
  return `${warehouseId}\t${productId}`
}

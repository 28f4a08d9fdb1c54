import { join } from 'node:path'
import type { Inventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { BareSqlite } from './bare/sqlite-loop.ts'
import { chances } from './chance.ts'
import { speed } from './compare.ts'
import type { Side } from './row.ts'
import { inFlight } from './in-flight.ts'
import type { Grown } from './growth-rows.ts'
import { fill, openShop, productId, reserveOf, TTL_MS } from './shop.ts'

const CALLERS = 1024
/** Of ten million products still a sum that a number holds. */
export const QTY = 1_000_000

/** Our file and the bare one, both with so many levels and entries. */
export class GrownFile implements Grown {
  readonly levels: number
  readonly path: string
  readonly openMs: number[] = []
  readonly #bare: BareSqlite
  readonly #picks: Int32Array
  #shop: Inventory | null = null

  constructor(folder: string, levels: number, operations: number) {
    this.levels = levels
    this.path = join(folder, `ours-${levels}.db`)
    this.#bare = new BareSqlite(join(folder, `bare-${levels}.db`), levels, QTY)
    this.#picks = chances(operations, levels)
  }

  /** Fills it through the front door, then opens it again a few times. */
  async grow(): Promise<void> {
    const filling = await openShop(sqlite({ path: this.path }))
    await fill(filling, this.levels, QTY)
    await filling.close()
    for (let turn = 0; turn < 3; turn++) {
      await this.#shop?.close()
      const start = performance.now()
      this.#shop = await openShop(sqlite({ path: this.path }))
      this.openMs.push(performance.now() - start)
    }
  }

  /** Reserves other products in every round: no cache has seen them all. */
  get sides(): { ours: Side; bare: Side } {
    const picks = this.#picks
    let turn = 0
    return {
      ours: () => {
        const shift = (turn++ * 7919) % this.levels
        return inFlight(CALLERS, picks.length, (index) =>
          this.#shop!.reserve(reserveOf(productId((picks[index]! + shift) % this.levels))),
        )
      },
      bare: () => {
        const start = performance.now()
        this.#bare.reserveAll(picks, 1000, TTL_MS)
        return speed(picks.length, start)
      },
    }
  }

  async close(): Promise<void> {
    await this.#shop?.close()
    this.#bare.close()
  }
}

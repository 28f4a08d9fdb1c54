import type { Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { fillInBulk } from '../packages/holdfast/test/postgres/fill.ts'
import { BarePostgres } from './bare/postgres-loop.ts'
import { chances } from './chance.ts'
import { speed } from './compare.ts'
import type { Side } from './row.ts'
import { QTY } from './grown-file.ts'
import type { Grown } from './growth-rows.ts'
import { inFlight } from './in-flight.ts'
import type { PostgresPlace } from './postgres-place.ts'
import { openShop, productId, reserveOf, TTL_MS, WAREHOUSE } from './shop.ts'

const CALLERS = 1024

/** Our schema and the bare one, both with so many levels and entries. */
export class PostgresGrown implements Grown {
  readonly levels: number
  readonly openMs: number[] = []
  readonly #place: PostgresPlace
  readonly #picks: Int32Array
  #bare: BarePostgres | null = null
  #shop: Inventory | null = null

  constructor(place: PostgresPlace, levels: number, operations: number) {
    this.levels = levels
    this.#place = { ...place, schema: `${place.schema}_${levels}` }
    this.#picks = chances(operations, levels)
  }

  /** Fills both in bulk, then opens ours a few times. */
  async grow(): Promise<void> {
    const { url, schema } = this.#place
    const { levels } = this
    await fillInBulk({ url, schema, warehouseId: WAREHOUSE, levels, productId, qty: QTY })
    this.#bare = await BarePostgres.open(url, `${schema}_bare`, levels, QTY)
    for (let turn = 0; turn < 3; turn++) {
      await this.#shop?.close()
      const start = performance.now()
      this.#shop = await openShop(postgres({ connectionString: url, schema }), {
        warehouses: undefined,
      })
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
      bare: async () => {
        const start = performance.now()
        await this.#bare!.reserveAll(picks, 1000, TTL_MS)
        return speed(picks.length, start)
      },
    }
  }

  async close(): Promise<void> {
    await this.#shop?.close()
    await this.#bare?.close()
  }
}

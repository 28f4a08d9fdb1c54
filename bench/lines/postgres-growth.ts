import { postgres } from 'holdfast/postgres'
import { fillInBulk } from '../../packages/holdfast/test/postgres/support/fill.ts'
import { BarePostgres } from '../against/bare-postgres.ts'
import { growthRows, QTY, sizesOf, type Grown } from '../measure/growth.ts'
import type { Line } from '../measure/line.ts'
import { openDatabase, type Database } from '../measure/postgres.ts'
import { openShop, productId, WAREHOUSE } from '../measure/shop.ts'

/** The cost of an operation and of opening on PostgreSQL when its tables have grown. */
export const postgresGrowth: Line = {
  name: 'postgres-growth',
  async measure(bench) {
    const database = await openDatabase()
    if (database === null) return []
    const schemas = sizesOf(bench).map((levels) => new GrownSchema(database, levels))
    const note = 'the bare loop batches by hand and knows its balances'
    const rows = await growthRows(bench, 'PostgreSQL', 60_000, schemas, { note })
    await database.remove()
    return rows
  },
}

/** The engine's schema and the bare one, filled in bulk. */
class GrownSchema implements Grown {
  readonly levels: number
  readonly #url: string
  readonly #schema: string
  #bare: BarePostgres | null = null

  constructor({ url, schema }: Database, levels: number) {
    this.levels = levels
    this.#url = url
    this.#schema = `${schema}_${levels}`
  }

  async fill(): Promise<void> {
    const [url, schema, levels] = [this.#url, this.#schema, this.levels]
    await fillInBulk({ url, schema, warehouseId: WAREHOUSE, levels, productId, qty: QTY })
    this.#bare = await BarePostgres.open(url, `${schema}_bare`, levels, QTY)
  }

  readonly open = () =>
    openShop(postgres({ connectionString: this.#url, schema: this.#schema }), {
      warehouses: undefined,
    })
  readonly reserveBare = (picks: Int32Array) => this.#bare!.reserveAll(picks, 1000)
  readonly closeBare = () => this.#bare!.close()
}

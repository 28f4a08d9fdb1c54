import { join } from 'node:path'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import type { InventoryOptions } from 'holdfast'
import type { Bench, Line } from '../measure/line.ts'
import { onDatabase } from '../measure/postgres.ts'
import { fillForReads, READ_WAREHOUSES, readRows } from '../measure/reads.ts'
import { openShop } from '../measure/shop.ts'
import type { Row } from '../measure/table.ts'

/** How long reads take in a shop of three million reservations (of a tenth of that without --big). */
export const reads: Line = {
  name: 'reads',
  measure: (bench) => measured(bench, 'SQLite', sqlite({ path: join(bench.folder, 'reads.db') })),
}

export const postgresReads: Line = {
  name: 'postgres-reads',
  measure: (bench) =>
    onDatabase(({ url, schema }) =>
      measured(bench, 'PostgreSQL', postgres({ connectionString: url, schema })),
    ),
}

async function measured(
  bench: Bench,
  name: string,
  store: InventoryOptions['store'],
): Promise<Row[]> {
  const inventory = await openShop(store, { warehouses: READ_WAREHOUSES })
  const shop = await fillForReads(inventory, bench.operations(bench.big ? 3_000_000 : 300_000))
  const rows = await readRows(bench, name, shop)
  await inventory.close()
  return rows
}

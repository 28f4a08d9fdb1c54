import { deepEqual, equal, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { PostgresStore } from '../../src/store/postgres/open.ts'
import { fillInBulk } from './support/fill.ts'
import { growOld } from './support/grow-old.ts'
import { hotDeeds } from './support/hot-statements.ts'
import { newSchema, server, url } from './support/place.ts'
import { inVain, nodesOf, outline, pagesOf, Watched, type PlanNode } from './support/plans.ts'

const LEVELS = 20_000
/** Commits whose postings are written at once. */
const RUN = 10
/** A few rows of a table, or read in vain, are not worth avoiding. */
const FEW = 1_000
/** 200 commands find and write about 5 pages each in a few tables and indexes. */
const MOST_PAGES = 25_000
const productId = (number: number): string => `P-${String(number).padStart(6, '0')}`
function readsAll(node: PlanNode): boolean {
  return node['Node Type'] === 'Seq Scan' && (node['Actual Rows'] ?? 0) + inVain(node) > FEW
}

test('bulk-filled tables are what the engine would have written', async () => {
  const schema = newSchema()
  await fillInBulk({ url, schema, warehouseId: 'SF', levels: 2_500, productId, qty: 7 })
  await using inventory = await openInventory({
    store: postgres({ connectionString: url, schema }),
    sweepMs: 0,
  })
  const { ok: holds, entries, commits, levels } = await inventory.verify()
  deepEqual([holds, entries, commits, levels], [true, 2_501, 4, 2_500])
  const place = { warehouseId: 'SF', productId: productId(2_499) }
  await inventory.reserve({ ...place, qty: 2, ttlMs: 60_000 })
  equal((await inventory.stock(place)).available, 5)
  equal((await inventory.verify()).ok, true)
})

test(
  `among ${LEVELS} levels and more entries no hot statement reads more than it needs`,
  { skip: server === null && 'only a superuser may load auto_explain' },
  async (t: TestContext) => {
    const schema = newSchema()
    const filling = { url, schema, warehouseId: 'SF', productId, levels: LEVELS, qty: 1_000_000 }
    await fillInBulk(filling)
    await growOld(filling)
    const watched = new Watched(url)
    t.after(async () => watched.pool.end())
    const store = new PostgresStore({ pool: watched.pool, schema }, RUN)
    let statements = 0
    const offences: string[] = []
    for (const { what, run } of hotDeeds({ store, ...filling })) {
      for (const plan of await watched.during(run)) {
        // Apart from the statements on PostgreSQL's own tables at opening.
        if (!plan.statement.includes(schema)) continue
        statements++
        const told = `${what}: ${plan.statement}\n${outline(plan.root)}\n${pagesOf(plan)} pages`
        const nodes = [...nodesOf(plan.root)]
        const wasteful = nodes.some((node) => readsAll(node) || inVain(node) > FEW)
        if (wasteful || pagesOf(plan) > MOST_PAGES) offences.push(told)
      }
    }
    deepEqual(offences.join('\n\n'), '')
    ok(statements > 60, `${statements} statements were seen`)
  },
)

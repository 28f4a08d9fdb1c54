import { deepEqual, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { openInventory } from 'holdfast'
import { buyALot } from '../../src/testing/bought-a-lot.ts'
import { PostgresStore } from '../../src/store/postgres/open.ts'
import { newSchema, server, url } from './support/place.ts'
import { nodesOf, outline, pagesOf, Watched } from './support/plans.ts'

const HOUR = 3_600_000

test(
  'holds of an owner who bought a lot are found by their numbers, not among those of all',
  { skip: server === null && 'only a superuser may load auto_explain' },
  async (t: TestContext) => {
    const watched = new Watched(url)
    t.after(async () => watched.pool.end())
    await using inventory = await openInventory({
      store: new PostgresStore({ pool: watched.pool, schema: newSchema() }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
      sweepMs: 0,
    })
    const id = await buyALot(inventory)
    const extend = async (of: { owner: string } | { group: string }): Promise<void> => {
      const { reservations } = await inventory.extendAll({ of, ttlMs: HOUR })
      deepEqual(
        reservations.map((one) => one.id),
        [id],
      )
    }
    await extend({ owner: 'ann' })
    for (const holder of [{ group: 'order-1' }, { owner: 'ann' }]) {
      const plans = await watched.during(() => extend(holder))
      for (const plan of plans) {
        const told = `${plan.statement}\n${outline(plan.root)}`
        for (const node of nodesOf(plan.root))
          if (node['Relation Name'] === 'reservation')
            ok([undefined, 'reservation_pkey'].includes(node['Index Name']), told)
        ok(pagesOf(plan) < 300, `${pagesOf(plan)} pages: ${told}`)
      }
      ok(plans.some(({ statement }) => statement.includes('.reservation')))
    }
  },
)

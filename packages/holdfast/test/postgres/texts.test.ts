import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { newSchema, url } from './support/place.ts'

const OWNERS = ['plain', ',', '"', '\\', '","', 'a","b', '\\","', '],["', '🧦 ,"', 'null', 'end']

for (const owners of [OWNERS, OWNERS.filter((owner) => owner !== 'null')])
  test(`texts are read as they were written, alone among others (${owners.length} of them)`, async () => {
    await using inventory = await openInventory({
      store: postgres({ connectionString: url, schema: newSchema() }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
      sweepMs: 0,
    })
    const sock = { warehouseId: 'SF', productId: 'SOCK' }
    await inventory.addStock({ ...sock, qty: 100, source: 'FACTORY' })
    const hold = { verb: 'reserve' as const, ...sock, qty: 1, ttlMs: 60_000 }
    await inventory.batch({
      commands: owners.map((owner) => ({ ...hold, owner, group: `of ${owner}` })),
    })
    const { entries } = await inventory.explain({ ...sock, limit: owners.length })
    const told = entries.map(({ metadata, group }) => [metadata['owner'], group])
    deepEqual(
      told.toReversed(),
      owners.map((owner) => [owner, `of ${owner}`]),
    )
    for (const owner of owners) {
      const found: unknown[] = []
      for await (const entry of inventory.audit({ group: `of ${owner}` }))
        found.push(entry.metadata['owner'])
      deepEqual(found, [owner])
    }
  })

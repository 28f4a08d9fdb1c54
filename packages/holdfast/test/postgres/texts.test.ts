import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { newSchema, url } from './support/place.ts'

/** More than a piece has, each of which could end one. */
const ENDINGS = Array.from({ length: 40 }, (_, index) => `${index}",`)
const OWNERS = ['plain', ',', '"', '\\', '","', 'a","b', '\\","', '],["', '🧦 ,"', 'null', 'end']

for (const owners of [OWNERS, OWNERS.filter((owner) => owner !== 'null'), ENDINGS])
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

test('what a warehouse was changed to is read alone', async () => {
  const name = 'West, "v":2'
  await using inventory = await openInventory({
    store: postgres({ connectionString: url, schema: newSchema() }),
    warehouses: [{ id: 'SF', name }],
    sweepMs: 0,
  })
  await inventory.closeWarehouse({ warehouseId: 'SF', actor: 'ann', group: 'moved' })
  const found: unknown[] = []
  for await (const { metadata, actor } of inventory.audit({ group: 'moved' }))
    found.push([metadata['name'], metadata['closed'], actor])
  deepEqual(found, [[name, 'true', 'ann']])
})

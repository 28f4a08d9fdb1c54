import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, type AuditEntry } from 'holdfast'
import { OWN_KEYS } from 'holdfast/model'
import { number } from './numbers.ts'
import { warehouseTold } from './warehouse-told.ts'

test('what an entry tells of a warehouse has the labels of the page, and no name of a field', async () => {
  const low = { reorderThreshold: 5, reorderThresholds: { MUG: 20, ['__proto__']: 3 } }
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [
      { id: 'SF', name: 'San Francisco', capacity: 1000, ...low },
      { id: 'LA', name: 'capacity' },
    ],
  })
  await inventory.changeWarehouse({ id: 'LA', name: 'LA', sells: false })
  const entries: AuditEntry[] = []
  for await (const entry of inventory.audit()) entries.push(entry)
  const told = entries.map(({ metadata }) => warehouseTold(metadata))
  deepEqual(told, [
    [
      ['Name', 'San Francisco'],
      ['Capacity', number(1000)],
      ['Low at', '5'],
      ['Low at for MUG', '20'],
      ['Low at for __proto__', '3'],
    ],
    [
      ['Name', 'capacity'],
      ['Low at', '0'],
    ],
    [
      ['Name', 'LA'],
      ['Low at', '0'],
    ],
  ])
  deepEqual(
    told.flat().filter(([label]) => OWN_KEYS.has(label)),
    [],
  )
})

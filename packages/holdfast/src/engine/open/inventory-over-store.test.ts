import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../store/memory/index.ts'
import { refusal } from '../../testing/refusal.ts'
import { openInventory } from './open-inventory.ts'

test('options of a change of a warehouse are checked like those of a command', async () => {
  const sf = { id: 'SF', name: 'San Francisco' }
  await using inventory = await openInventory({ store: memory(), warehouses: [sf] })
  const { seq } = await inventory.head()
  for (const options of [null, 5, true, [], { actr: 'ann' }, { actor: null }] as never[])
    for (const change of [
      () => inventory.changeWarehouse({ ...sf, capacity: 5 }, options),
      () => inventory.patchWarehouse({ id: 'SF', capacity: 5 }, options),
    ])
      equal((await refusal(change)).code, 'INVALID_INPUT', JSON.stringify(options))
  equal((await inventory.head()).seq, seq)
})

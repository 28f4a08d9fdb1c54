import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { startService } from '../../src/http/service.ts'
import { holdfast } from './support/holdfast.ts'

test('a list says that there is none when all was looked at, and before that none so far', async (t) => {
  const warehouses = [{ id: 'SF', name: 'San Francisco', reorderThreshold: 1 }]
  const inventory = await openInventory({ store: memory(), warehouses })
  t.after(() => inventory.close())
  // One more than a page with `low` looks at, and the last is low.
  const products = Array.from({ length: 5001 }, (_, index) => `P${1000 + index}`)
  const add = (productId: string, qty: number) =>
    inventory.addStock({ warehouseId: 'SF', productId, qty, source: 'S' })
  await Promise.all(products.map((productId) => add(productId, productId === 'P6000' ? 1 : 2)))
  const service = await startService({ inventory, port: 0 })
  t.after(() => service.close())
  const low = ['list-stock', '--low', '--url', service.url] as const

  const page = await holdfast(...low)
  equal(page.stdout, '')
  match(page.stderr, /^None so far: --cursor \S+ continues, --all prints every page\.\n$/)
  const all = await holdfast(...low, '--all')
  match(all.stdout, /^P6000 +SF +1 /m)
  equal(all.stderr, '')
  await add('P6000', 1)
  equal((await holdfast(...low, '--all')).stderr, 'none\n')
  equal((await holdfast(...low, '-p', 'P1000')).stderr, 'none\n')
})

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from '../index.ts'
import { refusal } from '../testing/refusal.ts'
import { counted } from './counted.ts'

test('one is no plural', () => {
  deepEqual(
    [0, 1, 2, 1200].map((count) => counted(count, 'entry', 'entries')),
    ['0 entries', '1 entry', '2 entries', '1200 entries'],
  )
})

test('refusals about one unit speak of one', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [
      { id: 'SF', name: 'SF', capacity: 1 },
      { id: 'NYC', name: 'NYC' },
    ],
  })
  const sock = { warehouseId: 'SF', productId: 'SOCK' }
  const shoe = { warehouseId: 'NYC', productId: 'SHOE' }
  await inventory.addStock({ ...sock, qty: 1, source: 'S' })
  await inventory.addStock({ ...shoe, qty: 2, source: 'S' })
  const sold = await inventory.sell({ ...shoe, qty: 1, ship: true })
  await inventory.sell({ ...shoe, qty: 1 })
  const said = async (call: () => Promise<unknown>) => (await refusal(call)).message
  deepEqual(
    [
      await said(() => inventory.addStock({ ...sock, qty: 1, source: 'S' })),
      await said(() => inventory.addStock({ ...sock, qty: 2, source: 'S' })),
      await said(() => inventory.closeWarehouse({ warehouseId: 'SF' })),
      await said(() => inventory.countStock({ ...shoe, onHand: 0 })),
      await said(() =>
        inventory.returnGoods({ reservationId: sold.id, qty: 2, into: 'available' }),
      ),
    ],
    [
      'SF holds 1 of 1 unit, 1 more does not fit',
      'SF holds 1 of 1 unit, 2 more do not fit',
      'SF holds 1 unit',
      '0 counted, but 1 of SHOE is reserved in NYC',
      'cannot take back 2 units: only 1 is out',
    ],
  )
})

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { openScene, type MakeShop } from './scene.ts'

const BOOT = { warehouseId: 'LA', productId: 'BOOT' }

/** What a program keeps beside the inventory, in the same transaction. */
export function marks(makeShop: MakeShop): void {
  test('marks are written with the effect of a command, and only if it has one', async (t) => {
    const { inventory, open } = await openScene(t, makeShop)
    equal(await inventory.mark('import'), null)
    const add = { ...BOOT, qty: 1, source: 'S' }
    await inventory.addStock(add, { marks: [{ name: 'import', value: 'line 1' }] })
    equal(await inventory.mark('import'), 'line 1')
    const refused = inventory.removeStock(
      { ...BOOT, qty: 9, reason: 'LOST' },
      { marks: [{ name: 'import', value: 'line 2' }] },
    )
    equal((await Promise.allSettled([refused]))[0].status, 'rejected')
    equal(await inventory.mark('import'), 'line 1')
    await inventory.batch(
      { commands: [{ verb: 'addStock', ...add }] },
      {
        marks: [
          { name: 'import', value: 'line 3' },
          { name: 'other', value: 'x' },
        ],
      },
    )
    await inventory.close()
    const again = await open()
    deepEqual(
      [await again.mark('import'), await again.mark('other'), await again.mark('imp')],
      ['line 3', 'x', null],
    )
  })
}

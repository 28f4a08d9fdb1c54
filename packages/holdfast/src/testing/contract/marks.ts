import { deepEqual, equal, rejects } from 'node:assert/strict'
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

  test('of many who set a mark at once if it is as they know it, one does, and all are told', async (t) => {
    const { inventory } = await openScene(t, makeShop)
    const name = 'job'
    const set = (expected: string | null, turn: string): Promise<(string | null)[]> =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          inventory.compareAndSetMark({ name, value: `${turn} ${index}` }, expected),
        ),
      )
    equal(await inventory.compareAndSetMark({ name, value: 'x' }, 'there'), null)
    equal(await inventory.mark(name), null)
    let before: string | null = null
    for (const turn of ['first', 'second', 'third']) {
      const told: (string | null)[] = await set(before, turn)
      const stored = await inventory.mark(name)
      deepEqual([...new Set(told)], [stored])
      equal(stored?.startsWith(turn), true)
      // Who knows it as it was changes nothing.
      deepEqual([...new Set(await set(before, 'late'))], [stored])
      before = stored
    }
    for (const [mark, expected] of [
      [{ name: 'consumer:c', value: '1' }, null],
      [{ name, value: 1 as never }, null],
      [{ name, value: 'x' }, 7 as never],
    ] as const)
      await rejects(inventory.compareAndSetMark(mark, expected), { code: 'INVALID_INPUT' })
  })
}

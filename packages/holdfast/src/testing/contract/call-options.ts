import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, type MakeShop } from './fixture.ts'

const ADD = { ...SOCK, qty: 1, source: 'SUPPLIER' }

/** What the library checks of a call before anything is sent. */
export function callOptions(makeShop: MakeShop): void {
  test('an empty list is refused by what is wrong with it, and none of statements is none', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    for (const list of [
      () => inventory.batch({ commands: [] }),
      () => inventory.atomically({ commands: [] }),
    ])
      await rejects(list, { code: 'INVALID_INPUT', message: 'commands must not be empty' })
    const key = { ...ADD, idempotencyKey: 'k' }
    const answer = await inventory.addStock(key, { also: [] })
    deepEqual(await inventory.addStock(key), answer)
    await inventory.batch({ commands: [{ verb: 'addStock', ...ADD }] }, { also: [] })
    equal(await counts(), '2/0/0')
  })

  test('a mistyped option of a call is refused, and the command is not executed', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    const options = { timeoutMS: 5 } as object
    const ways = [
      () => inventory.addStock(ADD, options),
      () => inventory.execute({ verb: 'addStock', ...ADD }, options),
      () => inventory.batch({ commands: [{ verb: 'addStock', ...ADD }] }, options),
      () => inventory.changeWarehouse({ id: 'SF', name: 'x' }, { actor: 'ann', ...options }),
    ]
    for (const way of ways) equal((await refusal(way)).code, 'INVALID_INPUT')
    for (const none of [null, 'fast', []])
      equal((await refusal(() => inventory.addStock(ADD, none as never))).code, 'INVALID_INPUT')
    equal(await counts(), '0/0/0')
  })
}

import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openFixture, SOCK, type MakeShop } from './fixture.ts'

/** Reads see every earlier reply. */
export function reads(makeShop: MakeShop): void {
  test('a read sees every reply that was given before it, and says at which position', async (t) => {
    const { inventory, began, counts } = await openFixture(t, makeShop)
    for (let i = 1; i <= 25; i++) {
      const { seq } = await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })
      equal(seq, began + i)
      equal((await inventory.stock(SOCK)).seq, seq)
      equal(await counts(), `${i}/0/0`)
      equal((await inventory.listStock()).seq, seq)
      equal((await inventory.listWarehouses()).items.find(({ id }) => id === 'SF')!.onHand, i)
    }
  })

  test('data and seq of a read are of one moment, though commands run meanwhile', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const adding = Promise.all(
      Array.from({ length: 300 }, () => inventory.addStock({ ...SOCK, qty: 1, source: 'S' })),
    )
    let last = 0
    for (let i = 0; i < 40; i++) {
      const { available, seq } = await inventory.stock(SOCK)
      equal(available, seq - began)
      ok(seq >= last, 'a later read showed an earlier moment')
      last = seq
    }
    await adding
    equal((await inventory.stock(SOCK)).available, 300)
  })
}

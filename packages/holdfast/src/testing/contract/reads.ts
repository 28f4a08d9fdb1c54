import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { MOVE, openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

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

  test('the fields of a record have one order, whoever made it and whatever it went through', async (t) => {
    const { inventory, socks, hold, open } = await openFixture(t, makeShop)
    await socks(30)
    const id = await hold(5)
    const owned = { owner: 'ann', group: 'g' }
    const holds: object[] = [
      await inventory.reserve({ ...SOCK, qty: 1, ttlMs: TTL, ...owned }),
      await inventory.extend({ reservationId: id, ttlMs: TTL }),
      await inventory.confirm({ reservationId: id, qty: 4 }),
      await inventory.ship({ reservationId: id, qty: 1 }),
      await inventory.cancel({ reservationId: id }),
    ]
    const wait = () => inventory.transfer({ ...MOVE, qty: 2, requiresApproval: true })
    const [first, second] = [await wait(), await wait()]
    const transfers: object[] = [
      first,
      await inventory.transfer({ ...MOVE, qty: 2 }),
      await inventory.approveTransfer({ transferId: first.id }),
      await inventory.rejectTransfer({ transferId: second.id, reason: 'no' }),
    ]
    const levels: object[] = [await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })]
    await inventory.close()
    const again = await open()
    holds.push(await again.getReservation({ reservationId: id }))
    holds.push(...(await again.listReservations()).items)
    transfers.push(await again.getTransfer({ transferId: first.id }))
    transfers.push(...(await again.listTransfers()).items)
    levels.push(await again.stock(SOCK), ...(await again.listStock()).items)
    for (const records of [holds, transfers, levels]) {
      const orders = records.map((record) => fieldsOf(record))
      for (const order of orders) deepEqual(order, orders[0])
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

/** Those of every record of its kind. */
function fieldsOf(record: object): string[] {
  return Object.keys(record).filter((name) => name !== 'seq' && name !== 'rest')
}

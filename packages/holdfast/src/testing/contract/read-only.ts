import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { collect } from '../listing.ts'
import { failure } from '../refusal.ts'
import { openFixture, SOCK, START, TTL, type MakeShop } from './fixture.ts'

/** Inventories opened read-only. */
export function readOnly(makeShop: MakeShop): void {
  test('a reader next to a writer sees what it commits', async (t) => {
    const { inventory, open, socks, hold } = await openFixture(t, makeShop)
    const reader = await open({ readOnly: true })
    for (let i = 1; i <= 5; i++) {
      await socks(2)
      await hold(1)
      const { available, held, seq } = await reader.stock(SOCK)
      deepEqual([available, held, seq], [i, i, (await inventory.head()).seq])
    }
    deepEqual(await collect(reader.audit()), await collect(inventory.audit()))
    equal((await reader.verify()).ok, true)
    await reader.close()
    await socks(1)
  })

  test('a read-only inventory changes nothing, and sees what was written', async (t) => {
    const { inventory, clock, open, socks, hold } = await openFixture(t, makeShop)
    await socks(5)
    const reservationId = await hold(2)
    await inventory.close()
    const reader = await open({ readOnly: true })
    clock.advance(TTL + 1)
    deepEqual([(await reader.stock(SOCK)).available, reader.stats().readOnly], [5, true])
    equal((await reader.getReservation({ reservationId })).status, 'EXPIRED')
    for (const write of [
      () => reader.addStock({ ...SOCK, qty: 1, source: 'S' }),
      () => reader.batch({ commands: [{ verb: 'release', reservationId }] }),
      () => reader.changeWarehouse({ id: 'SF', name: 'other' }),
    ])
      equal((await failure(write)).code, 'STORE_READ_ONLY')
    equal((await reader.verify()).ok, true)
  })

  test('a reader whose clock is behind does not revive an expired hold', async (t) => {
    const { inventory, clock, open, socks, hold } = await openFixture(t, makeShop)
    await socks(5)
    const reservationId = await hold(2)
    // Opened later, it would start at the trail's time.
    const reader = await open({
      readOnly: true,
      clock: () => START,
      monotonicClock: () => 0,
    })
    clock.advance(TTL + 1)
    // Now the trail has an entry after that time; the hold's expiry is not recorded yet.
    await inventory.addStock({ ...SOCK, productId: 'HAT', qty: 1, source: 'SUPPLIER' })
    const { status } = await reader.getReservation({ reservationId })
    const { items } = await reader.listReservations(SOCK)
    deepEqual([status, ...items.map((item) => item.status)], ['EXPIRED', 'EXPIRED'])
    const pending = await reader.listReservations({ ...SOCK, status: 'PENDING' })
    const over = await reader.listReservations({ ...SOCK, status: 'EXPIRED' })
    deepEqual([pending.items.length, over.items.length], [0, 1])
    const { available, held } = await reader.stock(SOCK)
    deepEqual([available, held], [5, 0])
    const [listed] = (await reader.listStock(SOCK)).items
    deepEqual([listed?.available, listed?.held], [5, 0])
    equal((await inventory.getReservation({ reservationId })).status, 'EXPIRED')
  })
}

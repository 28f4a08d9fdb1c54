import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, TTL, type Fixture, type MakeShop } from './fixture.ts'

/** setAside, putBack and writeOff; returnGoods. */
export function setAsideAndReturn(makeShop: MakeShop): void {
  const shelf = async ({ inventory }: Fixture): Promise<string> => {
    const { available, unsellable: aside, onHand } = await inventory.stock(SOCK)
    return `${available}+${aside}=${onHand}`
  }

  test('units are set aside, put back and written off', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, socks, trail, began } = fixture
    await socks(10)
    const aside = await inventory.setAside({ ...SOCK, qty: 4, reason: 'QUARANTINE' })
    deepEqual([aside.unsellable, aside.available, aside.onHand], [4, 6, 10])
    await inventory.putBack({ ...SOCK, qty: 1 })
    await inventory.writeOff({ ...SOCK, qty: 2, reason: 'MOTHS' })
    equal(await shelf(fixture), '7+1=8')
    const much = await refusal(() => inventory.writeOff({ ...SOCK, qty: 2, reason: 'MOTHS' }))
    deepEqual([much.code, much.details['unsellable']], ['INSUFFICIENT_STOCK', 1])
    await inventory.addStock({ ...SOCK, qty: 3, source: 'S', into: 'unsellable' })
    equal(await shelf(fixture), '7+4=11')
    deepEqual(await trail(began + 1), [
      ...['SET_ASIDE 4', 'PUT_BACK 1', 'WRITTEN_OFF 2', 'RECEIVED_ASIDE 3'],
    ])
    await checkInvariants(inventory)
  })

  test('no verb offers units that are set aside', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, socks, hold, clock } = fixture
    await socks(4)
    const over = await hold(1, 1)
    clock.advance(2)
    await inventory.setAside({ ...SOCK, qty: 4, reason: 'QUARANTINE' })
    await socks(3, 'NYC')
    const there = (await inventory.sell({ ...SOCK, warehouseId: 'NYC', qty: 1 })).id
    for (const command of [
      { verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL },
      { verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL, replaces: over },
      { verb: 'sell', ...SOCK, qty: 1 },
      { verb: 'confirm', reservationId: over, reacquire: true },
      { verb: 'moveReservation', reservationId: there, toWarehouseId: 'SF' },
      {
        verb: 'fulfillAcrossWarehouses',
        productId: 'SOCK',
        qty: 1,
        ttlMs: TTL,
        warehouseOrder: ['SF'],
      },
      { verb: 'transfer', ...MOVE, qty: 1 },
      { verb: 'removeStock', ...SOCK, qty: 1, reason: 'LOST' },
      { verb: 'setAside', ...SOCK, qty: 1, reason: 'SAMPLE' },
    ] as const) {
      const refused = await refusal(() => inventory.execute(command))
      deepEqual([refused.code, refused.details['available']], ['INSUFFICIENT_STOCK', 0])
    }
    equal(await shelf(fixture), '0+4=4')
    await checkInvariants(inventory)
  })

  test('goods are returned aside, or onto the shelf, and no more than were shipped', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, socks, trail } = fixture
    await socks(5)
    const { id: reservationId } = await inventory.sell({ ...SOCK, qty: 5, ship: true })
    const { seq } = await inventory.head()
    const first = await inventory.returnGoods({ reservationId, qty: 2, reason: 'WRONG SIZE' })
    deepEqual([first.status, first.cameBack], ['SHIPPED', 2])
    equal(await shelf(fixture), '0+2=2')
    await inventory.returnGoods({ reservationId, qty: 1, into: 'available' })
    equal(await shelf(fixture), '1+2=3')
    const much = await refusal(() => inventory.returnGoods({ reservationId, qty: 3 }))
    deepEqual([much.code, much.details['open']], ['INVALID_QTY', 2])
    deepEqual(await trail(seq), ['CAME_BACK 2', 'CAME_BACK 1', 'PUT_BACK 1'])
    const times: string[] = []
    for await (const { metadata } of inventory.audit({ reservationId, type: 'CAME_BACK' }))
      times.push(metadata['reason'] ?? '')
    deepEqual(times, ['WRONG SIZE', ''])
    await checkInvariants(inventory)
  })

  test('one parcel of two is returned while the other is still here', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, socks, counts } = fixture
    await socks(5)
    const { id: reservationId } = await inventory.sell({ ...SOCK, qty: 5 })
    await inventory.ship({ reservationId, qty: 2 })
    await inventory.returnGoods({ reservationId, qty: 2 })
    equal(await counts(), '0/0/3')
    equal(await shelf(fixture), '0+2=5')
    const more = await inventory.ship({ reservationId })
    deepEqual([more.status, more.shipped, more.cameBack], ['SHIPPED', 5, 2])
    await checkInvariants(inventory)
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openScene, TTL, type MakeShop, type Scene } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** Units that are in the building and may not be sold, and goods that come back. */
export function unsellable(makeShop: MakeShop): void {
  const shelf = async ({ inventory }: Scene): Promise<string> => {
    const { available, unsellable: aside, onHand } = await inventory.stock(SOCK)
    return `${available}+${aside}=${onHand}`
  }

  test('units are set aside, put back and written off', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, socks, trail, began } = scene
    await socks(10)
    const aside = await inventory.setAside({ ...SOCK, qty: 4, reason: 'QUARANTINE' })
    deepEqual([aside.unsellable, aside.available, aside.onHand], [4, 6, 10])
    await inventory.putBack({ ...SOCK, qty: 1 })
    await inventory.writeOff({ ...SOCK, qty: 2, reason: 'MOTHS' })
    equal(await shelf(scene), '7+1=8')
    const much = await refusal(() => inventory.writeOff({ ...SOCK, qty: 2, reason: 'MOTHS' }))
    deepEqual([much.code, much.details['unsellable']], ['INSUFFICIENT_STOCK', 1])
    await inventory.addStock({ ...SOCK, qty: 3, source: 'S', into: 'unsellable' })
    equal(await shelf(scene), '7+4=11')
    deepEqual(await trail(began + 1), [
      ...['SET_ASIDE 4', 'PUT_BACK 1', 'WRITTEN_OFF 2', 'RECEIVED_ASIDE 3'],
    ])
    await checkInvariants(inventory)
  })

  test('no verb offers what is set aside', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, socks, hold, clock } = scene
    await socks(4)
    const over = await hold(1, 1)
    clock.advance(2)
    await inventory.setAside({ ...SOCK, qty: 4, reason: 'QUARANTINE' })
    await socks(3, 'NYC')
    const there = (await inventory.sell({ ...SOCK, warehouseId: 'NYC', qty: 1 })).id
    const sides = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK' }
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
      { verb: 'transfer', ...sides, qty: 1 },
      { verb: 'removeStock', ...SOCK, qty: 1, reason: 'LOST' },
      { verb: 'setAside', ...SOCK, qty: 1, reason: 'SAMPLE' },
    ] as const) {
      const refused = await refusal(() => inventory.execute(command))
      deepEqual([refused.code, refused.details['available']], ['INSUFFICIENT_STOCK', 0])
    }
    equal(await shelf(scene), '0+4=4')
    await checkInvariants(inventory)
  })

  test('a count counts what is set aside, and can say how much of it is', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, socks, hold, trail } = scene
    await socks(10)
    await inventory.setAside({ ...SOCK, qty: 2, reason: 'SAMPLE' })
    await hold(3)
    equal((await inventory.countStock({ ...SOCK, onHand: 9 })).available, 4)
    const { seq } = await inventory.head()
    const counted = await inventory.countStock({ ...SOCK, onHand: 9, unsellable: 5 })
    deepEqual([counted.available, counted.unsellable, counted.held], [1, 5, 3])
    deepEqual(await trail(seq), ['COUNTED -3', 'COUNTED_ASIDE 3'])
    const little = await refusal(() => inventory.countStock({ ...SOCK, onHand: 7 }))
    deepEqual([little.code, little.details['unsellable']], ['INSUFFICIENT_STOCK', 5])
    const wrong = await refusal(() => inventory.countStock({ ...SOCK, onHand: 4, unsellable: 5 }))
    equal(wrong.code, 'INVALID_QTY')
    const quiet = { ...SOCK, onHand: 9, unsellable: 0, onlyIfChanged: true }
    await inventory.countStock(quiet)
    await inventory.countStock(quiet)
    deepEqual(await trail(seq + 2), ['COUNTED_ASIDE -5', 'COUNTED 5'])
    await checkInvariants(inventory)
  })

  test('as many units as there can be change their bucket in a count', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory } = scene
    const add = { verb: 'addStock', ...SOCK, qty: 1e12, source: 'S', into: 'unsellable' } as const
    for (let all = 0; all < 5000; all += 1000)
      await inventory.batch({ commands: Array.from({ length: 1000 }, () => add) })
    const whole = { ...SOCK, onHand: 1e12, expected: 1e12 }
    const counted = await inventory.countStock({ ...whole, unsellable: 0 })
    deepEqual([counted.available, counted.unsellable], [5e15, 0])
    equal((await inventory.countStock({ ...whole, unsellable: 1e12 })).unsellable, 1e12)
    equal(inventory.readOnly, false)
    equal((await inventory.verify()).ok, true)
  })

  test('goods come back aside, or onto the shelf, and no more than left', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, socks, trail } = scene
    await socks(5)
    const { id: reservationId } = await inventory.sell({ ...SOCK, qty: 5, ship: true })
    const { seq } = await inventory.head()
    const first = await inventory.returnGoods({ reservationId, qty: 2, reason: 'WRONG SIZE' })
    deepEqual([first.status, first.cameBack], ['SHIPPED', 2])
    equal(await shelf(scene), '0+2=2')
    await inventory.returnGoods({ reservationId, qty: 1, into: 'available' })
    equal(await shelf(scene), '1+2=3')
    const much = await refusal(() => inventory.returnGoods({ reservationId, qty: 3 }))
    deepEqual([much.code, much.details['open']], ['INVALID_QTY', 2])
    deepEqual(await trail(seq), ['CAME_BACK 2', 'CAME_BACK 1', 'PUT_BACK 1'])
    const times: string[] = []
    for await (const { metadata } of inventory.audit({ reservationId, type: 'CAME_BACK' }))
      times.push(metadata['reason'] ?? '')
    deepEqual(times, ['WRONG SIZE', ''])
    await checkInvariants(inventory)
  })

  test('one parcel of two comes back while the other is still here', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, socks, counts } = scene
    await socks(5)
    const { id: reservationId } = await inventory.sell({ ...SOCK, qty: 5 })
    await inventory.ship({ reservationId, qty: 2 })
    await inventory.returnGoods({ reservationId, qty: 2 })
    equal(await counts(), '0/0/3')
    equal(await shelf(scene), '0+2=5')
    const more = await inventory.ship({ reservationId })
    deepEqual([more.status, more.shipped, more.cameBack], ['SHIPPED', 5, 2])
    await checkInvariants(inventory)
  })
}

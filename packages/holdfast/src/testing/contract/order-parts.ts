import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Reservation } from '../../model/reservation.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openScene, TTL, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** `status released/shipped/cancelled of qty`. */
function shown({ status, released, shipped, cancelled, qty }: Reservation): string {
  return `${status} ${released}/${shipped}/${cancelled} of ${qty}`
}

/** Orders that are sold, shipped, cancelled and given back in parts. */
export function orderParts(makeShop: MakeShop): void {
  test('ten ordered, seven paid, three shipped, the rest cancelled: all units are where they are', async (t) => {
    const { inventory, socks, hold, counts, trail } = await openScene(t, makeShop)
    await socks(100)
    const reservationId = await hold(10)
    const { seq: after } = await inventory.head()
    equal(shown(await inventory.confirm({ reservationId, qty: 7 })), 'CONFIRMED 3/0/0 of 10')
    equal(await counts(), '93/0/7')
    equal(shown(await inventory.ship({ reservationId, qty: 3 })), 'CONFIRMED 3/3/0 of 10')
    equal(await counts(), '93/0/4')
    equal(shown(await inventory.cancel({ reservationId, qty: 1 })), 'CONFIRMED 3/3/1 of 10')
    equal(shown(await inventory.cancel({ reservationId })), 'SHIPPED 3/3/4 of 10')
    equal(await counts(), '97/0/0')
    const expected = ['SOLD 7', 'RETURNED 3', 'SHIPPED 3', 'CANCELLED 1', 'CANCELLED 3']
    deepEqual(await trail(after), expected)
    await checkInvariants(inventory)
  })

  test('parcels leave one after another; no unit leaves twice', async (t) => {
    const { inventory, socks, hold, counts } = await openScene(t, makeShop)
    await socks(5)
    const reservationId = await hold(5)
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId, qty: 2 })
    const twice = await refusal(() => inventory.ship({ reservationId, qty: 4 }))
    deepEqual([twice.code, twice.details['open']], ['INVALID_QTY', 3])
    equal(shown(await inventory.ship({ reservationId })), 'SHIPPED 0/5/0 of 5')
    equal(
      (await refusal(() => inventory.ship({ reservationId, qty: 1 }))).code,
      'INVALID_RESERVATION_STATE',
    )
    equal(await counts(), '0/0/0')
    await checkInvariants(inventory)
  })

  test('a part of a hold goes back, and the rest expires', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openScene(t, makeShop)
    await socks(5)
    const reservationId = await hold(5)
    equal(shown(await inventory.release({ reservationId, qty: 2 })), 'PENDING 2/0/0 of 5')
    equal(await counts(), '2/3/0')
    const explained = await inventory.explain(SOCK)
    deepEqual([explained.available, explained.due], [2, []])
    clock.advance(TTL + 1)
    equal(await counts(), '5/0/0')
    const { due } = await inventory.explain(SOCK)
    deepEqual(
      due.map(({ qty }) => qty),
      [3],
    )
    equal(shown(await inventory.getReservation({ reservationId })), 'EXPIRED 5/0/0 of 5')
    equal(shown(await inventory.release({ reservationId, qty: 1 })), 'EXPIRED 5/0/0 of 5')
    await hold(5)
    equal(await counts(), '0/5/0')
    await checkInvariants(inventory)
  })

  test('the rest of a partial sale stays held, under an id of its own', async (t) => {
    const { inventory, clock, socks, counts, trail } = await openScene(t, makeShop)
    await socks(10)
    const held = await inventory.reserve({ ...SOCK, qty: 10, ttlMs: TTL, owner: 'ann' })
    const { seq: after } = await inventory.head()
    clock.advance(1000)
    const { rest, ...sold } = await inventory.confirm({
      reservationId: held.id,
      qty: 7,
      rest: 'hold',
    })
    equal(shown(sold), 'CONFIRMED 3/0/0 of 10')
    equal(shown(rest!), 'PENDING 0/0/0 of 3')
    deepEqual([rest!.owner, rest!.expiresAt], ['ann', held.expiresAt])
    equal(await counts(), '0/3/7')
    deepEqual(await trail(after), ['SOLD 7', 'RETURNED 3', 'RESERVED 3'])
    equal((await inventory.confirm({ reservationId: rest!.id, rest: 'hold' })).rest, undefined)
    await checkInvariants(inventory)
  })

  test('a till sells in one step, and hands over', async (t) => {
    const { inventory, socks, counts, trail, began } = await openScene(t, makeShop)
    await socks(3)
    const sold = await inventory.sell({ ...SOCK, qty: 2, owner: 'till-2' })
    deepEqual([shown(sold), sold.expiresAt], ['CONFIRMED 0/0/0 of 2', sold.createdAt])
    equal(await counts(), '1/0/2')
    const gone = await inventory.sell({ ...SOCK, qty: 1, ship: true })
    equal(shown(gone), 'SHIPPED 0/1/0 of 1')
    equal(await counts(), '0/0/2')
    equal((await refusal(() => inventory.sell({ ...SOCK, qty: 1 }))).code, 'INSUFFICIENT_STOCK')
    deepEqual(await trail(began + 1), [
      ...['RESERVED 2', 'SOLD 2'],
      ...['RESERVED 1', 'SOLD 1', 'SHIPPED 1'],
    ])
    await checkInvariants(inventory)
  })

  test('a list names what it has just made', async (t) => {
    const { inventory, socks, hold, counts } = await openScene(t, makeShop)
    await socks(5)
    await socks(4, 'NYC')
    const reservationId = await hold(5)
    const { answers } = await inventory.atomically({
      commands: [
        { verb: 'release', reservationId, qty: 2 },
        { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL },
        { verb: 'confirm', reservationId: { result: 1 } },
        { verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 3, ttlMs: TTL },
        { verb: 'confirm', reservationId: { result: 3, leg: 0 }, qty: 1 },
        { verb: 'ship', reservationId: { result: 4 } },
      ],
    })
    equal(answers[2].id, answers[1].id)
    equal(answers[5].status, 'SHIPPED')
    equal(await counts(), '0/3/2')
    const result = (name: string, value: object) => ({ verb: 'release', [name]: value }) as never
    for (const wrong of [
      { result: 1 },
      { result: -1 },
      { result: 0, leg: 0 },
      { result: '0' },
      {},
    ]) {
      const commands = [{ verb: 'sell', ...SOCK, qty: 1 } as const, result('reservationId', wrong)]
      const refused = await refusal(() => inventory.atomically({ commands }))
      deepEqual([refused.code, refused.details['index']], ['INVALID_INPUT', 1])
    }
    const none = await refusal(() =>
      inventory.atomically({
        commands: [
          { verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 1, ttlMs: TTL },
          { verb: 'release', reservationId: { result: 0, leg: 1 } },
        ],
      }),
    )
    deepEqual([none.code, none.details['field']], ['INVALID_INPUT', 'reservationId.leg'])
    await checkInvariants(inventory)
  })

  test('a key covers which result is meant', async (t) => {
    const { inventory, socks } = await openScene(t, makeShop)
    await socks(5)
    const sell = { verb: 'sell', ...SOCK, qty: 1 } as const
    const list = (result: number) =>
      inventory.atomically({
        commands: [sell, sell, { verb: 'ship', reservationId: { result } }],
        idempotencyKey: 'order-1',
      })
    const first = await list(0)
    deepEqual(await list(0), first)
    equal((await refusal(() => list(1))).code, 'IDEMPOTENCY_CONFLICT')
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openScene, TTL, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** Holds and sales that change: another quantity, warehouse or owner, another try. */
export function changes(makeShop: MakeShop): void {
  test('a larger hold comes in the place of a smaller one, whose units are free for it', async (t) => {
    const { inventory, socks, counts, trail } = await openScene(t, makeShop)
    await socks(3)
    const cart = { ...SOCK, ttlMs: TTL, owner: 'cart-1' }
    const first = await inventory.reserve({ ...cart, qty: 2 })
    const blocked = await refusal(() => inventory.reserve({ ...cart, qty: 3 }))
    deepEqual([blocked.details['available'], blocked.details['heldByOwner']], [1, 2])
    const { seq: after } = await inventory.head()
    const second = await inventory.reserve({ ...cart, qty: 3, replaces: first.id })
    equal(second.replaces, first.id)
    equal(await counts(), '0/3/0')
    deepEqual(await trail(after), ['RETURNED 2', 'RESERVED 3'])
    const old = await inventory.getReservation({ reservationId: first.id })
    deepEqual([old.status, old.replacedBy], ['RELEASED', second.id])

    const again = await inventory.reserve({ ...cart, qty: 3, replaces: first.id })
    deepEqual([again.id, await counts()], [second.id, '0/3/0'])
    const other = await refusal(() => inventory.reserve({ ...cart, qty: 1, replaces: first.id }))
    deepEqual([other.code, other.details['replacedBy']], ['INVALID_RESERVATION_STATE', second.id])
    const third = await refusal(() => inventory.reserve({ ...cart, qty: 4, replaces: second.id }))
    deepEqual([third.code, third.details['available']], ['INSUFFICIENT_STOCK', 3])
    await checkInvariants(inventory)
  })

  test('a hold that is over can be replaced, and its units are counted once', async (t) => {
    const { inventory, clock, socks, hold, counts, trail } = await openScene(t, makeShop)
    await socks(4)
    const earlier = await hold(1, TTL - 2)
    const first = await hold(2, TTL - 1)
    clock.advance(TTL)
    const { seq: after } = await inventory.head()
    const wanted = { ...SOCK, qty: 4, ttlMs: TTL, replaces: first }
    const second = await inventory.reserve(wanted)
    deepEqual(await trail(after), ['RETURNED 2', 'RETURNED 1', 'RESERVED 4'])
    equal(await counts(), '0/4/0')
    const old = await inventory.getReservation({ reservationId: first })
    deepEqual([old.status, old.replacedBy], ['EXPIRED', second.id])
    equal((await inventory.getReservation({ reservationId: earlier })).status, 'EXPIRED')
    clock.advance(TTL + 1)
    const over = await refusal(() => inventory.reserve(wanted))
    deepEqual([over.code, over.details['replacedBy']], ['INVALID_RESERVATION_STATE', second.id])
    await checkInvariants(inventory)
  })

  test('another product in another warehouse comes in a hold’s place', async (t) => {
    const { inventory, socks, hold, counts } = await openScene(t, makeShop)
    await socks(2)
    await inventory.addStock({ warehouseId: 'NYC', productId: 'SHOE', qty: 1, source: 'S' })
    const replaces = await hold(2)
    const shoe = { warehouseId: 'NYC', productId: 'SHOE', qty: 1, ttlMs: TTL }
    await inventory.reserve({ ...shoe, replaces })
    deepEqual([await counts(), await counts('SHOE', 'NYC')], ['2/0/0', '0/1/0'])
    await checkInvariants(inventory)
  })

  test('what was paid too late is sold if there are units, and refused if not', async (t) => {
    const { inventory, clock, socks, counts, trail } = await openScene(t, makeShop)
    await socks(3)
    const held = await inventory.reserve({ ...SOCK, qty: 3, ttlMs: TTL, owner: 'ann' })
    const reservationId = held.id
    clock.advance(TTL + 1)
    const late = await refusal(() => inventory.confirm({ reservationId }))
    equal(late.code, 'INVALID_RESERVATION_STATE')
    const { seq: after } = await inventory.head()
    const sold = await inventory.confirm({ reservationId, reacquire: true })
    deepEqual(
      [sold.status, sold.replaces, sold.owner, sold.qty],
      ['CONFIRMED', reservationId, 'ann', 3],
    )
    deepEqual(await trail(after), ['RETURNED 3', 'RESERVED 3', 'SOLD 3'])
    equal(await counts(), '0/0/3')
    const again = await inventory.confirm({ reservationId, reacquire: true })
    deepEqual([again.id, await counts()], [sold.id, '0/0/3'])
    await inventory.cancel({ reservationId: sold.id })
    const gone = await refusal(() => inventory.confirm({ reservationId, reacquire: true }))
    deepEqual([gone.code, gone.details['replacedBy']], ['INVALID_RESERVATION_STATE', sold.id])
    await checkInvariants(inventory)
  })

  test('an expired hold sells nothing that is not there', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openScene(t, makeShop)
    await socks(3)
    const reservationId = await hold(3)
    clock.advance(TTL + 1)
    await hold(2)
    const lost = await refusal(() => inventory.confirm({ reservationId, reacquire: true }))
    deepEqual([lost.code, lost.details['available']], ['INSUFFICIENT_STOCK', 1])
    const part = await inventory.confirm({ reservationId, reacquire: true, qty: 1 })
    deepEqual([part.qty, await counts()], [1, '0/2/1'])
    await checkInvariants(inventory)
  })

  test('reacquire changes nothing about a hold that still counts', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
    await socks(3)
    const reservationId = await hold(3)
    const sold = await inventory.confirm({ reservationId, reacquire: true })
    deepEqual([sold.id, sold.replaces], [reservationId, null])
  })

  test('a sold reservation is served from another warehouse, and never becomes a hold', async (t) => {
    const { inventory, socks, hold, counts, trail } = await openScene(t, makeShop)
    await socks(5)
    await socks(5, 'NYC')
    const reservationId = await hold(5)
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId, qty: 1 })
    const { seq: after } = await inventory.head()
    const move = { reservationId, toWarehouseId: 'NYC' }
    const moved = await inventory.moveReservation(move)
    deepEqual([moved.status, moved.qty, moved.replaces], ['CONFIRMED', 4, reservationId])
    deepEqual(await trail(after), ['CANCELLED 4', 'RESERVED 4', 'SOLD 4'])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['4/0/0', '1/0/4'])
    const old = await inventory.getReservation({ reservationId })
    deepEqual([old.status, old.shipped, old.cancelled], ['SHIPPED', 1, 4])
    equal((await inventory.moveReservation(move)).id, moved.id)
    const elsewhere = { reservationId, toWarehouseId: 'LA' }
    const refused = await refusal(() => inventory.moveReservation(elsewhere))
    deepEqual(refused.details['replacedBy'], moved.id)
    await inventory.cancel({ reservationId: moved.id })
    equal((await refusal(() => inventory.moveReservation(move))).code, 'INVALID_RESERVATION_STATE')
    const same = { reservationId: await hold(1), toWarehouseId: 'SF' }
    equal((await refusal(() => inventory.moveReservation(same))).code, 'INVALID_INPUT')
    await checkInvariants(inventory)
  })

  test('a hold moves with the time that it has left', async (t) => {
    const { inventory, clock, socks, counts } = await openScene(t, makeShop)
    await socks(2)
    await socks(2, 'NYC')
    const held = await inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL, owner: 'ann' })
    clock.advance(1000)
    const move = { reservationId: held.id, toWarehouseId: 'NYC' }
    const moved = await inventory.moveReservation(move)
    deepEqual([moved.status, moved.expiresAt, moved.owner], ['PENDING', held.expiresAt, 'ann'])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['2/0/0', '0/2/0'])
    await checkInvariants(inventory)
  })

  test('a transfer takes reserved units along, in their state', async (t) => {
    const { inventory, socks, hold, counts, trail } = await openScene(t, makeShop)
    await socks(10)
    const held = await hold(3)
    const sold = await hold(6)
    await inventory.confirm({ reservationId: sold })
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK' }
    const reservations = [held, sold]
    const little = await refusal(() => inventory.transfer({ ...move, qty: 8, reservations }))
    deepEqual([little.code, little.details['open']], ['INVALID_QTY', 9])
    const much = await refusal(() => inventory.transfer({ ...move, qty: 11, reservations }))
    deepEqual([much.code, much.details['available']], ['INSUFFICIENT_STOCK', 10])
    const { seq: after } = await inventory.head()
    const moved = await inventory.transfer({ ...move, qty: 10, reservations })
    deepEqual(
      moved.reservations!.map(({ status, qty, replaces, warehouseId }) => [
        ...[status, qty, replaces, warehouseId],
      ]),
      [
        ['PENDING', 3, held, 'NYC'],
        ['CONFIRMED', 6, sold, 'NYC'],
      ],
    )
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['0/0/0', '1/3/6'])
    deepEqual(await trail(after), [
      ...['RETURNED 3', 'CANCELLED 6', 'TRANSFERRED_OUT 10', 'TRANSFERRED_IN 10'],
      ...['RESERVED 3', 'RESERVED 6', 'SOLD 6'],
    ])
    const { id: transferId } = moved
    equal('reservations' in (await inventory.getTransfer({ transferId })), false)
    const again = await refusal(() => inventory.transfer({ ...move, qty: 10, reservations }))
    deepEqual(again.details['replacedBy'], moved.reservations![0]!.id)
    await checkInvariants(inventory)
  })

  test('reserved units wait for nobody’s approval, and none of another level go along', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
    await socks(3)
    await socks(3, 'NYC')
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'LA', productId: 'SOCK', qty: 3 }
    const here = { ...move, reservations: [await hold(1)], requiresApproval: true }
    const there = { ...move, reservations: [await hold(1, TTL, 'NYC')] }
    for (const [command, field] of [
      [here, 'reservations'],
      [there, 'reservations[0]'],
    ] as const) {
      const refused = await refusal(() => inventory.transfer(command))
      deepEqual([refused.code, refused.details['field']], ['INVALID_INPUT', field])
    }
  })

  test('a guest’s cart becomes a customer’s, and expires when it did', async (t) => {
    const { inventory, socks, trail } = await openScene(t, makeShop)
    await socks(3)
    const held = await inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL, owner: 'guest' })
    const { seq: after } = await inventory.head()
    const mine = { reservationId: held.id, owner: 'ann' }
    const changed = await inventory.changeOwner(mine)
    const { seq: _, ...record } = held
    deepEqual(changed, { ...record, owner: 'ann', seq: after + 1 })
    equal((await inventory.changeOwner(mine)).owner, 'ann')
    deepEqual(await trail(after), ['OWNER_CHANGED 2'])
    const owned = async (owner: string): Promise<number> =>
      (await inventory.listReservations({ owner })).items.length
    deepEqual([await owned('guest'), await owned('ann')], [0, 1])
    await inventory.confirm({ reservationId: held.id })
    equal((await inventory.changeOwner({ ...mine, owner: 'bob' })).status, 'CONFIRMED')
    await checkInvariants(inventory)
  })

  test('each of them, with a key, acts once', async (t) => {
    const { inventory, clock, socks, hold, trail } = await openScene(t, makeShop)
    await socks(20)
    await socks(20, 'NYC')
    const over = await hold(1, 1)
    clock.advance(2)
    const sold = (await inventory.sell({ ...SOCK, qty: 3 })).id
    const sides = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK' }
    const commands = [
      { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL, replaces: await hold(1) },
      { verb: 'confirm', reservationId: await hold(3), qty: 1, rest: 'hold' },
      { verb: 'confirm', reservationId: over, reacquire: true },
      { verb: 'sell', ...SOCK, qty: 1, ship: true },
      { verb: 'moveReservation', reservationId: await hold(1), toWarehouseId: 'NYC' },
      { verb: 'changeOwner', reservationId: await hold(1), owner: 'ann' },
      { verb: 'release', reservationId: await hold(3), qty: 1 },
      { verb: 'transfer', ...sides, qty: 2, reservations: [await hold(1)] },
      { verb: 'setAside', ...SOCK, qty: 2, reason: 'SAMPLE' },
      { verb: 'putBack', ...SOCK, qty: 1 },
      { verb: 'writeOff', ...SOCK, qty: 1, reason: 'LOST' },
      { verb: 'countStock', ...SOCK, onHand: 90, expected: 89 },
      { verb: 'ship', reservationId: sold, qty: 1 },
      { verb: 'cancel', reservationId: sold, qty: 1 },
      { verb: 'returnGoods', reservationId: sold, qty: 1 },
      { verb: 'addStock', ...SOCK, qty: 1, source: 'S', into: 'unsellable' },
      { verb: 'closeWarehouse', warehouseId: 'LA' },
    ] as const
    for (const [index, command] of commands.entries()) {
      const keyed = { ...command, idempotencyKey: `once-${index}` }
      const first = await inventory.execute(keyed)
      const { seq } = await inventory.head()
      deepEqual(await inventory.execute(keyed), first, command.verb)
      deepEqual(await trail(seq), [], command.verb)
    }
    await checkInvariants(inventory)
  })
}

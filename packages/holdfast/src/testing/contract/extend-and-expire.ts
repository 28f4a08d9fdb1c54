import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, START, TTL, type MakeShop } from './fixture.ts'
import { until } from './until.ts'

/** A hold counts up to and including expiresAt, and not a millisecond longer; no sweeper runs here. */
export function extendAndExpire(makeShop: MakeShop): void {
  test('at expiresAt a hold counts; a millisecond later it does not, for reads and for commands', async (t) => {
    const { inventory, clock, socks, hold, counts, trail } = await openFixture(t, makeShop)
    await socks(10)
    const reservationId = await hold(10)
    clock.advance(TTL)
    equal((await inventory.getReservation({ reservationId })).status, 'PENDING')
    equal(await counts(), '0/10/0')
    const refused = await refusal(() => hold(1))
    deepEqual([refused.details['available'], refused.details['nextExpiryAt']], [0, START + TTL])

    clock.advance(1)
    equal((await inventory.getReservation({ reservationId })).status, 'EXPIRED')
    equal(await counts(), '10/0/0')
    equal((await inventory.listStock()).items[0]!.available, 10)
    equal((await inventory.listReservations({ status: 'EXPIRED' })).items[0]!.id, reservationId)
    deepEqual((await inventory.listReservations({ status: 'PENDING' })).items, [])
    for (const late of [
      () => inventory.confirm({ reservationId }),
      () => inventory.extend({ reservationId, ttlMs: TTL }),
      () => inventory.ship({ reservationId }),
    ])
      equal((await refusal(late)).details['status'], 'EXPIRED')
    equal((await inventory.release({ reservationId })).status, 'EXPIRED')
    deepEqual(await trail(), ['RECEIVED 10', 'RESERVED 10'])

    await hold(10)
    deepEqual((await trail()).slice(2), ['RETURNED 10', 'RESERVED 10'])
    equal((await inventory.getReservation({ reservationId })).status, 'EXPIRED')
    await checkInvariants(inventory)
  })

  test('a refusal tells when the next hold expires, whatever else was refused together with it', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(10)
    const reserve = (qty: number, ttlMs: number) =>
      ({ verb: 'reserve', ...SOCK, qty, ttlMs }) as const
    const next = async (doing: Promise<unknown>) =>
      (await refusal(() => doing)).details['nextExpiryAt']
    const list = (ttlMs: number) =>
      inventory.atomically({ commands: [reserve(1, ttlMs), reserve(99, 1)] })
    await inventory.reserve(reserve(1, 300))
    const together = [list(100), inventory.reserve(reserve(99, 1)), list(400)]
    deepEqual(await Promise.all(together.map(next)), [START + 100, START + 300, START + 300])
    await inventory.reserve(reserve(1, 200))
    equal(await next(inventory.reserve(reserve(99, 1))), START + 200)
  })

  test('a confirm at the last millisecond sells', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(10)
    const reservationId = await hold(10)
    clock.advance(TTL)
    equal((await inventory.confirm({ reservationId })).status, 'CONFIRMED')
    clock.advance(TTL)
    equal(await counts(), '0/0/10')
  })

  test('expired holds are recorded in order of (expiresAt, id), as many as are needed', async (t) => {
    const { inventory, clock, began, socks, hold } = await openFixture(t, makeShop)
    await socks(10)
    const ids = [
      await hold(2, 30),
      await hold(2, 20),
      await hold(2, 10),
      await hold(2, 20),
      await hold(2),
    ]
    clock.advance(31)
    await hold(5)
    const returned: unknown[] = []
    for await (const entry of inventory.audit({ after: began, type: 'RETURNED' }))
      returned.push([entry.reservationId, entry.metadata, entry.timestamp])
    const expected = (
      [
        [2, 10],
        [1, 20],
        [3, 20],
      ] as const
    ).map(([index, ttl]) => [
      ids[index],
      { reservationId: ids[index], because: 'expired', expiredAt: String(START + ttl) },
      START + 31,
    ])
    deepEqual(returned, expected)
    await checkInvariants(inventory)
  })

  test('hundreds of expired holds free their units, each once, also after reopening', async (t) => {
    const { inventory, clock, open, socks } = await openFixture(t, makeShop)
    await socks(600)
    const reserve = (ttlMs: number) => ({ verb: 'reserve', ...SOCK, qty: 1, ttlMs }) as const
    const commands = Array.from({ length: 300 }, (_, i) => reserve(1 + (i % 7)))
    await inventory.batch({ commands })
    await inventory.batch({ commands: commands.map((one) => ({ ...one, ttlMs: TTL })) })
    await inventory.close()
    clock.advance(8)
    const again = await open()
    equal((await again.stock(SOCK)).available, 300)
    const over = await refusal(() => again.reserve({ ...SOCK, qty: 301, ttlMs: 5 * TTL }))
    deepEqual([over.details['available'], over.details['nextExpiryAt']], [300, START + TTL])
    for (const qty of [1, 99, 150, 50])
      equal((await again.reserve({ ...SOCK, qty, ttlMs: 5 * TTL })).qty, qty)
    equal(
      (await refusal(() => again.reserve({ ...SOCK, qty: 1, ttlMs: 1 }))).details['available'],
      0,
    )
    clock.advance(TTL)
    equal((await again.reserve({ ...SOCK, qty: 300, ttlMs: 5 * TTL })).qty, 300)
    equal((await again.stock(SOCK)).held, 600)
    await checkInvariants(again)
  })

  test('an extended hold lives on, a shortened one does not', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(10)
    const longer = await hold(4, 10)
    const shorter = await hold(5, TTL)
    await inventory.extend({ reservationId: longer, ttlMs: TTL })
    await inventory.extend({ reservationId: shorter, ttlMs: 5 })
    clock.advance(11)
    equal(await counts(), '6/4/0')
    await hold(6)
    equal((await refusal(() => hold(1))).details['available'], 0)
    equal((await inventory.getReservation({ reservationId: longer })).status, 'PENDING')
    await checkInvariants(inventory)
  })

  test('a sweeper records what expired, with the time of expiry and unasked', async (t) => {
    const { inventory, clock, socks, hold, trail } = await openFixture(t, makeShop, { sweepMs: 5 })
    await socks(10)
    await hold(4, 10)
    const living = await hold(3)
    clock.advance(11)
    await until('something swept', async () => (await trail()).length >= 4)
    await pause(20)
    deepEqual(await trail(), ['RECEIVED 10', 'RESERVED 4', 'RESERVED 3', 'RETURNED 4'])
    equal((await inventory.getReservation({ reservationId: living })).status, 'PENDING')
    await checkInvariants(inventory)
  })

  test('a sweeper gets through thousands of them', async (t) => {
    const { inventory, clock, socks, counts } = await openFixture(t, makeShop, { sweepMs: 5 })
    await socks(2_500)
    const commands = Array.from(
      { length: 500 },
      () => ({ verb: 'reserve', ...SOCK, qty: 1, ttlMs: 10 }) as const,
    )
    for (let i = 0; i < 5; i++) await inventory.batch({ commands })
    const { seq } = await inventory.head()
    clock.advance(11)
    equal(await counts(), '2500/0/0')
    await until('all swept', async () => (await inventory.head()).seq >= seq + 2_500)
    await pause(20)
    equal((await inventory.head()).seq, seq + 2_500)
    await checkInvariants(inventory)
  })

  test('a clock that runs backwards never takes the trail, nor an expiry, back', async (t) => {
    const { inventory, clock, began, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(10)
    const reservationId = await hold(10, 10)
    clock.advance(11)
    await inventory.addStock({ warehouseId: 'NYC', productId: 'SHOE', qty: 1, source: 'S' })
    clock.set(START - 30_000)
    equal((await inventory.getReservation({ reservationId })).status, 'EXPIRED')
    equal(await counts(), '10/0/0')
    equal((await inventory.listStock({ warehouseId: 'SF' })).items[0]!.available, 10)
    const expired = await inventory.listReservations({ status: 'EXPIRED' })
    deepEqual(
      expired.items.map(({ id }) => id),
      [reservationId],
    )
    await hold(10)
    for await (const { timestamp } of inventory.audit({ after: began + 2 }))
      equal(timestamp, START + 11)
    await checkInvariants(inventory)
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Inventory } from '../../engine/inventory.ts'
import type { CommandOf } from '../../model/commands/commands.ts'
import type { Reservation } from '../../model/reservation.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const HOLD = { verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL } as const
const ANN = { owner: 'ann' }

/** confirmAll, extendAll and releaseAll. */
export function allHolds(makeShop: MakeShop): void {
  test('all holds of an owner are sold, in order of number, and nothing else is', async (t) => {
    const { inventory, clock, socks, counts, trail } = await openFixture(t, makeShop)
    await socks(20)
    await socks(5, 'NYC')
    const hold = async (more: Partial<CommandOf<'reserve'>>): Promise<string> =>
      (await inventory.reserve({ ...HOLD, ...more })).id
    await hold({ ...ANN, ttlMs: 1 })
    const first = await hold({ ...ANN, qty: 4 })
    await hold({ owner: 'bob' })
    await hold({})
    const sold = await hold(ANN)
    await inventory.confirm({ reservationId: sold })
    const last = await hold({ ...ANN, qty: 2, warehouseId: 'NYC' })
    await inventory.release({ reservationId: first, qty: 1 })
    clock.advance(2)
    const { seq: after } = await inventory.head()
    const reference = { type: 'order', id: '4711' }
    const done = await inventory.confirmAll({ of: ANN, reference, actor: 'till' })
    deepEqual(
      done.reservations.map(({ id, status, released }) => [id, status, released]),
      [
        [first, 'CONFIRMED', 1],
        [last, 'CONFIRMED', 0],
      ],
    )
    equal(done.seq, after + 2)
    deepEqual(await trail(after), ['SOLD 3', 'SOLD 2'])
    for await (const entry of inventory.audit({ after }))
      deepEqual([entry.reference, entry.actor], [reference, 'till'])
    deepEqual(done.reservations[0], await plain(inventory, first))
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['14/2/4', '3/0/2'])
    await checkInvariants(inventory)
  })

  test('of an owner or a group that has none, none is changed: that is no error', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(1)
    await hold(1)
    const { seq } = await inventory.head()
    for (const nobody of [{ owner: 'nobody' }, { group: 'nobody' }]) {
      const none = { of: nobody }
      const keyed = { ...none, idempotencyKey: JSON.stringify(nobody) }
      deepEqual(await inventory.releaseAll(none), { reservations: [], seq })
      deepEqual(await inventory.confirmAll(keyed), { reservations: [], seq })
      deepEqual(await inventory.extendAll({ ...none, ttlMs: TTL }), { reservations: [], seq })
    }
    await checkInvariants(inventory)
  })

  test('all holds of a group live longer, or go back', async (t) => {
    const { inventory, clock, socks, counts } = await openFixture(t, makeShop)
    await socks(9)
    const of = { group: 'order-1' }
    const commands = [HOLD, { ...HOLD, group: 'order-2' }, HOLD]
    await inventory.atomically({ commands, ...of })
    clock.advance(1000)
    const { reservations } = await inventory.extendAll({ of, ttlMs: TTL })
    deepEqual(
      reservations.map(({ expiresAt, createdAt }) => expiresAt - createdAt),
      [TTL + 1000, TTL + 1000],
    )
    clock.advance(TTL - 500)
    equal(await counts(), '7/2/0')
    // What the command belongs to is not whose holds are meant.
    const back = await inventory.releaseAll({ of, group: 'order-9' })
    deepEqual(
      back.reservations.map(({ id, status, group }) => [id, status, group]),
      reservations.map(({ id }) => [id, 'RELEASED', 'order-1']),
    )
    equal(await counts(), '9/0/0')
    equal((await inventory.releaseAll({ of })).reservations.length, 0)
    await checkInvariants(inventory)
  })

  test('each command of a list sees what those before it did', async (t) => {
    const { inventory, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(20)
    const [given, gone] = [await hold(1), await hold(1)]
    await inventory.changeOwner({ reservationId: gone, owner: 'ann' })
    const commands = [
      { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL, owner: 'ann' },
      { verb: 'reserve', ...SOCK, qty: 3, ttlMs: TTL, owner: 'ann' },
      { verb: 'changeOwner', reservationId: given, owner: 'ann' },
      { verb: 'changeOwner', reservationId: gone, owner: 'bob' },
      { verb: 'extendAll', of: ANN, ttlMs: 2 * TTL },
      { verb: 'confirm', reservationId: { result: 0 } },
      { verb: 'confirmAll', of: ANN },
      { verb: 'reserve', ...SOCK, qty: 4, ttlMs: TTL, owner: 'ann' },
      { verb: 'releaseAll', of: ANN },
      { verb: 'releaseAll', of: ANN },
      { verb: 'releaseAll', of: { owner: 'bob' } },
    ] as const
    const { answers } = await inventory.atomically({ commands })
    const [two, three, , , extended, , sold, four, back, none, bobs] = answers
    deepEqual(ids(extended), [given, two.id, three.id])
    deepEqual(ids(sold), [given, three.id])
    deepEqual([ids(back), ids(none), ids(bobs)], [[four.id], [], [gone]])
    equal(await counts(), '14/0/6')
    const parts = await inventory.batch({
      commands: [
        { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL, owner: 'ann' },
        { verb: 'atomically', commands: [{ verb: 'extendAll', of: ANN, ttlMs: TTL }, HOLD] },
        { verb: 'releaseAll', of: ANN },
      ],
    })
    const [made, , released] = parts.answers
    deepEqual(released.ok && ids(released), [made.ok && made.id])
    equal(await counts(), '13/1/6')
    await checkInvariants(inventory)
  })

  test('commands that come while others are on their way see those, and not later ones', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(2000)
    const made: Promise<Reservation>[] = []
    const released: { readonly count: number; readonly all: Promise<Changed> }[] = []
    for (let round = 0; round < 60; round++) {
      for (let one = 0; one <= round % 3; one++) made.push(inventory.reserve({ ...HOLD, ...ANN }))
      if (round % 2 === 0) await turn()
      if (round % 5 === 4)
        released.push({ count: made.length, all: inventory.releaseAll({ of: ANN }) })
      if (round % 7 === 0) await made.at(-1)
    }
    const all = await Promise.all(made)
    let from = 0
    for (const { count, all: changed } of released) {
      deepEqual(ids(await changed), ids({ reservations: all.slice(from, count) }))
      from = count
    }
    await checkInvariants(inventory)
  })

  test('a thousand are changed at once, and of more than a thousand none', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(1500)
    const batch = (count: number) =>
      inventory.batch({ commands: Array.from({ length: count }, () => ({ ...HOLD, ...ANN })) })
    await batch(1000)
    equal((await inventory.extendAll({ of: ANN, ttlMs: TTL })).reservations.length, 1000)
    const { id: reservationId } = await inventory.reserve({ ...HOLD, ...ANN })
    const { seq } = await inventory.head()
    const ways = [
      () => inventory.confirmAll({ of: ANN }),
      () => inventory.extendAll({ of: ANN, ttlMs: TTL }),
      () => inventory.releaseAll({ of: ANN }),
    ]
    for (const way of ways) {
      const refused = await refusal(way)
      deepEqual([refused.code, refused.details], ['TOO_MANY', { most: 1000, atLeast: 1001 }])
    }
    const list = [HOLD, { verb: 'releaseAll', of: ANN }] as const
    const refused = await refusal(() => inventory.atomically({ commands: list }))
    deepEqual(refused.details, { most: 1000, atLeast: 1001, index: 1 })
    deepEqual([(await inventory.head()).seq, await counts()], [seq, '499/1001/0'])
    // Of 1,001 with one less and one more, and of 1,002 with one less, are 1,001.
    const all = { verb: 'releaseAll', of: ANN } as const
    const less = { verb: 'release', reservationId } as const
    const more = { ...HOLD, ...ANN }
    const asMany = await refusal(() => inventory.atomically({ commands: [less, more, all] }))
    equal(asMany.code, 'TOO_MANY')
    const { id: newest } = await inventory.reserve(more)
    const other = { verb: 'release', reservationId: newest } as const
    const stillMany = await refusal(() => inventory.atomically({ commands: [other, all] }))
    equal(stillMany.code, 'TOO_MANY')
    const { answers } = await inventory.atomically({ commands: [other, less, all] })
    equal(answers[2].reservations.length, 1000)
    equal(await counts(), '1500/0/0')
    await checkInvariants(inventory)
  })

  test('the holds of whoever has bought a lot are found among all that they bought', async (t) => {
    const { inventory, open, socks, clock } = await openFixture(t, makeShop)
    await socks(6000)
    const mine = { ...ANN, group: 'order-1' }
    const given = await inventory.reserve({ ...HOLD, owner: 'bob' })
    const [old, over] = [
      await inventory.reserve({ ...HOLD, ...mine }),
      await inventory.reserve({ ...HOLD, ...mine, ttlMs: 1 }),
    ]
    clock.advance(2)
    const sell = { verb: 'sell', ...SOCK, qty: 1, ...mine } as const
    for (let batch = 0; batch < 5; batch++)
      await inventory.batch({ commands: Array.from({ length: 1000 }, () => sell) })
    await inventory.close()
    const again = await open()
    deepEqual(ids(await again.extendAll({ of: ANN, ttlMs: TTL })), [old.id])
    // What is known of so many is true of what comes later, too.
    const [young, gone] = [
      await again.reserve({ ...HOLD, ...mine }),
      await again.reserve({ ...HOLD, ...mine }),
    ]
    await again.changeOwner({ reservationId: given.id, owner: 'ann' })
    await again.release({ reservationId: gone.id })
    await again.batch({ commands: [sell, { ...HOLD, ...mine, ttlMs: 1 }] })
    clock.advance(2)
    const held = [given.id, old.id, young.id]
    for (let time = 0; time < 2; time++)
      deepEqual(ids(await again.extendAll({ of: ANN, ttlMs: TTL })), held)
    const { reservations } = await again.releaseAll({ of: { group: 'order-1' } })
    deepEqual(ids({ reservations }), [old.id, young.id])
    deepEqual(ids(await again.confirmAll({ of: ANN })), [given.id])
    equal((await again.getReservation({ reservationId: over.id })).status, 'EXPIRED')
    await checkInvariants(again)
  })

  test('the same key answers the same, and does nothing more', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(5)
    await inventory.reserve({ ...HOLD, ...ANN })
    const release = { of: ANN, idempotencyKey: 'log out' }
    const first = await inventory.releaseAll(release)
    equal(first.reservations.length, 1)
    await inventory.reserve({ ...HOLD, ...ANN })
    deepEqual(await inventory.releaseAll(release), first)
    equal(await counts(), '4/1/0')
    const other = () => inventory.releaseAll({ ...release, of: { owner: 'bob' } })
    equal((await refusal(other)).code, 'IDEMPOTENCY_CONFLICT')
    await checkInvariants(inventory)
  })

  test('an owner or a group is named, and not both', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const wrong: unknown[] = [
      ...[
        undefined,
        null,
        'ann',
        [],
        ['ann'],
        {},
        { owner: '' },
        { group: 7 },
        new Map([['owner', 'ann']]),
      ],
      ...[{ owner: 'ann', group: 'order-1' }, { owner: 'x'.repeat(256) }, { owner: null }],
      { reservationId: 'x' },
    ]
    for (const none of wrong) {
      const refused = await refusal(() => inventory.releaseAll({ of: none as never }))
      equal(refused.code, 'INVALID_INPUT', JSON.stringify(none))
    }
    // A list answers no reservation that a later command could name.
    const commands = [
      { verb: 'releaseAll', of: ANN },
      { verb: 'release', reservationId: { result: 0, leg: 0 } },
    ] as const
    equal((await refusal(() => inventory.atomically({ commands }))).code, 'INVALID_INPUT')
    equal((await inventory.head()).seq, began)
  })

  test('what it may write counts a thousand times', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const metadata = (length: number) => ({ note: 'x'.repeat(500), more: 'x'.repeat(length) })
    const release = { verb: 'releaseAll', of: ANN } as const
    const commands = Array.from({ length: 7 }, () => ({ ...release, metadata: metadata(400) }))
    equal((await inventory.batch({ commands })).answers.length, 7)
    const refused = await refusal(() => inventory.batch({ commands: [...commands, ...commands] }))
    equal(refused.code, 'INVALID_INPUT')
  })
}

interface Changed {
  readonly reservations: readonly Reservation[]
}

function ids({ reservations }: Changed): string[] {
  return reservations.map(({ id }) => id)
}

async function plain(inventory: Inventory, reservationId: string): Promise<Reservation> {
  const { seq: _, ...found } = await inventory.getReservation({ reservationId })
  return found
}

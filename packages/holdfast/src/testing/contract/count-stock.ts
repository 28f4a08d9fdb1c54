import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, START, type Fixture, type MakeShop } from './fixture.ts'

/** countStock: as of a past moment, with unsellable units, or only if something changed. */
export function countStock(makeShop: MakeShop): void {
  /** Ten units at nine; two are sold and shipped at ten; at eleven the count of nine is entered. */
  async function morning({ inventory, clock, socks, hold }: Fixture): Promise<number> {
    await socks(10)
    const { seq: nine } = await inventory.head()
    clock.advance(1000)
    const reservationId = await hold(2)
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId })
    await hold(1)
    return nine
  }

  test('counted at nine, sold at ten, entered at eleven', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, counts } = fixture
    const seq = await morning(fixture)
    equal((await inventory.countStock({ ...SOCK, onHand: 10, asOf: { seq } })).onHand, 8)
    equal(await counts(), '7/1/0')
    equal((await inventory.countStock({ ...SOCK, onHand: 8, expected: 7 })).onHand, 9)
    await checkInvariants(inventory)
  })

  test('counted at nine by the clock, sold at ten, entered at eleven', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, counts } = fixture
    await morning(fixture)
    equal((await inventory.countStock({ ...SOCK, onHand: 9, asOf: { time: START } })).onHand, 7)
    equal(await counts(), '6/1/0')
  })

  test('a moment is not counted again after a later count', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, clock, socks, counts, trail } = fixture
    await socks(10)
    await socks(10, 'NYC')
    const { seq } = await inventory.head()
    const sheet = { ...SOCK, onHand: 8, asOf: { seq } }
    await inventory.countStock(sheet)
    clock.advance(1000)
    // By somebody else, or by the same clerk who has seen a slip.
    for (const [asOf, ifSeq] of [
      [{ seq }, seq],
      [{ seq: seq - 1 }, seq - 1],
      [{ time: START - 1 }, 0],
    ] as const) {
      const { code, message, details } = await refusal(() =>
        inventory.countStock({ ...sheet, asOf }),
      )
      equal(code, 'STOCK_CHANGED')
      equal(message, `SOCK in SF was counted after entry ${ifSeq}, by entry ${seq + 1}`)
      deepEqual(details, {
        ...{ warehouseId: 'SF', productId: 'SOCK', ifSeq, seq: seq + 1 },
        ...{ available: 8, held: 0, allocated: 0, unsellable: 0, onHand: 8 },
      })
    }
    equal(await counts(), '8/0/0')
    // Another level, a later moment, and the present can be counted.
    await inventory.countStock({ ...sheet, warehouseId: 'NYC' })
    await inventory.countStock({ ...sheet, asOf: { seq: seq + 1 } })
    await inventory.countStock({ ...SOCK, onHand: 7 })
    await inventory.countStock({ ...SOCK, onHand: 8, expected: 7 })
    deepEqual((await trail(seq)).slice(0, 2), ['COUNTED -2', 'COUNTED -2'])
    // Also by a count that found unsellable units alone.
    const { seq: before } = await inventory.head()
    await inventory.countStock({ ...SOCK, onHand: 9, unsellable: 1, onlyIfChanged: true })
    deepEqual(await trail(before), ['COUNTED_ASIDE 1'])
    const late = await refusal(() => inventory.countStock({ ...sheet, asOf: { seq: before } }))
    equal(late.code, 'STOCK_CHANGED')
    await checkInvariants(inventory)
    equal((await inventory.verify()).ok, true)
  })

  test('of counts of one moment that come together, one is made', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const { seq } = await inventory.head()
    const sheet = { ...SOCK, onHand: 8, asOf: { seq } }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => inventory.countStock(sheet)),
    )
    equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    equal(await counts(), '8/0/0')
    const count = { verb: 'countStock', ...sheet, productId: 'SHOE', onHand: 5 } as const
    const twice = await refusal(() => inventory.atomically({ commands: [count, count] }))
    deepEqual([twice.code, twice.details['index']], ['STOCK_CHANGED', 1])
  })

  test('a future moment is refused, and so is a sheet with two sources', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, clock } = fixture
    await morning(fixture)
    const { seq } = await inventory.head()
    const count = { ...SOCK, onHand: 10 }
    for (const wrong of [
      { asOf: { seq: seq + 1 } },
      { asOf: { time: clock.now() + 5001 } },
      { asOf: { seq }, expected: 7 },
      { asOf: { seq, time: START } },
      { asOf: {} },
      { asOf: 7 },
    ])
      equal(
        (await refusal(() => inventory.countStock({ ...count, ...(wrong as object) }))).code,
        'INVALID_INPUT',
        JSON.stringify(wrong),
      )
    const late = { verb: 'countStock', ...count, asOf: { seq: seq + 1 } } as const
    const sell = { verb: 'sell', ...SOCK, qty: 1 } as const
    const listed = await refusal(() => inventory.atomically({ commands: [sell, late] }))
    deepEqual([listed.code, listed.details['index']], ['INVALID_INPUT', 1])
  })

  test('a time a little ahead is the present, by the clock of another machine', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, clock } = fixture
    await morning(fixture)
    for (const ahead of [1, 5000]) {
      const asOf = { time: clock.now() + ahead }
      equal((await inventory.countStock({ ...SOCK, onHand: 8 + ahead, asOf })).onHand, 8 + ahead)
    }
  })

  test('a count as of a time works while others write', async (t) => {
    const { inventory, clock, socks } = await openFixture(t, makeShop)
    await socks(5)
    const asOf = { time: clock.now() }
    const writes = Array.from({ length: 50 }, () => socks(1, 'NYC'))
    const counts = Array.from({ length: 50 }, () =>
      inventory.countStock({ ...SOCK, onHand: 5, asOf, onlyIfChanged: true }),
    )
    await Promise.all([...writes, ...counts])
    equal((await inventory.stock(SOCK)).onHand, 5)
  })

  test('an aisle is counted as of one moment, each level on its own', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory } = fixture
    const seq = await morning(fixture)
    const count = (productId: string, onHand: number) =>
      ({ verb: 'countStock', ...SOCK, productId, onHand, asOf: { seq } }) as const
    const { answers } = await inventory.batch({
      commands: [count('SOCK', 0), count('SHOE', 4), count('SOCK', 10), count('SOCK', 10)],
      idempotencyKey: 'aisle-7',
    })
    deepEqual(
      answers.map((answer) => (answer.ok ? answer.onHand : answer.code)),
      ['INSUFFICIENT_STOCK', 4, 8, 'STOCK_CHANGED'],
    )
    const atomic = await inventory.atomically({ commands: [count('MUG', 11), count('CUP', 5)] })
    deepEqual(
      atomic.answers.map(({ onHand }) => onHand),
      [11, 5],
    )
  })

  test('a count that the units left cannot cover says what has moved since', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(10)
    const { seq } = await inventory.head()
    await inventory.sell({ ...SOCK, qty: 8 })
    const [sold] = (await inventory.listReservations()).items
    await inventory.ship({ reservationId: sold!.id })
    const few = await refusal(() => inventory.countStock({ ...SOCK, onHand: 5, asOf: { seq } }))
    equal(few.code, 'INSUFFICIENT_STOCK')
    equal(
      few.message,
      '5 of SOCK counted where 10 were expected, but only 2 are on hand in SF now, of which 0 are reserved',
    )
    const { requested, expected, onHand, reserved } = few.details
    deepEqual([requested, expected, onHand, reserved], [5, 10, 2, 0])
  })

  test('the key of a count covers the moment that was counted', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory } = fixture
    const seq = await morning(fixture)
    const count = { ...SOCK, onHand: 10, idempotencyKey: 'sheet-1' }
    const first = await inventory.countStock({ ...count, asOf: { seq } })
    await inventory.sell({ ...SOCK, qty: 1 })
    deepEqual(await inventory.countStock({ ...count, asOf: { seq } }), first)
    const other = await refusal(() => inventory.countStock({ ...count, asOf: { seq: seq - 1 } }))
    equal(other.code, 'IDEMPOTENCY_CONFLICT')
  })

  test('a count that changes nothing can be left out of the trail', async (t) => {
    const { inventory, socks, trail } = await openFixture(t, makeShop)
    await socks(5)
    const { seq } = await inventory.head()
    const same = { ...SOCK, onHand: 5, onlyIfChanged: true }
    equal((await inventory.countStock(same)).onHand, 5)
    const never = { ...same, productId: 'NEVER', onHand: 0 }
    equal((await inventory.countStock(never)).onHand, 0)
    deepEqual(await trail(seq), [])
    deepEqual((await inventory.listStock()).items.length, 1)
    await inventory.countStock({ ...same, onHand: 4 })
    await inventory.countStock({ ...SOCK, onHand: 4 })
    deepEqual(await trail(seq), ['COUNTED -1', 'COUNTED 0'])
  })

  test('a count includes what is set aside, and can say how much of it is', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, socks, hold, trail } = fixture
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

  test('unsellable units that moved after the count stay where they are', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, clock, socks, trail } = fixture
    await socks(10)
    await inventory.setAside({ ...SOCK, qty: 3, reason: 'SAMPLE' })
    const { seq } = await inventory.head()
    const sheet = { ...SOCK, onHand: 10, onlyIfChanged: true, asOf: { seq } }
    clock.advance(1000)
    await inventory.setAside({ ...SOCK, qty: 2, reason: 'DAMAGED' })
    const same = await inventory.countStock({ ...sheet, unsellable: 3 })
    deepEqual([same.available, same.unsellable], [5, 5])
    await inventory.writeOff({ ...SOCK, qty: 4, reason: 'DAMAGED' })
    const gone = await inventory.countStock({ ...sheet, unsellable: 3, asOf: { time: START } })
    deepEqual([gone.available, gone.unsellable], [5, 1])
    deepEqual(await trail(seq), ['SET_ASIDE 2', 'WRITTEN_OFF 4'])
    const few = await refusal(() => inventory.countStock({ ...sheet, unsellable: 1 }))
    deepEqual(
      [few.code, few.message],
      [
        'INSUFFICIENT_STOCK',
        '1 unsellable of SOCK in SF counted where 3 were expected, but only 1 are set aside now',
      ],
    )
    const { requested, expected, unsellable } = few.details
    deepEqual([requested, expected, unsellable], [1, 3, 1])
    const more = { verb: 'countStock', ...sheet, unsellable: 4 } as const
    const { answers } = await inventory.atomically({ commands: [more] })
    deepEqual([answers[0].available, answers[0].unsellable], [4, 2])
    await checkInvariants(inventory)
  })

  test('a count can move as many units between buckets as can exist', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory } = fixture
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
}

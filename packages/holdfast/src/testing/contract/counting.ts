import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openScene, START, TTL, type MakeShop, type Scene } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** Writes that depend on what somebody has seen, and counts of a moment that is over. */
export function counting(makeShop: MakeShop): void {
  test('a write may say what it has seen, and is refused if that is over', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
    await socks(5)
    const { seq: ifSeq } = await inventory.stock(SOCK)
    await inventory.addStock({ ...SOCK, productId: 'SHOE', qty: 1, source: 'S' })
    const counted = await inventory.countStock({ ...SOCK, onHand: 6, ifSeq })
    equal(counted.available, 6)
    await hold(2)
    const stale = await refusal(() => inventory.countStock({ ...SOCK, onHand: 6, ifSeq }))
    deepEqual(
      [stale.code, stale.details['ifSeq'], stale.details['available'], stale.details['held']],
      ['STOCK_CHANGED', ifSeq, 4, 2],
    )
    equal(stale.details['seq'], counted.seq + 1)
    const fresh = { ...SOCK, productId: 'NEW', qty: 1, source: 'S', ifSeq: 0 }
    await inventory.addStock(fresh)
    equal((await refusal(() => inventory.addStock(fresh))).code, 'STOCK_CHANGED')
  })

  /** Ten are there at nine; two are sold and shipped at ten; at eleven somebody types in what was counted at nine. */
  async function morning({ inventory, clock, socks, hold }: Scene): Promise<number> {
    await socks(10)
    const { seq: nine } = await inventory.head()
    clock.advance(1000)
    const reservationId = await hold(2)
    await inventory.confirm({ reservationId })
    await inventory.ship({ reservationId })
    await hold(1)
    return nine
  }

  test('counted at nine, sold at ten, typed in at eleven', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, counts } = scene
    const seq = await morning(scene)
    equal((await inventory.countStock({ ...SOCK, onHand: 10, asOf: { seq } })).onHand, 8)
    equal((await inventory.countStock({ ...SOCK, onHand: 9, asOf: { time: START } })).onHand, 7)
    equal(await counts(), '6/1/0')
    equal((await inventory.countStock({ ...SOCK, onHand: 8, expected: 7 })).onHand, 8)
    await checkInvariants(inventory)
  })

  test('a moment that has not been yet is refused, and so is a sheet of two sources', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory, clock } = scene
    await morning(scene)
    const { seq } = await inventory.head()
    const count = { ...SOCK, onHand: 10 }
    for (const wrong of [
      { asOf: { seq: seq + 1 } },
      { asOf: { time: clock.now() + 1 } },
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

  test('a count as of a time is taken while others write', async (t) => {
    const { inventory, clock, socks } = await openScene(t, makeShop)
    await socks(5)
    const asOf = { time: clock.now() }
    const writes = Array.from({ length: 50 }, () => socks(1, 'NYC'))
    const counts = Array.from({ length: 50 }, () =>
      inventory.countStock({ ...SOCK, onHand: 5, asOf, onlyIfChanged: true }),
    )
    await Promise.all([...writes, ...counts])
    equal((await inventory.stock(SOCK)).onHand, 5)
  })

  test('an aisle is counted as of one moment, each level for itself', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory } = scene
    const seq = await morning(scene)
    const count = (productId: string, onHand: number) =>
      ({ verb: 'countStock', ...SOCK, productId, onHand, asOf: { seq } }) as const
    const { answers } = await inventory.batch({
      commands: [count('SOCK', 10), count('SHOE', 4), count('SOCK', 0)],
      idempotencyKey: 'aisle-7',
    })
    deepEqual(
      answers.map((answer) => (answer.ok ? answer.onHand : answer.code)),
      [8, 4, 'INSUFFICIENT_STOCK'],
    )
    const atomic = await inventory.atomically({ commands: [count('SOCK', 11), count('SHOE', 5)] })
    deepEqual(
      atomic.answers.map(({ onHand }) => onHand),
      [9, 9],
    )
  })

  test('the key of a count covers the moment that was counted', async (t) => {
    const scene = await openScene(t, makeShop)
    const { inventory } = scene
    const seq = await morning(scene)
    const count = { ...SOCK, onHand: 10, idempotencyKey: 'sheet-1' }
    const first = await inventory.countStock({ ...count, asOf: { seq } })
    await inventory.sell({ ...SOCK, qty: 1 })
    deepEqual(await inventory.countStock({ ...count, asOf: { seq } }), first)
    const other = await refusal(() => inventory.countStock({ ...count, asOf: { seq: seq - 1 } }))
    equal(other.code, 'IDEMPOTENCY_CONFLICT')
  })

  test('a count that changes nothing can be left out of the trail', async (t) => {
    const { inventory, socks, trail } = await openScene(t, makeShop)
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

  test('units to be removed that are reserved are named by their reservations', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
    await socks(5)
    const id = await hold(5, TTL)
    const broken = await refusal(() =>
      inventory.removeStock({ ...SOCK, qty: 1, reason: 'DAMAGED' }),
    )
    deepEqual(broken.details['reservations'], [{ id, qty: 5, status: 'PENDING' }])
  })
}

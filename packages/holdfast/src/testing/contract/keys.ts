import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'
import { until } from './until.ts'

const DAY = 24 * 60 * 60_000

/** Idempotency: the same key and command, the same answer and one effect. */
export function keys(makeShop: MakeShop): void {
  const reserve = { ...SOCK, qty: 2, ttlMs: TTL, idempotencyKey: 'k-1' }

  test('the same key and command: the same answer, one effect', async (t) => {
    const { inventory, socks, trail, counts } = await openFixture(t, makeShop)
    await socks(10)
    const first = await inventory.reserve(reserve)
    await socks(1)
    deepEqual(await inventory.reserve(reserve), first)
    deepEqual(await inventory.execute({ verb: 'reserve', ...reserve }), first)
    const [, again] = (
      await inventory.batch({
        commands: [
          { verb: 'release', reservationId: first.id },
          { verb: 'reserve', ...reserve },
        ],
      })
    ).answers
    deepEqual(again, { ok: true, replayed: true, ...first })
    deepEqual(await trail(), ['RECEIVED 10', 'RESERVED 2', 'RECEIVED 1', 'RETURNED 2'])
    equal(await counts(), '11/0/0')
  })

  test('a repeated answer says so, and so does a refusal itself; a first one and a conflict do not', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(2)
    const told: string[] = []
    const ask = (command: object, name: string) =>
      inventory
        .execute(
          { verb: 'reserve', ...reserve, ...command },
          { onReplay: () => void told.push(name) },
        )
        .then(
          () => 'done',
          (error: unknown) => {
            const { code, replayed } = error as { code: string; replayed?: true }
            return [code, replayed]
          },
        )
    const soldOut = { idempotencyKey: 'k-2' }
    deepEqual(await ask({}, 'first'), 'done')
    deepEqual(await ask(soldOut, 'sold out'), ['INSUFFICIENT_STOCK', undefined])
    await socks(5)
    deepEqual(await ask({ qty: 1 }, 'conflict'), ['IDEMPOTENCY_CONFLICT', undefined])
    deepEqual(told, [])
    // At once, so that they may reach the store, or the network, together.
    const again = await Promise.all([ask({}, 'again'), ask(soldOut, 'still'), ask({}, 'again')])
    deepEqual(again, ['done', ['INSUFFICIENT_STOCK', true], 'done'])
    deepEqual(told, ['again', 'still', 'again'])
    const { answers } = await inventory.batch({
      commands: [
        { verb: 'reserve', ...reserve, ...soldOut },
        { verb: 'reserve', ...reserve, idempotencyKey: 'k-3' },
      ],
    })
    deepEqual(
      answers.map(({ ok: isDone, replayed }) => [isDone, replayed]),
      [
        [false, true],
        [true, undefined],
      ],
    )
    const whole = {
      idempotencyKey: 'k-4',
      commands: [{ verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL }],
    } as const
    let wholes = 0
    const count = { onReplay: () => void wholes++ }
    deepEqual(await inventory.atomically(whole, count), await inventory.atomically(whole, count))
    equal(wholes, 1)
  })

  test('the order of the fields makes no difference', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(10)
    const metadata = { a: '1', b: '2' }
    const first = await inventory.reserve({ ...reserve, metadata })
    const turned = {
      idempotencyKey: 'k-1',
      metadata: { b: '2', a: '1' },
      ttlMs: TTL,
      qty: 2,
      productId: 'SOCK',
      warehouseId: 'SF',
      owner: undefined,
    }
    deepEqual(await inventory.reserve(turned), first)
  })

  test('another command with the same key is a conflict', async (t) => {
    const { inventory, socks, trail } = await openFixture(t, makeShop)
    await socks(10)
    const first = await inventory.reserve(reserve)
    for (const other of [
      { qty: 3 },
      { owner: 'cart-1' },
      { metadata: { a: '1' } },
      { actor: 'x' },
    ]) {
      const refused = await refusal(() => inventory.reserve({ ...reserve, ...other }))
      equal(refused.name, 'IdempotencyConflictError')
      equal(refused.code, 'IDEMPOTENCY_CONFLICT')
    }
    const release = { reservationId: first.id, idempotencyKey: 'k-1' }
    equal((await refusal(() => inventory.release(release))).code, 'IDEMPOTENCY_CONFLICT')
    equal((await trail()).length, 2)
    deepEqual(await inventory.reserve(reserve), first)
  })

  test('a stored refusal is repeated, though stock has come meanwhile', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(1)
    const first = await refusal(() => inventory.reserve(reserve))
    await socks(10)
    const again = await refusal(() => inventory.reserve(reserve))
    deepEqual([again.name, again.toJSON()], [first.name, first.toJSON()])
    equal((await inventory.reserve({ ...reserve, idempotencyKey: 'k-2' })).qty, 2)
    equal(await counts(), '9/2/0')
  })

  test('a key takes effect once, in whatever order keys come, however few are remembered', async (t) => {
    const { inventory, socks, counts, open } = await openFixture(t, makeShop, { cacheRecords: 2 })
    await socks(100)
    const names = ['m-5', 'm-6', 'm-1', 'z-9', 'é', 'm-7', '\u{1f9e6}', '\uffee', 'a', 'zz', '~']
    const calls = names.flatMap((key) => ['', 'shop'].map((scope) => ({ key, scope })))
    const ask = ({ key, scope }: (typeof calls)[number], of = inventory) =>
      of.reserve({ ...SOCK, qty: 1, ttlMs: TTL, idempotencyKey: key }, { scope })
    const first: unknown[] = []
    for (const call of calls) first.push(await ask(call))
    equal(await counts(), '78/22/0')
    for (const [index, call] of calls.entries()) deepEqual(await ask(call), first[index])
    await inventory.close()
    const again = await open({ cacheRecords: 3 })
    for (const [index, call] of [...calls.entries()].reverse())
      deepEqual(await ask(call, again), first[index])
    equal((await again.stock(SOCK)).held, 22)
  })

  test('bad input is not stored: corrected, it succeeds with the same key', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(10)
    equal((await refusal(() => inventory.reserve({ ...reserve, qty: 0 }))).code, 'INVALID_QTY')
    equal((await refusal(() => inventory.reserve({ ...reserve, ttlMs: 0 }))).code, 'INVALID_INPUT')
    equal((await inventory.reserve(reserve)).qty, 2)

    const move = { fromWarehouseId: 'SF', productId: 'SOCK', qty: 1, idempotencyKey: 'k-2' }
    const nowhere = await refusal(() => inventory.transfer({ ...move, toWarehouseId: 'SF' }))
    equal(nowhere.code, 'INVALID_INPUT')
    equal((await inventory.transfer({ ...move, toWarehouseId: 'NYC' })).status, 'APPROVED')

    const order = { productId: 'SOCK', qty: 1, ttlMs: TTL, idempotencyKey: 'k-3' }
    const unknown = () => inventory.fulfillAcrossWarehouses({ ...order, strategy: 'cheapest' })
    equal((await refusal(unknown)).code, 'INVALID_INPUT')
    equal((await inventory.fulfillAcrossWarehouses(order)).reservations.length, 1)
  })

  test('one key cannot be that of a list and of a command in it', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const command = { verb: 'reserve', ...reserve, idempotencyKey: 'k-1' } as const
    const list = { commands: [{ ...command, idempotencyKey: 'k-2' }, command] }
    const refused = await refusal(() => inventory.batch({ ...list, idempotencyKey: 'k-1' }))
    equal(refused.code, 'INVALID_INPUT')
    equal(await counts(), '10/0/0')
    const answer = await inventory.batch({ ...list, idempotencyKey: 'k-3' })
    deepEqual(await inventory.batch({ ...list, idempotencyKey: 'k-3' }), answer)
    equal(await counts(), '6/4/0')
  })

  test('concurrent callers with one key get one answer', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const answers = await Promise.all(Array.from({ length: 50 }, () => inventory.reserve(reserve)))
    for (const answer of answers) deepEqual(answer, answers[0])
    equal(await counts(), '8/2/0')
    const inOne = await inventory.batch({
      commands: [
        { verb: 'reserve', ...reserve, idempotencyKey: 'k-9' },
        { verb: 'reserve', ...reserve, idempotencyKey: 'k-9' },
        { verb: 'reserve', ...reserve, qty: 3, idempotencyKey: 'k-9' },
      ],
    })
    const [one, two, other] = inOne.answers
    deepEqual({ ...one, replayed: true }, two)
    ok(one.ok && !other.ok)
    equal(other.code, 'IDEMPOTENCY_CONFLICT')
    equal(await counts(), '6/4/0')
    await checkInvariants(inventory)
  })

  test('sweeping deletes no key in the last millisecond that it is kept', async (t) => {
    const { inventory, clock, socks, open } = await openFixture(t, makeShop)
    await socks(10)
    await inventory.close()
    const keepKeysMs = 1000
    const sweeping = await open({ keepKeysMs, sweepMs: 5 })
    const first = await sweeping.reserve(reserve)
    clock.advance(keepKeysMs)
    await pause(60)
    await sweeping.close()
    // Opened again, so that only what is stored is known.
    const again = await open({ keepKeysMs })
    deepEqual(await again.reserve(reserve), first)
  })

  test('swept keys are deleted, and the log says so', async (t) => {
    const { inventory, clock, socks } = await openFixture(t, makeShop, {
      keepKeysMs: 1,
      sweepMs: 5,
    })
    await socks(10)
    const first = await inventory.reserve(reserve)
    const { hash } = await inventory.head()
    clock.advance(2)
    await until('something swept', async () => (await inventory.head()).hash !== hash)
    equal((await inventory.verify()).ok, true)
    notEqual((await inventory.reserve(reserve)).id, first.id)
    equal((await inventory.verify()).ok, true)
  })

  test('a key outlives the process', async (t) => {
    const { inventory, open, socks } = await openFixture(t, makeShop)
    await socks(3)
    const first = await inventory.reserve(reserve)
    const second = { ...reserve, idempotencyKey: 'k-2' }
    const refused = await refusal(() => inventory.reserve(second))
    await inventory.close()
    const again = await open()
    deepEqual(await again.reserve(reserve), first)
    deepEqual((await refusal(() => again.reserve(second))).toJSON(), refused.toJSON())
    const other = await refusal(() => again.reserve({ ...reserve, qty: 1 }))
    equal(other.code, 'IDEMPOTENCY_CONFLICT')
  })

  test('a key is kept for a day, and is new after that', async (t) => {
    const { inventory, clock, socks } = await openFixture(t, makeShop)
    await socks(10)
    const first = await inventory.reserve(reserve)
    clock.advance(DAY)
    deepEqual(await inventory.reserve(reserve), first)
    clock.advance(1)
    const next = await inventory.reserve({ ...reserve, qty: 3 })
    notEqual(next.id, first.id)
    deepEqual(await inventory.reserve({ ...reserve, qty: 3 }), next)
  })

  test('a key may be any text, and no two texts are the same key', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(100)
    const texts = [
      'k',
      'K',
      'k ',
      '__proto__',
      'constructor',
      '\u00e9',
      'e\u0301',
      '🧦',
      'x'.repeat(255),
    ]
    for (const idempotencyKey of texts) {
      const once = await inventory.reserve({ ...reserve, qty: 1, idempotencyKey })
      deepEqual(await inventory.reserve({ ...reserve, qty: 1, idempotencyKey }), once)
    }
    equal(await counts(), `${100 - texts.length}/${texts.length}/0`)
    for (const idempotencyKey of ['', 'a\nb', '\ud800', 'x'.repeat(256)])
      equal(
        (await refusal(() => inventory.reserve({ ...reserve, idempotencyKey }))).code,
        'INVALID_INPUT',
      )
  })

  test('with a key, each way to change a hold, a sale or a level takes effect once', async (t) => {
    const { inventory, clock, socks, hold, trail } = await openFixture(t, makeShop)
    await socks(20)
    await socks(20, 'NYC')
    const over = await hold(1, 1)
    clock.advance(2)
    const sold = (await inventory.sell({ ...SOCK, qty: 3 })).id
    const commands = [
      { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL, replaces: await hold(1) },
      { verb: 'confirm', reservationId: await hold(3), qty: 1, rest: 'hold' },
      { verb: 'confirm', reservationId: over, reacquire: true },
      { verb: 'sell', ...SOCK, qty: 1, ship: true },
      { verb: 'moveReservation', reservationId: await hold(1), toWarehouseId: 'NYC' },
      { verb: 'changeOwner', reservationId: await hold(1), owner: 'ann' },
      { verb: 'release', reservationId: await hold(3), qty: 1 },
      { verb: 'transfer', ...MOVE, qty: 2, reservations: [await hold(1)] },
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

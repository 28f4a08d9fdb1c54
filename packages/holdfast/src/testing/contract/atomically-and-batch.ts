import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const reserve = (qty: number, productId = 'SOCK') =>
  ({ verb: 'reserve', ...SOCK, productId, qty, ttlMs: TTL }) as const

/** Several commands in one call: each on its own, or all or none. */
export function atomicallyAndBatch(makeShop: MakeShop): void {
  test('in a batch each command has its own answer, typed by its verb', async (t) => {
    const { inventory, began, counts } = await openFixture(t, makeShop)
    const { answers, seq } = await inventory.batch({
      commands: [
        { verb: 'addStock', ...SOCK, qty: 10, source: 'SUPPLIER' },
        reserve(4),
        reserve(7),
        { verb: 'fulfillAcrossWarehouses', productId: 'SOCK', qty: 1, ttlMs: TTL },
        { verb: 'atomically', commands: [reserve(1), reserve(5)] },
        { verb: 'atomically', commands: [reserve(1), reserve(4)] },
      ],
    })
    const [added, held, refused, legs, half, whole] = answers
    ok(added.ok && held.ok && legs.ok && whole.ok)
    deepEqual([added.available, added.seq], [10, began + 1])
    deepEqual([held.status, held.qty, held.seq], ['PENDING', 4, began + 2])
    equal(legs.reservations[0]!.qty, 1)
    equal(whole.answers.length, 2)
    ok(!refused.ok && refused.code === 'INSUFFICIENT_STOCK' && !half.ok)
    equal(refused.details.available, 6)
    equal(typeof refused.message, 'string')
    deepEqual([half.code, half.details['index']], ['INSUFFICIENT_STOCK', 1])
    equal(seq, began + 5)
    equal(whole.seq, seq)
    equal(await counts(), '0/10/0')
    await checkInvariants(inventory)
  })

  test('a batch with a malformed command is refused as a whole, and says which', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const add = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' } as const
    const refused = await refusal(() => inventory.batch({ commands: [add, { ...add, qty: 0 }] }))
    deepEqual([refused.code, refused.details], ['INVALID_QTY', { field: 'qty', index: 1 }])
    for (const commands of [[], Array.from({ length: 1001 }, () => add), [null], Array(1), 'x'])
      equal(
        (await refusal(() => inventory.batch({ commands: commands as never }))).code,
        'INVALID_INPUT',
      )
    equal(
      (await refusal(() => inventory.batch({ commands: [add], onwer: 1 } as never))).code,
      'INVALID_INPUT',
    )
    equal((await inventory.head()).seq, began)
  })

  test('a thousand commands fit in one batch, and in one atomically', async (t) => {
    const { inventory, began, counts } = await openFixture(t, makeShop)
    const add = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' } as const
    const commands = Array.from({ length: 1000 }, () => add)
    equal((await inventory.batch({ commands })).answers.length, 1000)
    const { answers, seq } = await inventory.atomically({ commands })
    deepEqual([answers.length, seq], [1000, began + 2000])
    equal(await counts(), '2000/0/0')
  })

  test('the actor and metadata of a batch go into the entries of its commands', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const add = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' } as const
    const commands = [add, { ...add, actor: 'bob', metadata: { order: '8' } }]
    await inventory.batch({ actor: 'ann', metadata: { order: '7' }, commands })
    await inventory.atomically({ actor: 'ann', metadata: { order: '7' }, commands })
    const said: unknown[] = []
    for await (const { actor, metadata } of inventory.audit({ after: began }))
      said.push([actor, metadata])
    const ann = ['ann', { order: '7', source: 'SUPPLIER' }]
    const bob = ['bob', { order: '8', source: 'SUPPLIER' }]
    deepEqual(said, [ann, bob, ann, bob])
  })

  test('atomically executes all, in order, two lines of one product as their sum', async (t) => {
    const { inventory, began, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const refused = await refusal(() =>
      inventory.atomically({ commands: [reserve(6), reserve(5)] }),
    )
    deepEqual(
      [refused.name, refused.details['index'], refused.details['available']],
      ['InsufficientStockError', 1, 4],
    )
    deepEqual([await counts(), (await inventory.head()).seq], ['10/0/0', began + 1])
    const { answers } = await inventory.atomically({ commands: [reserve(6), reserve(4)] })
    const [one, two] = answers as readonly { id: string; qty: number }[]
    deepEqual([one!.qty, two!.qty], [6, 4])
    notEqual(one!.id, two!.id)
    equal((await inventory.getReservation({ reservationId: two!.id })).qty, 4)
    equal(await counts(), '0/10/0')
  })

  test('half an atomically never remains: no count, entry, record, or used room', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const { inventory, socks, hold, counts, trail } = fixture
    await socks(10)
    const held = await hold(2)
    const { id: transferId } = await inventory.transfer({ ...MOVE, qty: 1, requiresApproval: true })
    const before = [await inventory.head(), await counts(), await trail()]
    const refused = await refusal(() =>
      inventory.atomically({
        commands: [
          { verb: 'confirm', reservationId: held },
          { verb: 'approveTransfer', transferId },
          { verb: 'addStock', warehouseId: 'TINY', productId: 'NEW', qty: 5, source: 'S' },
          reserve(3),
          reserve(99),
        ],
      }),
    )
    equal(refused.details['index'], 4)
    deepEqual([await inventory.head(), await counts(), await trail()], before)
    equal((await inventory.getReservation({ reservationId: held })).status, 'PENDING')
    equal((await inventory.getTransfer({ transferId })).status, 'PENDING_APPROVAL')
    equal((await inventory.listStock({ productId: 'NEW' })).items.length, 0)
    await inventory.addStock({ warehouseId: 'TINY', productId: 'NEW', qty: 5, source: 'S' })
    await checkInvariants(inventory)
  })

  test('commands that are refused do not disturb the others', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(3)
    const outcomes = await Promise.allSettled([
      inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL }),
      inventory.reserve({ ...SOCK, qty: 2, ttlMs: TTL }),
      inventory.atomically({ commands: [reserve(1), reserve(1)] }),
      inventory.reserve({ ...SOCK, qty: 1, ttlMs: TTL }),
      inventory.ship({ reservationId: 'nobody' }),
    ])
    deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'rejected'],
    )
    equal(await counts(), '0/3/0')
    await checkInvariants(inventory)
  })

  test('a list refers to what it has just made', async (t) => {
    const { inventory, socks, hold, counts } = await openFixture(t, makeShop)
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
    const { inventory, socks } = await openFixture(t, makeShop)
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

  test('a whole batch, and a whole atomically, have a key too', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const one = { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL } as const
    const batch = { idempotencyKey: 'b-1', commands: [one, { ...one, qty: 99 }] }
    const first = await inventory.batch(batch)
    deepEqual(await inventory.batch(batch), first)
    equal(await counts(), '8/2/0')
    const conflict = () => inventory.batch({ ...batch, commands: [one] })
    equal((await refusal(conflict)).code, 'IDEMPOTENCY_CONFLICT')

    const all = { idempotencyKey: 'a-1', commands: [one, one] }
    const whole = await inventory.atomically(all)
    deepEqual(await inventory.atomically(all), whole)
    equal(await counts(), '4/6/0')
    const none = { idempotencyKey: 'a-2', commands: [one, { ...one, qty: 99 }] }
    const refused = await refusal(() => inventory.atomically(none))
    await socks(200)
    deepEqual((await refusal(() => inventory.atomically(none))).toJSON(), refused.toJSON())
  })
}

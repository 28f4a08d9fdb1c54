import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'
import { INTO_TINY } from './refusal-cases.ts'

const ADD = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' } as const

/** The longest, the strangest and the largest accepted input. */
export function limits(makeShop: MakeShop): void {
  test('a string of maximum length is accepted, one more character is not', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const most = { productId: 128, source: 500, actor: 255, idempotencyKey: 255 }
    for (const [field, length] of Object.entries(most)) {
      const give = (text: string) => inventory.addStock({ ...ADD, [field]: text })
      equal((await give('x'.repeat(length))).available >= 1, true)
      equal((await refusal(() => give('x'.repeat(length + 1)))).code, 'INVALID_INPUT', field)
    }
    const keys = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`${i}${'k'.repeat(38)}`, 'v'.repeat(500)]),
      )
    await inventory.addStock({ ...ADD, metadata: keys(50) })
    equal(
      (await refusal(() => inventory.addStock({ ...ADD, metadata: keys(51) }))).code,
      'INVALID_INPUT',
    )
    for (const metadata of [{ source: 'x' }, { key: 1 }, new Map([['key', 'x']]), ['x']]) {
      const give = () => inventory.addStock({ ...ADD, metadata: metadata as never })
      equal((await refusal(give)).code, 'INVALID_INPUT')
    }
    await checkInvariants(inventory)
  })

  test('strange ids are returned unchanged, each distinct', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const ids = [
      '__proto__',
      'constructor',
      'toString',
      '0',
      'SOCK',
      'sock',
      'S OCK',
      'S  OCK',
      '\u00e9',
      '🧦',
      '\uffff',
      '%_',
      `'";--`,
      '\\',
    ]
    for (const [index, productId] of ids.entries()) {
      const { available } = await inventory.addStock({ ...ADD, productId, qty: index + 1 })
      equal(available, index + 1, productId)
      const made = await inventory.reserve({
        warehouseId: 'SF',
        productId,
        qty: 1,
        ttlMs: TTL,
        owner: productId,
      })
      deepEqual([made.productId, made.owner], [productId, productId])
      equal((await inventory.listReservations({ owner: productId })).items[0]!.id, made.id)
      equal((await inventory.listStock({ productId })).items[0]!.onHand, index + 1)
      equal((await inventory.explain({ warehouseId: 'SF', productId })).entries.length, 2)
    }
    await checkInvariants(inventory)
  })

  test('ids that differ only in invisible characters are refused, and leave nothing', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    await inventory.addStock(ADD)
    const unseen = [' ', ' SOCK', 'SOCK ', 'SO\u200bCK', 'SOCK\ufeff', 'S\u00a0OCK', 'SOCK\ufe0f']
    for (const id of [...unseen, 'e\u0301', '\u2028']) {
      const ways: (() => Promise<unknown>)[] = [
        () => inventory.addStock({ ...ADD, productId: id }),
        () => inventory.addStock({ ...ADD, warehouseId: id }),
        () => inventory.atomically({ commands: [ADD, { ...ADD, productId: id }] }),
        () => inventory.batch({ commands: [ADD, { ...ADD, productId: id }] }),
        () => inventory.transfer({ ...INTO_TINY, toWarehouseId: id, qty: 1 }),
        () =>
          inventory.fulfillAcrossWarehouses({
            productId: 'SOCK',
            qty: 1,
            ttlMs: TTL,
            warehouseOrder: ['SF', id],
          }),
        () => inventory.changeWarehouse({ id, name: 'x' }),
        () => inventory.changeWarehouse({ id: 'SF', name: 'x', reorderThresholds: { [id]: 1 } }),
        () => inventory.stock({ ...SOCK, productId: id }),
        () => inventory.stockAt({ ...SOCK, warehouseId: id, time: 0 }),
        () => inventory.explain({ ...SOCK, productId: id }),
        () => inventory.listStock({ productId: id }),
        () => inventory.listReservations({ warehouseId: id }),
        () => inventory.listTransfers({ productId: id }),
        () => collect(inventory.audit({ productId: id })),
      ]
      for (const way of ways)
        equal((await refusal(way)).code, 'INVALID_INPUT', `${JSON.stringify(id)} ${String(way)}`)
    }
    const refused = await refusal(() => inventory.addStock({ ...ADD, productId: 'SO\u200bCK' }))
    equal(refused.message.includes('U+200B (zero width space)'), true, refused.message)
    deepEqual(
      (await inventory.listStock()).items.map(({ productId }) => productId),
      ['SOCK'],
    )
    await checkInvariants(inventory)
  })

  test('a prefix may end in a space', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    for (const productId of ['CUP', 'CUP BLUE', 'CUPBOARD'])
      await inventory.addStock({ ...ADD, productId })
    const found = await inventory.listStock({ prefix: 'CUP ' })
    deepEqual(
      found.items.map(({ productId }) => productId),
      ['CUP BLUE'],
    )
    for (const prefix of [' CUP', 'CUP\u200b', 'e\u0301'])
      equal((await refusal(() => inventory.listStock({ prefix }))).code, 'INVALID_INPUT')
  })

  test('quantities up to 1e12 stay exact, and sums end at 2^53 − 1', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    const most = { ...ADD, qty: 1e12 }
    for (let i = 0; i < 9; i++)
      await inventory.batch({ commands: Array.from({ length: 1000 }, () => most) })
    await inventory.batch({ commands: Array.from({ length: 7 }, () => most) })
    await inventory.addStock({ ...ADD, qty: Number.MAX_SAFE_INTEGER - 9_007e12 })
    equal(await counts(), `${Number.MAX_SAFE_INTEGER}/0/0`)
    for (const productId of ['SOCK', 'OTHER']) {
      equal(
        (await refusal(() => inventory.addStock({ ...ADD, productId }))).code,
        'CAPACITY_EXCEEDED',
      )
      equal(
        (
          await refusal(() =>
            inventory.countStock({
              ...SOCK,
              productId,
              onHand: productId === 'SOCK' ? 1e12 + 1 : 1,
            }),
          )
        ).code,
        productId === 'SOCK' ? 'INVALID_QTY' : 'CAPACITY_EXCEEDED',
      )
    }
    await inventory.reserve({ ...SOCK, qty: 1e12, ttlMs: TTL })
    equal(await counts(), `${Number.MAX_SAFE_INTEGER - 1e12}/1000000000000/0`)
    await inventory.countStock({ ...SOCK, onHand: 1e12 })
    equal(await counts(), '0/1000000000000/0')
    const zero = await inventory.countStock({ ...SOCK, productId: 'OTHER', onHand: -0 })
    equal(Object.is(zero.onHand, 0), true)
    await checkInvariants(inventory)
  })
}

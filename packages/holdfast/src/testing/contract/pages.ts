import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { FilterOf } from '../../model/commands/lists.ts'
import { everyPage } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { START, openFixture, TTL, type Fixture, type MakeShop } from './fixture.ts'

type Filtered = 'listStock' | 'listReservations' | 'listTransfers' | 'audit'

/** For each filter, a value that nothing in the fixture matches. The compiler asks for one for each new filter. */
const NOBODY: { [L in Filtered]: Required<Omit<FilterOf<L>, 'cursor' | 'limit'>> } = {
  listStock: { warehouseId: 'MOON', productId: 'SHOE', prefix: 'SHOE', low: true },
  listReservations: {
    warehouseId: 'MOON',
    productId: 'SHOE',
    status: 'SHIPPED',
    owner: 'nobody',
    group: 'none',
  },
  listTransfers: { warehouseId: 'MOON', productId: 'SHOE', status: 'REJECTED', group: 'none' },
  audit: {
    after: 0, // the end of the trail
    type: 'COUNTED',
    warehouseId: 'MOON',
    productId: 'SHOE',
    reservationId: 'nobody',
    transferId: 'nobody',
    group: 'none',
    reference: 'order:none',
    actor: 'nobody',
    from: START + 1_000_000,
    to: 1,
  },
}

/** Lists: their order, their filters, their pages. */
export function pages(makeShop: MakeShop): void {
  async function shelves(fixture: Fixture): Promise<void> {
    const add = { verb: 'addStock', qty: 1, source: 'S' } as const
    const products = ['b', 'a', 'ab', 'a\uffff', 'a😀', 'é', '%', 'a_', '__proto__']
    const commands = products.flatMap((productId) =>
      ['SF', 'NYC'].map((warehouseId) => ({ ...add, warehouseId, productId })),
    )
    await fixture.inventory.batch({ commands })
  }

  const IN_ORDER = ['%', '__proto__', 'a', 'a_', 'ab', 'a\uffff', 'a😀', 'b', 'é']

  test('levels are listed by the bytes of product, then warehouse; in pages, each once', async (t) => {
    const fixture = await openFixture(t, makeShop)
    await shelves(fixture)
    const expected = IN_ORDER.flatMap((id) => [`${id} NYC`, `${id} SF`])
    for (const limit of [1, 2, 5, 17, 18, 19, 1000]) {
      const items = await everyPage((cursor) => fixture.inventory.listStock({ cursor, limit }))
      deepEqual(
        items.map(({ productId, warehouseId }) => `${productId} ${warehouseId}`),
        expected,
      )
    }
    const { items, cursor, seq } = await fixture.inventory.listStock({ limit: 18 })
    deepEqual([items.length, cursor, seq], [18, null, (await fixture.inventory.head()).seq])
  })

  test('levels are found by warehouse, product and the beginning of a product', async (t) => {
    const fixture = await openFixture(t, makeShop)
    await shelves(fixture)
    const list = async (filter: object): Promise<string[]> => {
      const items = await everyPage((cursor) =>
        fixture.inventory.listStock({ ...filter, cursor, limit: 2 }),
      )
      return items.map(({ productId, warehouseId }) => `${productId} ${warehouseId}`)
    }
    deepEqual(await list({ productId: 'a' }), ['a NYC', 'a SF'])
    deepEqual(await list({ productId: 'a', warehouseId: 'SF' }), ['a SF'])
    deepEqual(
      await list({ warehouseId: 'NYC' }),
      IN_ORDER.map((id) => `${id} NYC`),
    )
    const beginning = IN_ORDER.filter((id) => id.startsWith('a')).map((id) => `${id} SF`)
    deepEqual(await list({ prefix: 'a', warehouseId: 'SF' }), beginning)
    deepEqual(await list({ prefix: '%' }), ['% NYC', '% SF'])
    deepEqual(await list({ prefix: 'a_' }), ['a_ NYC', 'a_ SF'])
    deepEqual(await list({ prefix: 'A' }), [])
    deepEqual(await list({ warehouseId: 'LA' }), [])
  })

  test('a cursor that no list made is invalid input, whatever it holds', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(1)
    const made = (list: string, position: unknown): string =>
      Buffer.from(JSON.stringify([list, position])).toString('base64url')
    const ids = ['\u0000', 'a\u0000b', '\ud800', '', 'x'.repeat(129), 3, null]
    const cursors = ids.flatMap((id) => [made('stock', [id, 'SF']), made('stock', ['SOCK', id])])
    for (const list of ['reservations', 'transfers'])
      for (const seq of [-1, 0.5, 2 ** 63, '1', null, [1]]) cursors.push(made(list, seq))
    cursors.push(made('stock', ['SOCK']), made('stock', ['SOCK', 'SF', 'SF']), '', '\u0000', '!')
    for (const read of ['listStock', 'listReservations', 'listTransfers'] as const)
      for (const cursor of cursors)
        equal((await refusal(() => inventory[read]({ cursor }))).code, 'INVALID_INPUT', cursor)
  })

  test('what is low is found as alerts mean it: available at or below the threshold as it is now', async (t) => {
    const { inventory, clock } = await openFixture(t, makeShop)
    const add = (warehouseId: string, productId: string, qty: number) =>
      inventory.addStock({ warehouseId, productId, qty, source: 'S' })
    const list = async (filter: object = { low: true }): Promise<string[]> => {
      const items = await everyPage((cursor) =>
        inventory.listStock({ ...filter, cursor, limit: 1 }),
      )
      return items.map(({ productId, warehouseId }) => `${productId} ${warehouseId}`)
    }
    for (const [product, qty] of [
      ['BOOT', 8],
      ['CAP', 3],
      ['CUP', 4],
    ] as const)
      await add('LA', product, qty)
    await add('SF', 'BOOT', 1)
    deepEqual(await list(), ['BOOT LA', 'CAP LA'])
    deepEqual(await list({ low: false }), ['BOOT SF', 'CUP LA'])
    await add('LA', 'BOOT', 1)
    deepEqual(await list(), ['CAP LA'])
    const hold = { productId: 'BOOT', qty: 1, ttlMs: TTL }
    await inventory.reserve({ ...hold, warehouseId: 'LA' })
    await inventory.reserve({ ...hold, warehouseId: 'SF' })
    deepEqual(await list(), ['BOOT LA', 'BOOT SF', 'CAP LA'])
    deepEqual(await list({ low: true, warehouseId: 'LA' }), ['BOOT LA', 'CAP LA'])
    deepEqual(await list({ low: true, prefix: 'C' }), ['CAP LA'])
    deepEqual(await list({ low: true, productId: 'BOOT', warehouseId: 'SF' }), ['BOOT SF'])
    clock.advance(TTL + 1)
    deepEqual(await list(), ['CAP LA'])
    await inventory.patchWarehouse({ id: 'LA', reorderThresholds: { CUP: 4, BOOT: null } })
    deepEqual(await list(), ['CAP LA', 'CUP LA'])
    await inventory.removeStock({ warehouseId: 'SF', productId: 'BOOT', qty: 1, reason: 'broken' })
    deepEqual(await list(), ['BOOT SF', 'CAP LA', 'CUP LA'])
    await inventory.closeWarehouse({ warehouseId: 'SF' })
    deepEqual(await list(), ['CAP LA', 'CUP LA'])
    for (const low of ['true', 1, null])
      equal((await refusal(() => inventory.listStock({ low } as never))).code, 'INVALID_INPUT')
  })

  test('a page of what is low looks at 5,000 levels, and may be empty and not the last', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const levels = Array.from({ length: 5002 }, (_, index) => ({
      verb: 'addStock' as const,
      warehouseId: index === 5001 ? 'LA' : 'SF',
      productId: `P${String(index).padStart(4, '0')}`,
      qty: 1,
      source: 'S',
    }))
    for (let i = 0; i < levels.length; i += 1000)
      await inventory.batch({ commands: levels.slice(i, i + 1000) })
    for (const filter of [{ low: true }, { low: true, warehouseId: 'LA' }]) {
      const { items: none, cursor } = await inventory.listStock(filter)
      deepEqual(none, [])
      ok(cursor !== null)
      const { items, cursor: end } = await inventory.listStock({ ...filter, cursor })
      deepEqual([items.map(({ productId }) => productId), end], [['P5001'], null])
    }
  })

  test('reservations are listed newest first, by status, owner, place; in pages', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(20)
    await socks(20, 'NYC')
    const ids: string[] = []
    for (let i = 0; i < 9; i++) {
      const at = { warehouseId: i % 2 ? 'SF' : 'NYC', productId: 'SOCK' }
      const owner = i % 3 === 0 ? { owner: `cart-${i}` } : {}
      ids.push((await inventory.reserve({ ...at, qty: 1, ttlMs: TTL, ...owner })).id)
    }
    await inventory.confirm({ reservationId: ids[2]! })
    await inventory.release({ reservationId: ids[3]! })
    const list = async (filter: object, limit = 2): Promise<number[]> => {
      const items = await everyPage((cursor) =>
        inventory.listReservations({ ...filter, cursor, limit }),
      )
      return items.map(({ id }) => ids.indexOf(id))
    }
    for (const limit of [1, 4, 9, 100])
      deepEqual(await list({}, limit), [8, 7, 6, 5, 4, 3, 2, 1, 0])
    deepEqual(await list({ status: 'PENDING' }), [8, 7, 6, 5, 4, 1, 0])
    deepEqual(await list({ status: 'CONFIRMED' }), [2])
    deepEqual(await list({ status: 'SHIPPED' }), [])
    deepEqual(await list({ owner: 'cart-6' }), [6])
    deepEqual(await list({ warehouseId: 'SF' }), [7, 5, 3, 1])
    deepEqual(await list({ warehouseId: 'SF', status: 'RELEASED' }), [3])
    deepEqual(await list({ productId: 'SHOE' }), [])
  })

  test('transfers are listed newest first, by status, product and either side', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(20)
    await socks(20, 'NYC')
    const ids: string[] = []
    const ask = async (from: string, to: string, requiresApproval: boolean): Promise<void> => {
      const sides = { fromWarehouseId: from, toWarehouseId: to }
      const made = await inventory.transfer({
        ...sides,
        productId: 'SOCK',
        qty: 1,
        requiresApproval,
      })
      ids.push(made.id)
    }
    await ask('SF', 'NYC', false)
    await ask('NYC', 'LA', true)
    await ask('SF', 'LA', true)
    await ask('NYC', 'SF', true)
    await inventory.rejectTransfer({ transferId: ids[3]! })
    const list = async (filter: object): Promise<number[]> => {
      const items = await everyPage((cursor) =>
        inventory.listTransfers({ ...filter, cursor, limit: 1 }),
      )
      return items.map(({ id }) => ids.indexOf(id))
    }
    deepEqual(await list({}), [3, 2, 1, 0])
    deepEqual(await list({ status: 'PENDING_APPROVAL' }), [2, 1])
    deepEqual(await list({ status: 'REJECTED' }), [3])
    deepEqual(await list({ warehouseId: 'SF' }), [3, 2, 0])
    deepEqual(await list({ warehouseId: 'LA', status: 'PENDING_APPROVAL' }), [2, 1])
    deepEqual(await list({ productId: 'SHOE' }), [])
  })

  test('each filter of a list, alone, leaves out what does not match it', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(20)
    await inventory.reserve({ warehouseId: 'SF', productId: 'SOCK', qty: 1, ttlMs: TTL })
    const sides = { fromWarehouseId: 'SF', toWarehouseId: 'NYC' }
    await inventory.transfer({ ...sides, productId: 'SOCK', qty: 1, requiresApproval: false })
    for (const list of Object.keys(NOBODY) as Filtered[]) {
      const found = async (filter: object): Promise<number> => {
        if (list !== 'audit') return (await inventory[list](filter)).items.length
        let count = 0
        for await (const _entry of inventory.audit(filter)) count++
        return count
      }
      ok((await found({})) > 0, list)
      const { seq: after } = await inventory.head()
      for (const [name, value] of Object.entries({
        ...NOBODY[list],
        ...('after' in NOBODY[list] && { after }),
      }))
        equal(await found({ [name]: value }), 0, `${list} by ${name}`)
    }
  })

  test('only a cursor returned by a list is accepted', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(5)
    await socks(5, 'NYC')
    for (let i = 0; i < 3; i++) await hold(1)
    const { cursor: ofStock } = await inventory.listStock({ limit: 1 })
    const { cursor: ofHolds } = await inventory.listReservations({ limit: 1 })
    ok(ofStock !== null && ofHolds !== null)
    const forged = [
      '',
      'x',
      '!!!',
      'null',
      'e30',
      btoa('[]'),
      btoa('["stock",1]'),
      btoa('["stock",[1,2]]'),
      '\u0000',
      `${ofStock}x${ofStock}`,
    ]
    const refusals = [
      ...[...forged, ofHolds].map((cursor) => () => inventory.listStock({ cursor })),
      ...[...forged, ofStock].map((cursor) => () => inventory.listReservations({ cursor })),
      ...[...forged, ofStock, ofHolds].map((cursor) => () => inventory.listTransfers({ cursor })),
    ]
    for (const list of refusals) equal((await refusal(list)).code, 'INVALID_INPUT')
  })

  test('a page has 1 to 1,000 items, and a filter no unknown fields', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const lists: ((filter: never) => Promise<unknown>)[] = [
      (filter) => inventory.listStock(filter),
      (filter) => inventory.listReservations(filter),
      (filter) => inventory.listTransfers(filter),
    ]
    for (const typed of lists) {
      const list = (filter: object) => typed(filter as never)
      for (const limit of [0, -1, 1.5, 1001, NaN, '7'])
        equal((await refusal(() => list({ limit }))).code, 'INVALID_INPUT', String(limit))
      equal((await refusal(() => list({ wharehouseId: 'SF' }))).code, 'INVALID_INPUT')
      equal((await refusal(() => list({ warehouseId: '\ud800' }))).code, 'INVALID_INPUT')
      equal((await refusal(() => list({ status: 'toString' }))).code, 'INVALID_INPUT')
      await list({ limit: 1000, warehouseId: undefined, cursor: undefined })
    }
    for (const place of [{}, { warehouseId: 'SF' }, { warehouseId: 'SF', productId: '' }, null])
      equal((await refusal(() => inventory.stock(place as never))).code, 'INVALID_INPUT')
    equal((await refusal(() => inventory.getReservation({} as never))).code, 'INVALID_INPUT')
    equal((await refusal(() => inventory.getTransfer({} as never))).code, 'INVALID_INPUT')
  })
}

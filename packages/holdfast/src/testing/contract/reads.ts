import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../refusal.ts'
import { openScene, type MakeShop } from './scene.ts'

/** Reads: what they refuse, and that they see every reply that was given. */
export function reads(makeShop: MakeShop): void {
  test('a cursor is nothing but what a list handed out', async (t) => {
    const { inventory, socks, hold } = await openScene(t, makeShop)
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

  test('a page has 1 to 1,000 items, and a filter no field that there is not', async (t) => {
    const { inventory } = await openScene(t, makeShop)
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

  test('a read sees every reply that was given before it, and says where it stands', async (t) => {
    const { inventory, began, counts } = await openScene(t, makeShop)
    const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
    for (let i = 1; i <= 25; i++) {
      const { seq } = await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })
      equal(seq, began + i)
      equal((await inventory.stock(SOCK)).seq, seq)
      equal(await counts(), `${i}/0/0`)
      equal((await inventory.listStock()).seq, seq)
      equal((await inventory.listWarehouses()).items.find(({ id }) => id === 'SF')!.onHand, i)
    }
  })

  test('data and seq of a read are one moment, though commands rush past', async (t) => {
    const { inventory, began } = await openScene(t, makeShop)
    const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
    const adding = Promise.all(
      Array.from({ length: 300 }, () => inventory.addStock({ ...SOCK, qty: 1, source: 'S' })),
    )
    let last = 0
    for (let i = 0; i < 40; i++) {
      const { available, seq } = await inventory.stock(SOCK)
      equal(available, seq - began)
      ok(seq >= last, 'a later read showed an earlier moment')
      last = seq
    }
    await adding
    equal((await inventory.stock(SOCK)).available, 300)
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Offer, SourcingStrategy } from '../../rules/sourcing.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, TTL, type MakeShop } from './fixture.ts'

const ORDER = { productId: 'SOCK', ttlMs: TTL }

const broken = (): never => {
  throw new RangeError('policy is down')
}

/** fulfillAcrossWarehouses, and the shop’s strategies for it. */
export function fulfillAcrossWarehouses(makeShop: MakeShop): void {
  test('fulfillAcrossWarehouses answers its legs, and they sum to the quantity', async (t) => {
    const { inventory, began, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    await socks(15, 'NYC')
    const order = { productId: 'SOCK', qty: 13, ttlMs: TTL, owner: 'cart-1' }
    const { reservations, seq } = await inventory.fulfillAcrossWarehouses({
      ...order,
      warehouseOrder: ['SF', 'NYC'],
    })
    equal(seq, began + 4)
    deepEqual(
      reservations.map(({ warehouseId, qty, owner }) => [warehouseId, qty, owner]),
      [
        ['SF', 10, 'cart-1'],
        ['NYC', 3, 'cart-1'],
      ],
    )
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['0/10/0', '12/3/0'])
    const fullest = await inventory.fulfillAcrossWarehouses({
      ...order,
      qty: 5,
      strategy: 'mostStockFirst',
    })
    deepEqual(
      fullest.reservations.map(({ warehouseId, qty }) => [warehouseId, qty]),
      [['NYC', 5]],
    )
    await checkInvariants(inventory)
  })

  test('a refused split order names ten offers, however many warehouses there are', async (t) => {
    const ids = Array.from({ length: 30 }, (_, i) => `W${i}`)
    const { inventory } = await openFixture(t, makeShop, {
      warehouses: ids.map((id) => ({ id, name: id })),
    })
    const order = { productId: 'SOCK', qty: 1, ttlMs: TTL, warehouseOrder: ids }
    const { code, details } = await refusal(() => inventory.fulfillAcrossWarehouses(order))
    equal(code, 'INSUFFICIENT_STOCK')
    deepEqual(
      (details['offers'] as { warehouseId: string }[]).map(({ warehouseId }) => warehouseId),
      ids.slice(0, 10),
    )
  })

  test('a strategy of the shop is called by its name, and may leave warehouses out', async (t) => {
    const fewestUnits: SourcingStrategy = {
      rank: (offers) =>
        offers.filter((o) => o.available > 0).sort((a, b) => a.available - b.available),
    }
    const { inventory, socks } = await openFixture(t, makeShop, { sourcing: { fewestUnits } })
    await socks(5)
    await socks(2, 'NYC')
    const { reservations } = await inventory.fulfillAcrossWarehouses({
      ...ORDER,
      qty: 4,
      strategy: 'fewestUnits',
    })
    deepEqual(
      reservations.map(({ warehouseId, qty }) => [warehouseId, qty]),
      [
        ['NYC', 2],
        ['SF', 2],
      ],
    )
  })

  const badStrategies: Record<string, unknown> = {
    throws: broken,
    'answers a promise': async (offers: readonly Offer[]) => offers,
    'answers nothing': () => undefined,
    'makes an offer up': () => [{ warehouseId: 'SF', available: 99 }],
    'counts an offer twice': (offers: readonly Offer[]) => [...offers, ...offers],
    'fattens an offer': (offers: { available: number }[]) => {
      offers[0]!.available = 99
      return offers
    },
  }

  for (const [what, rank] of Object.entries(badStrategies)) {
    test(`a strategy that ${what} refuses its own command, and nothing else`, async (t) => {
      const sourcing = { bad: { rank } as SourcingStrategy }
      const { inventory, socks, counts } = await openFixture(t, makeShop, { sourcing })
      await socks(5)
      const order = { ...ORDER, qty: 8, strategy: 'bad' }
      const { code, details } = await refusal(() => inventory.fulfillAcrossWarehouses(order))
      deepEqual([code, details], ['POLICY_FAILED', { policy: 'bad' }])
      await socks(1)
      equal(await counts(), '6/0/0')
      equal(inventory.readOnly, false)
      await checkInvariants(inventory)
    })
  }
}

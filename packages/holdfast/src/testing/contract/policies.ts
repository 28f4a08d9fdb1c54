import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Offer, SourcingStrategy } from '../../rules/sourcing.ts'
import { approvalAbove, type TransferApprovalPolicy } from '../../model/transfer.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openScene, TTL, type MakeShop } from './scene.ts'

const MOVE = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK' }
const ORDER = { productId: 'SOCK', ttlMs: TTL }

/** What the shop itself decides: which transfers wait, and where an order is taken from. */
export function policies(makeShop: MakeShop): void {
  test('a policy makes transfers wait; a caller can add an approval, and take none away', async (t) => {
    const { inventory, socks } = await openScene(t, makeShop, {
      transferApproval: approvalAbove(3),
    })
    await socks(20)
    const status = async (qty: number, requiresApproval?: boolean) =>
      (await inventory.transfer({ ...MOVE, qty, requiresApproval })).status
    deepEqual(
      [await status(3), await status(4), await status(4, false), await status(1, true)],
      ['APPROVED', 'PENDING_APPROVAL', 'PENDING_APPROVAL', 'PENDING_APPROVAL'],
    )
    await checkInvariants(inventory)
  })

  test('a strategy of the shop is called by its name, and may leave warehouses out', async (t) => {
    const fewestUnits: SourcingStrategy = {
      rank: (offers) =>
        offers.filter((o) => o.available > 0).sort((a, b) => a.available - b.available),
    }
    const { inventory, socks } = await openScene(t, makeShop, { sourcing: { fewestUnits } })
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

  const broken = (): never => {
    throw new RangeError('policy is down')
  }
  const badPolicies: Record<string, unknown> = {
    throws: broken,
    'answers a promise': async () => false,
    'answers nothing': () => undefined,
  }
  for (const [what, requiresApproval] of Object.entries(badPolicies)) {
    test(`a policy that ${what} refuses its own command, and nothing else`, async (t) => {
      const transferApproval = { requiresApproval } as TransferApprovalPolicy
      const { inventory, socks, counts } = await openScene(t, makeShop, { transferApproval })
      await socks(5)
      const [moved, added] = await Promise.allSettled([
        inventory.transfer({ ...MOVE, qty: 1, idempotencyKey: 'k' }),
        socks(1),
      ])
      equal(moved.status === 'rejected' && (moved.reason as { code: string }).code, 'POLICY_FAILED')
      equal(added.status, 'fulfilled')
      equal(await counts(), '6/0/0')
      equal(inventory.readOnly, false)
      await checkInvariants(inventory)
    })
  }

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
      const { inventory, socks, counts } = await openScene(t, makeShop, { sourcing })
      await socks(5)
      const order = { ...ORDER, qty: 8, strategy: 'bad' }
      equal((await refusal(() => inventory.fulfillAcrossWarehouses(order))).code, 'POLICY_FAILED')
      await socks(1)
      equal(await counts(), '6/0/0')
      equal(inventory.readOnly, false)
      await checkInvariants(inventory)
    })
  }
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { approvalAbove, type TransferApprovalPolicy } from '../../model/transfer.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, START, TTL, type MakeShop } from './fixture.ts'

const broken = (): never => {
  throw new RangeError('policy is down')
}

/** transfer, approveTransfer and rejectTransfer, and the shop’s approval policy. */
export function transfers(makeShop: MakeShop): void {
  test('transfer, approveTransfer and rejectTransfer answer the transfer', async (t) => {
    const { inventory, clock, began, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const asked = { ...MOVE, qty: 4 }
    const moved = await inventory.transfer({ ...asked, actor: 'ann' })
    deepEqual(moved, {
      id: moved.id,
      ...asked,
      status: 'APPROVED',
      requestedBy: 'ann',
      decidedBy: null,
      reason: null,
      createdAt: START,
      decidedAt: START,
      group: null,
      seq: began + 3,
    })
    const waiting = await inventory.transfer({ ...asked, requiresApproval: true })
    deepEqual([waiting.status, waiting.decidedAt], ['PENDING_APPROVAL', null])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['6/0/0', '4/0/0'])
    clock.advance(5)
    const { id: transferId } = waiting
    const approved = await inventory.approveTransfer({ transferId, actor: 'bob' })
    deepEqual(approved, {
      ...waiting,
      status: 'APPROVED',
      decidedBy: 'bob',
      decidedAt: START + 5,
      seq: began + 6,
    })
    deepEqual(await inventory.getTransfer({ transferId }), approved)
    const other = await inventory.transfer({ ...asked, qty: 1, requiresApproval: true })
    const rejected = await inventory.rejectTransfer({ transferId: other.id, reason: 'no van' })
    deepEqual([rejected.status, rejected.reason], ['REJECTED', 'no van'])
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['2/0/0', '8/0/0'])
  })

  test('a transfer moves reserved units too, in their state', async (t) => {
    const { inventory, socks, hold, counts, trail } = await openFixture(t, makeShop)
    await socks(10)
    const held = await hold(3)
    const sold = await hold(6)
    await inventory.confirm({ reservationId: sold })
    const reservations = [held, sold]
    const little = await refusal(() => inventory.transfer({ ...MOVE, qty: 8, reservations }))
    deepEqual([little.code, little.details['open']], ['INVALID_QTY', 9])
    const much = await refusal(() => inventory.transfer({ ...MOVE, qty: 11, reservations }))
    deepEqual([much.code, much.details['available']], ['INSUFFICIENT_STOCK', 10])
    const { seq: after } = await inventory.head()
    const moved = await inventory.transfer({ ...MOVE, qty: 10, reservations })
    deepEqual(
      moved.reservations!.map(({ status, qty, replaces, warehouseId }) => [
        ...[status, qty, replaces, warehouseId],
      ]),
      [
        ['PENDING', 3, held, 'NYC'],
        ['CONFIRMED', 6, sold, 'NYC'],
      ],
    )
    deepEqual([await counts(), await counts('SOCK', 'NYC')], ['0/0/0', '1/3/6'])
    deepEqual(await trail(after), [
      ...['RETURNED 3', 'CANCELLED 6', 'TRANSFERRED_OUT 10', 'TRANSFERRED_IN 10'],
      ...['RESERVED 3', 'RESERVED 6', 'SOLD 6'],
    ])
    const { id: transferId } = moved
    equal('reservations' in (await inventory.getTransfer({ transferId })), false)
    const again = await refusal(() => inventory.transfer({ ...MOVE, qty: 10, reservations }))
    deepEqual(again.details['replacedBy'], moved.reservations![0]!.id)
    await checkInvariants(inventory)
  })

  test('a transfer of reserved units cannot wait for approval, and none of another level move with it', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    await socks(3)
    await socks(3, 'NYC')
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'LA', productId: 'SOCK', qty: 3 }
    const here = { ...move, reservations: [await hold(1)], requiresApproval: true }
    const there = { ...move, reservations: [await hold(1, TTL, 'NYC')] }
    for (const [command, field] of [
      [here, 'reservations'],
      [there, 'reservations[0]'],
    ] as const) {
      const refused = await refusal(() => inventory.transfer(command))
      deepEqual([refused.code, refused.details['field']], ['INVALID_INPUT', field])
    }
  })

  test('a policy makes transfers wait; a caller can require an approval, but not waive one', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop, {
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

  const badPolicies: Record<string, unknown> = {
    throws: broken,
    'answers a promise': async () => false,
    'answers a promise that is rejected': async () => Promise.reject(new Error('later')),
    'answers nothing': () => undefined,
  }

  for (const [what, requiresApproval] of Object.entries(badPolicies)) {
    test(`a policy that ${what} refuses its own command, and nothing else`, async (t) => {
      const transferApproval = { requiresApproval } as TransferApprovalPolicy
      const { inventory, socks, counts } = await openFixture(t, makeShop, { transferApproval })
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
}

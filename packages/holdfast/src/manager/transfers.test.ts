import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { approvalAbove, type TransferRequest } from '../model/transfer.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop, type SmallShop } from '../testing/small-shop.ts'
import type { ManagerOptions } from './inventory-manager.ts'

function socks(options: Partial<ManagerOptions> = {}): SmallShop {
  const shop = smallShop(options)
  shop.sf.addStock('SOCK', 10, 'SUPPLIER')
  return shop
}

describe('a transfer', () => {
  test('moves immediately, both sides in one step', () => {
    const { manager, nyc, counts, trail, lastEntry } = socks()
    const made = manager.execute({
      verb: 'transfer',
      fromWarehouseId: 'SF',
      toWarehouseId: 'NYC',
      productId: 'SOCK',
      qty: 4,
      actor: 'ann',
    })
    deepEqual(made, {
      id: 'R-000002',
      fromWarehouseId: 'SF',
      toWarehouseId: 'NYC',
      productId: 'SOCK',
      qty: 4,
      status: 'APPROVED',
      requestedBy: 'ann',
      decidedBy: null,
      reason: null,
      createdAt: 1_000,
      decidedAt: 1_000,
      group: null,
    })
    deepEqual([counts('SOCK'), counts('SOCK', nyc)], ['6/0/0', '4/0/0'])
    deepEqual(trail(1), ['TRANSFERRED_OUT 4', 'TRANSFERRED_IN 4'])
    deepEqual(lastEntry().metadata, { fromWarehouse: 'SF' })
    for (const entry of manager.auditLog.entries.slice(1))
      deepEqual([entry.transferId, entry.fromWarehouseId, entry.actor], ['R-000002', 'SF', 'ann'])
  })

  test('of more than is available, of an unknown product, to itself or to an unknown warehouse is refused', () => {
    const { manager, counts, trail } = socks()
    manager.reserve('SF', 'SOCK', 8, 100)
    const before = trail().length
    const code = (from: string, to: string, product: string, qty: number) =>
      refusalNow(() => manager.transfer(from, to, product, qty)).code
    equal(code('SF', 'NYC', 'SOCK', 3), 'INSUFFICIENT_STOCK')
    equal(code('SF', 'NYC', 'SHOE', 1), 'INSUFFICIENT_STOCK')
    equal(code('SF', 'SF', 'SOCK', 1), 'INVALID_INPUT')
    equal(code('SF', 'MOON', 'SOCK', 1), 'WAREHOUSE_NOT_FOUND')
    equal(code('MOON', 'SF', 'SOCK', 1), 'WAREHOUSE_NOT_FOUND')
    equal(trail().length, before)
    equal(counts('SOCK'), '2/8/0')
  })
})

describe('a transfer that waits for approval', () => {
  function waiting() {
    const shop = socks()
    return { ...shop, id: shop.manager.transfer('SF', 'NYC', 'SOCK', 4, true).id }
  }

  test('moves nothing, and is in the trail', () => {
    const { manager, nyc, counts, trail, lastEntry, id } = waiting()
    deepEqual([counts('SOCK'), counts('SOCK', nyc)], ['10/0/0', 'no level'])
    deepEqual(trail(1), ['TRANSFER_REQUESTED 4'])
    deepEqual(lastEntry().metadata, { toWarehouse: 'NYC' })
    const { status, decidedAt } = manager.getTransfer(id)!
    deepEqual([status, decidedAt], ['PENDING_APPROVAL', null])
  })

  test('moves when it is approved', () => {
    const { manager, nyc, clock, counts, trail, id } = waiting()
    clock.advance(50)
    const approved = manager.execute({ verb: 'approveTransfer', transferId: id, actor: 'bob' })
    deepEqual(approved, manager.getTransfer(id))
    const { status, decidedBy, decidedAt, requestedBy } = manager.getTransfer(id)!
    deepEqual([status, decidedBy, decidedAt, requestedBy], ['APPROVED', 'bob', 1_050, null])
    deepEqual([counts('SOCK'), counts('SOCK', nyc)], ['6/0/0', '4/0/0'])
    deepEqual(trail(2), ['TRANSFERRED_OUT 4', 'TRANSFERRED_IN 4'])
  })

  test('moves nothing when it is rejected', () => {
    const { manager, nyc, counts, trail, lastEntry, id } = waiting()
    equal(manager.rejectTransfer(id, 'no van').reason, 'no van')
    equal(manager.getTransfer(id)!.status, 'REJECTED')
    deepEqual([counts('SOCK'), counts('SOCK', nyc)], ['10/0/0', 'no level'])
    deepEqual(trail(2), ['TRANSFER_REJECTED 4'])
    deepEqual(lastEntry().metadata, { toWarehouse: 'NYC', reason: 'no van' })
  })

  test('is decided only once', () => {
    for (const decide of ['approveTransfer', 'rejectTransfer'] as const) {
      const { manager, counts, trail, id } = waiting()
      manager[decide](id)
      const status = manager.getTransfer(id)!.status
      const [after, before] = [counts('SOCK'), trail().length]
      for (const again of ['approveTransfer', 'rejectTransfer'] as const) {
        const refused = refusalNow(() => manager[again](id))
        equal(refused.name, 'InvalidTransferStateError')
        deepEqual(refused.details, { transferId: id, status, expected: 'PENDING_APPROVAL' })
      }
      deepEqual([counts('SOCK'), trail().length], [after, before])
    }
  })

  test('is checked for stock when it is requested, and again when it is approved', () => {
    const { manager, counts, id } = waiting()
    equal(
      refusalNow(() => manager.transfer('SF', 'NYC', 'SOCK', 11, true)).code,
      'INSUFFICIENT_STOCK',
    )
    manager.reserve('SF', 'SOCK', 7, 100)
    equal(refusalNow(() => manager.approveTransfer(id)).code, 'INSUFFICIENT_STOCK')
    equal(manager.getTransfer(id)!.status, 'PENDING_APPROVAL')
    equal(counts('SOCK'), '3/7/0')
  })

  test('that does not exist is refused', () => {
    const { manager } = waiting()
    for (const decide of ['approveTransfer', 'rejectTransfer'] as const) {
      const refused = refusalNow(() => manager[decide]('nobody'))
      deepEqual(
        [refused.name, refused.details],
        ['TransferNotFoundError', { transferId: 'nobody' }],
      )
    }
    equal(manager.getTransfer('nobody'), null)
  })
})

describe('the policy for approvals', () => {
  test('requires one above a number of units; a caller can require one, but not waive it', () => {
    const { manager } = socks({ transferApproval: approvalAbove(3) })
    const status = (qty: number, requiresApproval?: boolean) =>
      manager.transfer('SF', 'NYC', 'SOCK', qty, requiresApproval).status
    equal(status(3), 'APPROVED')
    equal(status(4), 'PENDING_APPROVAL')
    equal(status(4, false), 'PENDING_APPROVAL')
    equal(status(1, true), 'PENDING_APPROVAL')
    equal(status(1, false), 'APPROVED')
  })

  test('receives the whole request', () => {
    const seen: TransferRequest[] = []
    const { manager } = socks({
      transferApproval: { requiresApproval: (request) => seen.push(request) > 0 },
    })
    manager.execute({
      verb: 'transfer',
      fromWarehouseId: 'SF',
      toWarehouseId: 'NYC',
      productId: 'SOCK',
      qty: 1,
      actor: 'ann',
    })
    deepEqual(seen, [
      {
        fromWarehouseId: 'SF',
        toWarehouseId: 'NYC',
        productId: 'SOCK',
        qty: 1,
        requestedBy: 'ann',
      },
    ])
  })

  test('that throws changes nothing', () => {
    const { manager, counts, trail } = socks({
      transferApproval: {
        requiresApproval: () => {
          throw new RangeError('policy is down')
        },
      },
    })
    let thrown: unknown
    try {
      manager.transfer('SF', 'NYC', 'SOCK', 1)
    } catch (error) {
      thrown = error
    }
    equal(thrown instanceof RangeError, true)
    deepEqual([counts('SOCK'), trail().length], ['10/0/0', 1])
  })
})

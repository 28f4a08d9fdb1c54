import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SingleCommand } from '../model/commands/commands.ts'
import type { Reservation } from '../model/reservation.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

const reserve = (productId: string, qty: number, warehouseId = 'SF'): SingleCommand => ({
  verb: 'reserve',
  warehouseId,
  productId,
  qty,
  ttlMs: 100,
})

function stocked() {
  const shop = smallShop()
  shop.sf.addStock('SOCK', 10, 'SUPPLIER')
  shop.sf.addStock('SHOE', 5, 'SUPPLIER')
  return shop
}

describe('atomically', () => {
  test('executes all of it, in order, each command seeing those before it', () => {
    const { manager, counts, trail } = stocked()
    const answers = manager.atomically([
      { verb: 'addStock', warehouseId: 'NYC', productId: 'SOCK', qty: 2, source: 'SUPPLIER' },
      reserve('SOCK', 2, 'NYC'),
      reserve('SOCK', 10),
    ])
    deepEqual(
      answers.map((answer) => ('qty' in answer ? answer.qty : 'counts')),
      ['counts', 2, 10],
    )
    equal(counts('SOCK'), '0/10/0')
    deepEqual(trail(2), ['RECEIVED 2', 'RESERVED 2', 'RESERVED 10'])
    const { id } = answers[2] as Reservation
    equal(manager.confirm(id).qty, 10)
  })

  test('counts two lines of one product as their sum', () => {
    const { manager, counts } = stocked()
    const refused = refusalNow(() => manager.atomically([reserve('SOCK', 6), reserve('SOCK', 5)]))
    deepEqual(
      [refused.code, refused.details['index'], refused.details['available']],
      ['INSUFFICIENT_STOCK', 1, 4],
    )
    manager.atomically([reserve('SOCK', 6), reserve('SOCK', 4)])
    equal(counts('SOCK'), '0/10/0')
  })

  test('leaves nothing if one is refused: no count, entry, record, level or total', () => {
    const { manager, sf, nyc, counts, trail, clock } = stocked()
    const tiny = manager.addWarehouse({ id: 'TINY', name: 'Tiny', capacity: 4 })
    const hold = manager.reserve('SF', 'SHOE', 1, 100)
    const due = manager.reserve('SF', 'SOCK', 4, 10)
    const asked = manager.transfer('SF', 'NYC', 'SHOE', 1, true)
    clock.advance(11)
    const before = { trail: trail().length, socks: counts('SOCK'), shoes: counts('SHOE') }
    const made: string[] = []
    const refused = refusalNow(() =>
      manager.atomically([
        { verb: 'confirm', reservationId: hold.id },
        { verb: 'approveTransfer', transferId: asked.id },
        reserve('SOCK', 8),
        {
          verb: 'transfer',
          fromWarehouseId: 'SF',
          toWarehouseId: 'NYC',
          productId: 'SOCK',
          qty: 1,
        },
        { verb: 'addStock', warehouseId: 'TINY', productId: 'BOOT', qty: 4, source: 'SUPPLIER' },
        { verb: 'ship', reservationId: hold.id },
        { verb: 'ship', reservationId: hold.id },
      ]),
    )
    deepEqual([refused.name, refused.details['index']], ['InvalidReservationStateError', 6])
    deepEqual({ trail: trail().length, socks: counts('SOCK'), shoes: counts('SHOE') }, before)
    deepEqual([nyc.stock.size, tiny.stock.size, made.length], [0, 0, 0])
    equal(manager.getReservation(hold.id)!.status, 'PENDING')
    equal(manager.getTransfer(asked.id)!.status, 'PENDING_APPROVAL')
    equal(manager.getReservation(due.id)!.status, 'EXPIRED')
    equal(sf.stock.get('SOCK')!.reservations.size, 0)
    // The warehouse's total was restored too: it can be filled completely.
    equal(tiny.addStock('BOOT', 4, 'SUPPLIER').available, 4)
    // And the same ids are used again, for the same entries.
    equal(
      manager.reserve('SF', 'SOCK', 8, 100).id,
      `R-${String(before.trail + 3).padStart(6, '0')}`,
    )
  })

  test('leaves nothing if an error other than a refusal breaks it', () => {
    const { manager, counts, trail } = smallShop({
      transferApproval: {
        requiresApproval: () => {
          throw new RangeError('policy is down')
        },
      },
    })
    manager.getWarehouse('SF').addStock('SOCK', 10, 'SUPPLIER')
    let thrown: unknown
    try {
      manager.atomically([
        reserve('SOCK', 5),
        {
          verb: 'transfer',
          fromWarehouseId: 'SF',
          toWarehouseId: 'NYC',
          productId: 'SOCK',
          qty: 1,
        },
      ])
    } catch (error) {
      thrown = error
    }
    equal(thrown instanceof RangeError, true)
    deepEqual([counts('SOCK'), trail()], ['10/0/0', ['RECEIVED 10']])
  })

  test('lets a hold live its whole life in one step', () => {
    const { manager, counts, trail } = stocked()
    const id = 'R-000003'
    manager.atomically([
      reserve('SOCK', 3),
      { verb: 'extend', reservationId: id, ttlMs: 500 },
      { verb: 'confirm', reservationId: id, qty: 2 },
      { verb: 'ship', reservationId: id },
    ])
    equal(counts('SOCK'), '8/0/0')
    deepEqual(trail(2), ['RESERVED 3', 'EXTENDED 3', 'SOLD 2', 'RETURNED 1', 'SHIPPED 2'])
    equal(manager.getReservation(id)!.status, 'SHIPPED')
    equal(manager.getWarehouse('SF').stock.get('SOCK')!.reservations.size, 0)
  })

  test('frees each expired hold once across all its commands', () => {
    const { manager, counts, trail, clock } = stocked()
    const holds = [manager.reserve('SF', 'SOCK', 5, 10), manager.reserve('SF', 'SOCK', 5, 20)]
    clock.advance(21)
    const before = trail().length
    equal(
      refusalNow(() => manager.atomically([reserve('SOCK', 4), reserve('SOCK', 7)])).details[
        'available'
      ],
      6,
    )
    manager.atomically([reserve('SOCK', 4), reserve('SOCK', 6)])
    deepEqual(trail(before), ['RETURNED 5', 'RESERVED 4', 'RETURNED 5', 'RESERVED 6'])
    equal(counts('SOCK'), '0/10/0')
    const returned = manager.auditLog.entries.filter(({ type }) => type === 'RETURNED')
    deepEqual(
      returned.map(({ reservationId }) => reservationId),
      holds.map(({ id }) => id),
    )
  })

  test('keeps the order of expiry correct afterwards', () => {
    const { manager, clock, trail } = stocked()
    const first = manager.reserve('SF', 'SOCK', 5, 50)
    manager.atomically([
      reserve('SOCK', 5),
      { verb: 'extend', reservationId: first.id, ttlMs: 500 },
    ])
    clock.advance(101)
    const before = trail().length
    manager.reserve('SF', 'SOCK', 5, 10)
    deepEqual(trail(before), ['RETURNED 5', 'RESERVED 5'])
    equal(manager.getReservation(first.id)!.status, 'PENDING')
    equal(refusalNow(() => manager.reserve('SF', 'SOCK', 1, 10)).details['available'], 0)
  })

  test('has the actor and metadata of the whole where a command has none', () => {
    const { manager } = stocked()
    manager.execute({
      verb: 'atomically',
      actor: 'ann',
      metadata: { order: '7' },
      commands: [
        reserve('SOCK', 1),
        { ...reserve('SOCK', 1), actor: 'bob', metadata: { order: '8' } },
        reserve('SHOE', 1),
      ],
    })
    deepEqual(
      manager.auditLog.entries.slice(2).map(({ actor, metadata }) => [actor, metadata['order']]),
      [
        ['ann', '7'],
        ['bob', '8'],
        ['ann', '7'],
      ],
    )
  })
})

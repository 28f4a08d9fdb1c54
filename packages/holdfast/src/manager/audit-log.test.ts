import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { AuditLog, type AuditTrail } from './audit-log.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import { InvariantError } from '../model/errors.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

function filled() {
  const shop = smallShop()
  shop.sf.addStock('SOCK', 10, 'SUPPLIER')
  shop.manager.reserve('SF', 'SOCK', 3, 100)
  return {
    ...shop,
    log: shop.manager.auditLog,
    open: shop.manager.auditLog.entries as AuditEntry[],
  }
}

describe('the trail in memory', () => {
  test('cannot be changed from outside, by any method of a list', () => {
    const { log, open } = filled()
    const before = structuredClone([...open])
    const attempts: (() => unknown)[] = [
      () => open.push(open[0]!),
      () => open.pop(),
      () => open.splice(0, 1),
      () => open.sort(() => -1),
      () => open.reverse(),
      () => open.fill(open[1]!),
      () => open.copyWithin(0, 1),
      () => (open[0] = open[1]!),
      () => (open[99] = open[1]!),
      () => (open.length = 0),
      () => Reflect.deleteProperty(open, 0),
      () => Object.assign(open, { extra: 1 }),
      () => Object.defineProperty(open, 0, { value: null }),
      () => Object.setPrototypeOf(open, null) as unknown,
      () => Object.freeze(open),
      () => Object.assign(open[0]!, { qty: 99 }),
      () => Object.assign(open[0]!.metadata, { source: 'elsewhere' }),
      () => Object.assign(Object.getOwnPropertyDescriptor(open, 0)!.value as object, { qty: 99 }),
      () => Object.assign([...open.values()][1]!, { qty: 99 }),
      () => Object.assign(open.at(-1)!, { qty: 99 }),
      () => open.forEach((entry) => Object.assign(entry, { qty: 99 })),
    ]
    for (const attempt of attempts) throws(attempt, TypeError, String(attempt))
    deepEqual([...log.entries], before)
    equal(log.entries.length, 2)
  })

  test('reads like any list', () => {
    const { log } = filled()
    equal(Array.isArray(log.entries), true)
    deepEqual(
      log.entries.map(({ seq }) => seq),
      [1, 2],
    )
    deepEqual(Object.keys(log.entries), ['0', '1'])
    deepEqual(JSON.parse(JSON.stringify(log.entries)), [...log.entries])
    equal(inspect(log.entries).includes('RECEIVED'), true)
    deepEqual(log.entries.slice(1).concat(log.entries[0]!).length, 2)
  })

  test('does not freeze what is not its own', () => {
    const { log } = filled()
    equal((log.entries as unknown as { __proto__: object }).__proto__, Array.prototype)
    equal(Object.isFrozen(Array.prototype), false)
  })

  test('is a live view', () => {
    const { log, manager } = filled()
    const { entries } = log
    manager.getWarehouse('SF').addStock('SOCK', 1, 'SUPPLIER')
    equal(entries.length, 3)
  })

  test('has no gap', () => {
    const { open } = filled()
    const log = new AuditLog(() => 0)
    const append = (entry: AuditEntry) =>
      log.append(entry.type, entry.productId, entry.warehouseId, entry.qty, {}, entry)
    throws(() => append(open[1]!), InvariantError)
    append(open[0]!)
    throws(() => append(open[0]!), InvariantError)
    append(open[1]!)
    equal(log.entries.length, 2)
  })
})

describe('an entry', () => {
  test('has all its fields', () => {
    const { log } = filled()
    deepEqual(log.entries[1], {
      id: '2',
      seq: 2,
      type: 'RESERVED',
      productId: 'SOCK',
      warehouseId: 'SF',
      fromWarehouseId: null,
      qty: 3,
      timestamp: 1_000,
      reservationId: 'R-000002',
      transferId: null,
      actor: null,
      metadata: { expiresAt: '1100' },
      reference: null,
      group: null,
      available: 7,
      held: 3,
      allocated: 0,
      unsellable: 0,
    })
  })

  test('has the actor and the metadata of its own command, and of no other', () => {
    const { manager, lastEntry } = filled()
    const metadata = { order: '7', ['__proto__']: 'kept' }
    const add = { verb: 'addStock', warehouseId: 'SF', productId: 'SOCK', qty: 1 } as const
    manager.execute({ ...add, source: 'SHOP', actor: 'ann', metadata })
    const entry = lastEntry()
    deepEqual(
      [entry.actor, entry.metadata['order'], entry.metadata['source']],
      ['ann', '7', 'SHOP'],
    )
    equal(Object.hasOwn(entry.metadata, '__proto__'), true)
    metadata.order = 'changed later'
    equal(entry.metadata['order'], '7')
    manager.execute({ ...add, source: 'SHOP' })
    deepEqual([lastEntry().actor, lastEntry().metadata], [null, { source: 'SHOP' }])
  })

  test('tells damage from any other removal', () => {
    const { sf, lastEntry } = filled()
    const removed = (reason: string) => {
      sf.removeStock('SOCK', 1, reason)
      return [lastEntry().type, lastEntry().metadata['reason'], lastEntry().available]
    }
    deepEqual(removed('DAMAGED'), ['DAMAGED', 'DAMAGED', 6])
    deepEqual(removed('damaged'), ['REMOVED', 'damaged', 5])
    deepEqual(removed('LOST'), ['REMOVED', 'LOST', 4])
  })
})

describe('a log made alone', () => {
  test('works without a manager: the specification’s append', () => {
    let now = 1_000
    const log = new AuditLog(() => now)
    log.append('RECEIVED', 'SOCK', 'SF', 10, { source: 'SUPPLIER' })
    now = 900
    log.append('RESERVED', 'SOCK', 'SF', 3, {})
    log.append('SOLD', 'SOCK', 'SF', 3, { reservationId: 'RES-001' })
    log.append('RECEIVED', 'HAT', 'SF', 1)
    deepEqual(
      log.entries.map(({ seq, type, qty, timestamp, available, held, allocated, reservationId }) =>
        [seq, type, qty, timestamp, available, held, allocated, reservationId].join(),
      ),
      [
        '1,RECEIVED,10,1000,10,0,0,',
        '2,RESERVED,3,1000,7,3,0,',
        '3,SOLD,3,1000,7,0,3,RES-001',
        '4,RECEIVED,1,1000,1,0,0,',
      ],
    )
    const refused = (action: () => unknown) => refusalNow(action).code
    equal(
      refused(() => log.append('LOST' as never, 'SOCK', 'SF', 1)),
      'INVALID_INPUT',
    )
    equal(
      refused(() => log.append('toString' as never, 'SOCK', 'SF', 1)),
      'INVALID_INPUT',
    )
    equal(
      refused(() => log.append('SOLD', 'SOCK ', 'SF', 1)),
      'INVALID_INPUT',
    )
    equal(
      refused(() => log.append('SOLD', 'SOCK', 'SF', 0.5)),
      'INVALID_QTY',
    )
    equal(
      refused(() => log.append('SOLD', 'SOCK', 'SF', 1, { order: 7 as never })),
      'INVALID_INPUT',
    )
    equal(log.entries.length, 4)
    throws(() => Object.assign(log.entries[0]!, { qty: 99 }), TypeError)
  })

  test('is called for every movement, a mock by the specification’s signature', () => {
    const calls: unknown[] = []
    const auditLog = {
      entries: [],
      append(type: string, productId: string, warehouseId: string, qty: number, metadata: object) {
        calls.push([type, productId, warehouseId, qty, metadata])
      },
    }
    const { manager, sf, counts } = smallShop({ auditLog })
    const alerts: unknown[] = []
    manager.addWarehouse({ id: 'LOW', name: 'Low', reorderThreshold: 3 }).registerAlertListener({
      onLowStock: (...alert) => alerts.push(alert),
    })
    sf.addStock('SOCK', 10, 'SUPPLIER')
    manager.transfer('SF', 'LOW', 'SOCK', 4)
    manager.atomically([
      { verb: 'reserve', warehouseId: 'SF', productId: 'SOCK', qty: 2, ttlMs: 100 },
      { verb: 'removeStock', warehouseId: 'LOW', productId: 'SOCK', qty: 1, reason: 'DAMAGED' },
    ])
    deepEqual(calls, [
      ['RECEIVED', 'SOCK', 'SF', 10, { source: 'SUPPLIER' }],
      ['TRANSFERRED_OUT', 'SOCK', 'SF', 4, { toWarehouse: 'LOW' }],
      ['TRANSFERRED_IN', 'SOCK', 'LOW', 4, { fromWarehouse: 'SF' }],
      ['RESERVED', 'SOCK', 'SF', 2, { expiresAt: '1100' }],
      ['DAMAGED', 'SOCK', 'LOW', 1, { reason: 'DAMAGED' }],
    ])
    equal(counts('SOCK'), '4/2/0')
    equal(manager.auditLog, auditLog)
    deepEqual(
      alerts.map((alert) => (alert as unknown[]).slice(0, 3)),
      [['LOW', 'SOCK', 3]],
    )
  })

  test('that throws prevents the movement', () => {
    const full = new Error('the log is full')
    let room = 2
    const taken: AuditEntry[] = []
    const auditLog: AuditTrail = {
      entries: taken,
      append(_type, _productId, _warehouseId, _qty, _metadata, entry) {
        if (room-- <= 0) throw full
        taken.push(entry)
      },
    }
    const { manager, sf, nyc, counts } = smallShop({ auditLog })
    sf.addStock('SOCK', 10, 'SUPPLIER')
    const { id } = manager.reserve('SF', 'SOCK', 3, 100)
    const ways: (() => unknown)[] = [
      () => sf.addStock('SOCK', 1, 'SUPPLIER'),
      () => sf.addStock('HAT', 1, 'SUPPLIER'),
      () => manager.reserve('SF', 'SOCK', 1, 100),
      () => manager.confirm(id),
      () => sf.stock.get('SOCK')!.release(id),
      () => manager.transfer('SF', 'NYC', 'SOCK', 1),
      () => manager.fulfillAcrossWarehouses('SOCK', 1, ['SF'], 100),
    ]
    for (const way of ways) throws(way, full)
    // The same for the second entry of two: the log keeps the first, and the inventory is unchanged.
    room = 1
    throws(() => manager.transfer('SF', 'NYC', 'SOCK', 4), full)
    deepEqual(
      [counts('SOCK'), counts('SOCK', nyc), counts('HAT')],
      ['7/3/0', 'no level', 'no level'],
    )
    equal(manager.getReservation(id)!.status, 'PENDING')
    room = 99
    manager.transfer('SF', 'NYC', 'SOCK', 4)
    deepEqual([counts('SOCK'), counts('SOCK', nyc)], ['3/3/0', '4/0/0'])
  })

  test('cannot run a command while it is called', () => {
    const auditLog: AuditTrail = {
      entries: [],
      append: (type) => void (type === 'RECEIVED' && shop.sf.removeStock('SOCK', 1, 'LOST')),
    }
    const shop = smallShop({ auditLog })
    throws(() => shop.sf.addStock('SOCK', 10, 'SUPPLIER'), TypeError)
    equal(shop.counts('SOCK'), 'no level')
  })
})

test('entries that others append to a manager’s log stop it before anything moves', () => {
  const { log, sf, counts } = filled()
  log.append('RECEIVED', 'SOCK', 'SF', 5, {}, undefined as never)
  throws(() => sf.addStock('SOCK', 1, 'SUPPLIER'), InvariantError)
  equal(counts('SOCK'), '7/3/0')
})

import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { AuditLog } from './audit-log.ts'
import type { AuditEntry } from './audit-entry.ts'
import { InvariantError } from './errors.ts'
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
  test('cannot be changed from outside, by any way of changing a list', () => {
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
    const log = new AuditLog()
    throws(() => log.append(open[1]!), InvariantError)
    log.append(open[0]!)
    throws(() => log.append(open[0]!), InvariantError)
    log.append(open[1]!)
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
      available: 7,
      held: 3,
      allocated: 0,
    })
  })

  test('carries the actor and the metadata of its own command, and of no other', () => {
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

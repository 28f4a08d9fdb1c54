import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { AuditLog, InventoryManager, StockLevel } from './in-memory.ts'
import { orderUpTo, ReorderListener } from './rules/reorder.ts'
import { refusalNow } from './testing/refusal.ts'

const PLACE = { warehouseId: 'SF', productId: 'MUG' }

test('an option of a manager that is mistyped or cannot be used is refused', () => {
  for (const [field, options] of [
    ['options', null],
    ['options', 'fast'],
    ['clokc', { clokc: () => 5 }],
    ['clock', { clock: 5 }],
    ['newId', { newId: 'R-1' }],
    ['newGroup', { newGroup: null }],
    ['onListenerError', { onListenerError: {} }],
    ['auditLog', { auditLog: [] }],
    ['transferApproval', { transferApproval: () => true }],
    ['sourcing', { sourcing: null }],
    ['sourcing.nearest', { sourcing: { nearest: () => [] } }],
  ] as [string, object][]) {
    const { code, details } = refusalNow(() => new InventoryManager(options))
    deepEqual([code, details], ['INVALID_INPUT', { field }])
  }
})

test('an option of a level or a log made alone is refused in the same way', () => {
  for (const [field, options] of [
    ['options', undefined],
    ['avialable', { ...PLACE, avialable: 5 }],
    ['clock', { ...PLACE, clock: 5 }],
    ['newId', { ...PLACE, newId: 'R-1' }],
    ['auditLog', { ...PLACE, auditLog: {} }],
  ] as [string, unknown][])
    deepEqual(refusalNow(() => new StockLevel(options as never)).details, { field })
  deepEqual(refusalNow(() => new AuditLog(5 as never)).details, { field: 'clock' })
})

test('a manager names groups as it is told', () => {
  const manager = new InventoryManager({ newGroup: (seq) => `order-${seq}` })
  const sf = manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
  sf.addStock('MUG', 5, 'S')
  equal(manager.fulfillAcrossWarehouses('MUG', 2)[0]!.group, 'order-2')
})

test('a listener, a strategy or a multiple that cannot be asked is refused', () => {
  const sf = new InventoryManager().addWarehouse({ id: 'SF', name: 'San Francisco' })
  for (const listener of [null, {}, { onLowStock: () => undefined, onShortage: 'mail' }] as never[])
    equal(refusalNow(() => sf.registerAlertListener(listener)).code, 'INVALID_INPUT')
  for (const multiple of [-1, 'x', '2', null, undefined, NaN, Infinity] as number[])
    deepEqual(refusalNow(() => orderUpTo(multiple)).details, { field: 'multiple' })
  const place = (): void => undefined
  for (const [strategy, order] of [
    [{}, place],
    [null, place],
    [orderUpTo(4), 'mail'],
  ] as [never, never][])
    equal(refusalNow(() => new ReorderListener(strategy, order)).code, 'INVALID_INPUT')
})

import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  plainWarehouse,
  sameWarehouse,
  thresholdOf,
  warehouseRecord,
  type WarehouseOptions,
} from '../model/warehouse-record.ts'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

const LA: WarehouseOptions = { id: 'LA', name: 'Los Angeles' }
const code = (options: object) => refusalNow(() => warehouseRecord({ ...LA, ...options })).code

describe('a warehouse', () => {
  test('has no limit and no threshold by default', () => {
    deepEqual(plainWarehouse(warehouseRecord(LA)), {
      id: 'LA',
      name: 'Los Angeles',
      capacity: null,
      reorderThreshold: 0,
      reorderThresholds: {},
      sells: true,
      closed: false,
    })
  })

  test('has thresholds for individual products, whatever their ids', () => {
    const reorderThresholds = JSON.parse('{"__proto__":7,"constructor":0,"SOCK":3}') as Record<
      string,
      number
    >
    const record = warehouseRecord({ ...LA, reorderThreshold: 2, reorderThresholds })
    const thresholds = ['__proto__', 'constructor', 'SOCK', 'toString'].map((id) =>
      thresholdOf(record, id),
    )
    deepEqual(thresholds, [7, 0, 3, 2])
    equal(Object.hasOwn(plainWarehouse(record).reorderThresholds, '__proto__'), true)
  })

  test('is refused if a field is invalid', () => {
    equal(code({ id: '' }), 'INVALID_INPUT')
    equal(code({ id: 'x\u0000' }), 'INVALID_INPUT')
    equal(code({ name: '' }), 'INVALID_INPUT')
    equal(code({ name: 'x'.repeat(129) }), 'INVALID_INPUT')
    equal(code({ capacity: -1 }), 'INVALID_QTY')
    equal(code({ capacity: 1.5 }), 'INVALID_QTY')
    equal(code({ reorderThreshold: '3' }), 'INVALID_QTY')
    equal(code({ reorderThresholds: { SOCK: -1 } }), 'INVALID_QTY')
    equal(code({ reorderThresholds: { '': 1 } }), 'INVALID_INPUT')
    equal(code({ reorderThresholds: [] }), 'INVALID_INPUT')
    equal(code({ adress: 'x' }), 'INVALID_INPUT')
    for (const nothing of [null, 'LA', 7, []])
      equal(
        refusalNow(() => warehouseRecord(nothing as unknown as WarehouseOptions)).code,
        'INVALID_INPUT',
      )
  })

  test('is the same in whatever order its thresholds are given', () => {
    const record = (options: Partial<WarehouseOptions>) => warehouseRecord({ ...LA, ...options })
    const ab = record({ reorderThresholds: { a: 1, b: 2 } })
    equal(sameWarehouse(ab, record({ reorderThresholds: { b: 2, a: 1 } })), true)
    equal(sameWarehouse(ab, record({ reorderThresholds: { a: 1, b: 3 } })), false)
    for (const options of [{ name: 'L.A.' }, { capacity: 0 }, { reorderThreshold: 1 }])
      equal(sameWarehouse(record({}), record(options)), false)
    equal(sameWarehouse(record({}), record({ reorderThreshold: 0, capacity: undefined })), true)
  })
})

describe('a warehouse of the manager', () => {
  test('disappears when closed, until it is added again with its history', () => {
    const { manager } = smallShop()
    manager.getWarehouse('SF').addStock('SOCK', 2, 'S')
    const close = () => manager.execute({ verb: 'closeWarehouse', warehouseId: 'SF' })
    equal(refusalNow(close).code, 'WAREHOUSE_IN_USE')
    manager.getWarehouse('SF').removeStock('SOCK', 2, 'LOST')
    close()
    equal(manager.warehouses.has('SF'), false)
    equal(refusalNow(() => manager.getWarehouse('SF')).code, 'WAREHOUSE_NOT_FOUND')
    equal(refusalNow(close).code, 'WAREHOUSE_NOT_FOUND')
    const again = manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
    again.addStock('SOCK', 1, 'S')
    equal(again.stock.get('SOCK')!.onHand, 1)
    equal(manager.auditLog.entries.filter(({ productId }) => productId === 'SOCK').length, 3)
  })

  test('is found by its id, and created once', () => {
    const { manager, sf } = smallShop()
    equal(manager.getWarehouse('SF'), sf)
    deepEqual([...manager.warehouses.keys()], ['SF', 'NYC'])
    equal(refusalNow(() => manager.addWarehouse({ id: 'SF', name: 'again' })).code, 'INVALID_INPUT')
    const refused = refusalNow(() => manager.getWarehouse('MOON'))
    deepEqual([refused.code, refused.details], ['WAREHOUSE_NOT_FOUND', { warehouseId: 'MOON' }])
  })

  test('shows its description', () => {
    const { manager } = smallShop()
    const { id, name, capacity, reorderThreshold } = manager.addWarehouse({
      ...LA,
      capacity: 9,
      reorderThreshold: 2,
    })
    deepEqual([id, name, capacity, reorderThreshold], ['LA', 'Los Angeles', 9, 2])
  })

  test('keeps its products apart from those of another', () => {
    const { sf, nyc } = smallShop()
    sf.addStock('SOCK', 3, 'SUPPLIER')
    nyc.addStock('SOCK', 4, 'SUPPLIER')
    deepEqual([sf.getAvailable('SOCK'), nyc.getAvailable('SOCK')], [3, 4])
    notDeepEqual(sf.stock.get('SOCK'), nyc.stock.get('SOCK'))
    sf.removeStock('SOCK', 3, 'LOST')
    deepEqual([sf.getAvailable('SOCK'), nyc.getAvailable('SOCK')], [0, 4])
  })
})

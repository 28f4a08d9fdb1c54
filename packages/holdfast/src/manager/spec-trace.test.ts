import { deepEqual, equal } from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { AdjustmentType } from '../model/adjustment-type.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import { InventoryManager } from './inventory-manager.ts'
import { approveEverything } from '../model/transfer.ts'
import { refusalNow } from '../testing/refusal.ts'

/** The six types of the specification; RESERVED and the rest are additions. */
const SPECIFIED: ReadonlySet<string> = new Set([
  AdjustmentType.RECEIVED,
  AdjustmentType.SOLD,
  AdjustmentType.RETURNED,
  AdjustmentType.DAMAGED,
  AdjustmentType.TRANSFERRED_OUT,
  AdjustmentType.TRANSFERRED_IN,
])

/** An entry as the specification writes it: `[RECEIVED, LAPTOP, SF, 10, source=SUPPLIER, t=1000]`. */
function line(entry: AuditEntry, key: string): string {
  const { type, productId, warehouseId, qty, metadata, timestamp } = entry
  return `[${type}, ${productId}, ${warehouseId}, ${qty}, ${key}=${metadata[key]}, t=${timestamp}]`
}

describe('the trace of the specification', () => {
  let now = 1000
  let made = 0
  const manager = new InventoryManager({
    clock: () => now,
    newId: () => `RES-00${++made}`,
    onListenerError: (error) => {
      throw error
    },
    transferApproval: approveEverything,
    sourcing: {},
  })
  const sf = manager.addWarehouse({ id: 'SF', name: 'San Francisco' })
  const nyc = manager.addWarehouse({ id: 'NYC', name: 'New York' })

  /** The entries of the six types since the trail had `after` entries. */
  const specified = (after: number) =>
    manager.auditLog.entries.slice(after).filter(({ type }) => SPECIFIED.has(type))
  const laptops = (warehouse = sf) => {
    const level = warehouse.stock.get('LAPTOP')
    return { available: level?.available, reserved: level?.reserved }
  }
  let before = 0
  beforeEach(() => {
    before = manager.auditLog.entries.length
  })

  test('1. ten laptops arrive in SF', () => {
    sf.addStock('LAPTOP', 10, 'SUPPLIER')
    deepEqual(laptops(), { available: 10, reserved: 0 })
    deepEqual(
      specified(before).map((entry) => line(entry, 'source')),
      ['[RECEIVED, LAPTOP, SF, 10, source=SUPPLIER, t=1000]'],
    )
  })

  test('2. three are reserved, which none of the six types records', () => {
    const reservation = manager.reserve('SF', 'LAPTOP', 3, 60_000)
    deepEqual(laptops(), { available: 7, reserved: 3 })
    deepEqual(
      [reservation.id, reservation.qty, reservation.expiresAt, reservation.status],
      ['RES-001', 3, 61_000, 'PENDING'],
    )
    deepEqual(specified(before), [])
    equal(manager.auditLog.entries.at(-1)!.type, 'RESERVED')
  })

  test('3. the reservation is confirmed: sold, and still reserved', () => {
    now = 1001
    equal(manager.confirm('RES-001').status, 'CONFIRMED')
    deepEqual(laptops(), { available: 7, reserved: 3 })
    deepEqual(
      specified(before).map((entry) => line(entry, 'reservationId')),
      ['[SOLD, LAPTOP, SF, 3, reservationId=RES-001, t=1001]'],
    )
  })

  test('4. a confirmed reservation cannot be released', () => {
    const refused = refusalNow(() => manager.release('RES-001'))
    equal(refused.name, 'InvalidReservationStateError')
    deepEqual(laptops(), { available: 7, reserved: 3 })
    equal(manager.auditLog.entries.length, before)
  })

  test('5. two more are reserved', () => {
    now = 1000
    const reservation = manager.reserve('SF', 'LAPTOP', 2, 30_000)
    deepEqual(laptops(), { available: 5, reserved: 5 })
    deepEqual([reservation.id, reservation.qty, reservation.status], ['RES-002', 2, 'PENDING'])
    // The trace says 31000, a time before its own step 3. This clock never runs backwards.
    equal(reservation.expiresAt, 31_001)
    deepEqual(specified(before), [])
  })

  test('6. and released', () => {
    now = 1002
    equal(manager.release('RES-002').status, 'RELEASED')
    deepEqual(laptops(), { available: 7, reserved: 3 })
    deepEqual(
      specified(before).map((entry) => line(entry, 'reservationId')),
      ['[RETURNED, LAPTOP, SF, 2, reservationId=RES-002, t=1002]'],
    )
  })

  test('7. four go to NYC, both sides at once', () => {
    now = 1003
    manager.transfer('SF', 'NYC', 'LAPTOP', 4)
    deepEqual(laptops(), { available: 3, reserved: 3 })
    deepEqual(laptops(nyc), { available: 4, reserved: 0 })
    const [out, into, ...more] = specified(before)
    equal(line(out!, 'toWarehouse'), '[TRANSFERRED_OUT, LAPTOP, SF, 4, toWarehouse=NYC, t=1003]')
    equal(
      line(into!, 'fromWarehouse'),
      '[TRANSFERRED_IN, LAPTOP, NYC, 4, fromWarehouse=SF, t=1003]',
    )
    deepEqual(more, [])
  })

  test('the end: six units in SF, four in NYC, ten in all', () => {
    equal(sf.stock.get('LAPTOP')!.onHand, 6)
    equal(nyc.stock.get('LAPTOP')!.onHand, 4)
    deepEqual(
      specified(0).map(({ type }) => type),
      ['RECEIVED', 'SOLD', 'RETURNED', 'TRANSFERRED_OUT', 'TRANSFERRED_IN'],
    )
    deepEqual(
      specified(0).map(({ fromWarehouseId }) => fromWarehouseId),
      [null, null, null, 'SF', 'SF'],
    )
  })
})

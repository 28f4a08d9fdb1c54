import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { inventoryError } from 'holdfast'
import type { FieldSpec } from './field.tsx'
import { refusalAt } from './refusal.ts'

const field = (name: string, label: string): FieldSpec => ({ name, label, kind: 'text' })
const UNITS = [field('warehouseId', 'Warehouse'), field('qty', 'Units')]
const COUNT = [field('onHand', 'Counted'), field('unsellable', 'Unsellable')]
const MOVE = [field('toWarehouseId', 'Warehouse')]
const PLACE = { warehouseId: 'SF', productId: 'MUG' }

test('of a request without an answer it is said that it may have been done', () => {
  const noAnswer = new TypeError('Failed to fetch')
  deepEqual(refusalAt(noAnswer, []), refusalAt(inventoryError('COMMIT_UNKNOWN', '', {}), []))
})

test('a refusal is worded for the reader, at the field where it can be fixed', () => {
  const said = (code: string, details: object, fields: readonly FieldSpec[]) => {
    const { field: at, message } = refusalAt(inventoryError(code, 'as it is', details), fields)
    return [at, message]
  }
  const few = { ...PLACE, requested: 9, available: 3 }
  const claims = [
    { id: 'a', qty: 2, status: 'PENDING' },
    { id: 'b', qty: 5, status: 'CONFIRMED' },
  ]
  deepEqual(
    [
      said('INSUFFICIENT_STOCK', few, UNITS),
      said('INSUFFICIENT_STOCK', { ...few, heldByOwner: 2 }, UNITS),
      said('INSUFFICIENT_STOCK', { ...few, reservations: claims }, UNITS),
      said('INSUFFICIENT_STOCK', { ...few, reservations: Array(10).fill(claims[0]) }, UNITS),
      said('INSUFFICIENT_STOCK', { ...few, unsellable: 1 }, UNITS),
      said('INSUFFICIENT_STOCK', few, MOVE),
      said('INSUFFICIENT_STOCK', { ...few, reserved: 7, reservations: claims }, COUNT),
      said('INSUFFICIENT_STOCK', { ...few, reserved: 7, unsellable: 1 }, COUNT),
      said('INSUFFICIENT_STOCK', { ...few, reserved: 0, expected: 10, onHand: 2 }, COUNT),
      said('INVALID_QTY', { reservationId: 'r', requested: 9, open: 2 }, UNITS),
      said('INVALID_QTY', { field: 'unsellable' }, COUNT),
      said('WAREHOUSE_NOT_SELLING', { warehouseId: 'SF' }, UNITS),
      said('WAREHOUSE_NOT_SELLING', { warehouseId: 'SF' }, MOVE),
      said('WAREHOUSE_IN_USE', { warehouseId: 'SF', onHand: 1200 }, []),
      said('INVALID_RESERVATION_STATE', { status: 'RELEASED', replacedBy: 'r' }, UNITS),
    ],
    [
      ['qty', 'Only 3 available.'],
      ['qty', 'Only 3 available. The same owner holds 2 already.'],
      ['qty', 'Only 3 available. 7 are held or sold.'],
      ['qty', 'Only 3 available. At least 20 are held or sold.'],
      ['qty', 'Only 1 unsellable.'],
      ['toWarehouseId', 'Only 3 available.'],
      ['onHand', '7 reserved: a count cannot be less.'],
      ['onHand', '7 reserved and 1 unsellable: a count cannot be less.'],
      ['onHand', 'Only 2 on hand now, where 10 were expected: 0 reserved.'],
      ['qty', 'Only 2 still open.'],
      ['unsellable', 'As it is.'],
      ['warehouseId', 'This warehouse does not sell.'],
      ['toWarehouseId', 'This warehouse does not sell.'],
      [null, 'It is not empty: 1,200 on hand.'],
      [null, 'Not possible any more: another one has come in its place.'],
    ],
  )
})

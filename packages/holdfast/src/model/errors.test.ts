import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  assert,
  InsufficientStockError,
  InvariantError,
  InventoryError,
  inventoryError,
  Refusal,
  REFUSAL_CODES,
} from './errors.ts'

const FEW = { productId: 'MUG', requested: 3, available: 2 }

describe('a refusal', () => {
  test('is an error with a name, a code and details, and without a stack', () => {
    const refused = new InsufficientStockError('need 3, have 2', FEW)
    equal(refused instanceof InventoryError && refused instanceof Error, true)
    deepEqual(
      [refused.name, refused.code, refused.message, refused.details],
      ['InsufficientStockError', 'INSUFFICIENT_STOCK', 'need 3, have 2', FEW],
    )
    equal(refused.stack?.includes(' at '), false)
    equal(new Error('another').stack?.includes(' at '), true)
  })

  test('keeps its class when it gets an index in a list', () => {
    const refused = new InsufficientStockError('need 3, have 2', FEW).at(7)
    equal(refused instanceof InsufficientStockError, true)
    deepEqual(refused.details, { ...FEW, index: 7 })
  })

  test('is restored with its class from its code', () => {
    for (const code of REFUSAL_CODES) {
      const again = inventoryError(code, 'text', { k: 1 })
      deepEqual(again.toJSON(), { code, message: 'text', details: { k: 1 } })
      equal(again.constructor === InventoryError, false)
      const camel = code.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, c: string) => c.toUpperCase())
      equal(again.name, `${camel}Error`)
    }
  })

  test('with an unknown code is a plain one', () => {
    for (const code of ['LATER', '__proto__', 'toString'])
      equal(inventoryError(code, 'text').constructor, Refusal)
  })

  test('goes through JSON as code, message and details', () => {
    deepEqual(JSON.parse(JSON.stringify(new InsufficientStockError('text', FEW))), {
      code: 'INSUFFICIENT_STOCK',
      message: 'text',
      details: FEW,
    })
  })
})

test('a broken rule of the engine is not a refusal', () => {
  assert(true, 'holds')
  throws(
    () => assert(false, 'two and two'),
    (error) => error instanceof InvariantError && !(error instanceof InventoryError),
  )
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusalNow } from '../testing/refusal.ts'
import { smallShop } from '../testing/small-shop.ts'

const WORDS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  '0',
  '-1',
  'null',
  'NaN',
  "';DROP TABLE levels;--",
  '\u00e9',
  'SOCK',
  'sock',
  'S OCK',
  'S  OCK',
  '🧦',
  'x'.repeat(128),
]

describe('ids are compared byte for byte, and no word is special', () => {
  test('as products', () => {
    const { manager, sf } = smallShop()
    WORDS.forEach((word, index) => sf.addStock(word, index + 1, 'SUPPLIER'))
    deepEqual(
      WORDS.map((word) => sf.getAvailable(word)),
      WORDS.map((_, index) => index + 1),
    )
    equal(sf.stock.size, WORDS.length)
    const holds = WORDS.map((word) => manager.reserve('SF', word, 1, 100, word))
    deepEqual(
      holds.map(({ productId, owner }) => [productId, owner]),
      WORDS.map((word) => [word, word]),
    )
    equal(sf.getAvailable('prototype'), 0)
  })

  test('as warehouses', () => {
    const { manager, counts } = smallShop()
    for (const word of WORDS) {
      equal(refusalNow(() => manager.getWarehouse(word)).name, 'WarehouseNotFoundError')
      equal(refusalNow(() => manager.reserve(word, 'SOCK', 1, 100)).name, 'WarehouseNotFoundError')
    }
    for (const word of WORDS) manager.addWarehouse({ id: word, name: word })
    WORDS.forEach((word, index) => manager.getWarehouse(word).addStock('SOCK', index + 2, 'S'))
    for (const [index, word] of WORDS.entries())
      equal(counts('SOCK', manager.getWarehouse(word)), `${index + 2}/0/0`)
    manager.transfer('__proto__', 'constructor', 'SOCK', 1)
    equal(counts('SOCK', manager.getWarehouse('__proto__')), '1/0/0')
  })

  test('as reservations and transfers that do not exist', () => {
    const { manager } = smallShop()
    for (const word of WORDS) {
      equal(refusalNow(() => manager.confirm(word)).code, 'RESERVATION_NOT_FOUND')
      equal(refusalNow(() => manager.approveTransfer(word)).code, 'TRANSFER_NOT_FOUND')
      equal(manager.getReservation(word), null)
    }
  })
})

/** Indistinguishable from `SOCK` and `é` to the eye. */
const UNSEEN = [
  ' ',
  ' SOCK',
  'SOCK ',
  'SO\u200bCK',
  'SOCK\ufeff',
  'S\u00a0OCK',
  'SOCK\ufe0f',
  'e\u0301',
]

test('ids that differ only in invisible characters are refused everywhere', () => {
  const { manager, sf } = smallShop()
  for (const id of ['\ud800', '\ud801', 'a\udfff', ...UNSEEN]) {
    const ways: (() => unknown)[] = [
      () => sf.addStock(id, 1, 'SUPPLIER'),
      () => sf.getAvailable(id),
      () => manager.getWarehouse(id),
      () => manager.reserve('SF', id, 1, 100),
      () => manager.reserve(id, 'SOCK', 1, 100),
      () => manager.transfer('SF', id, 'SOCK', 1),
      () => manager.fulfillAcrossWarehouses('SOCK', 1, [id]),
      () => manager.addWarehouse({ id, name: 'x' }),
      () => manager.addWarehouse({ id: 'X', name: 'x', reorderThresholds: { [id]: 1 } }),
    ]
    for (const way of ways)
      equal(refusalNow(way).code, 'INVALID_INPUT', `${JSON.stringify(id)} ${String(way)}`)
  }
  equal(sf.stock.size, 0)
  deepEqual([...manager.warehouses.keys()], ['SF', 'NYC'])
})

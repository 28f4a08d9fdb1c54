import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, type Inventory } from 'holdfast'
import { LevelTable } from '../../live/level-table.ts'
import { countOf, differenceOf, problemOf, rowsOf, type CountRow, type Typed } from './count-row.ts'

const ROW: CountRow = {
  productId: 'MUG',
  seq: 7,
  onHand: 10,
  unsellable: 2,
  typed: { onHand: '', unsellable: '' },
  outcome: null,
  sent: null,
}

function typed(onHand: string, unsellable = ''): CountRow {
  return { ...ROW, typed: { onHand, unsellable } satisfies Typed }
}

test('a list has the matching products of one warehouse, in order', () => {
  const levels = new LevelTable(['SF', 'NYC'])
  const counts = { available: 5, held: 1, allocated: 2, unsellable: 3 }
  for (const [productId, warehouseId, seq] of [
    ['a-2', 'SF', 4],
    ['A-10', 'SF', 9],
    ['A-1', 'NYC', 4],
    ['B-1', 'SF', 4],
  ] as const)
    levels.put(levels.place(productId, warehouseId)!, counts, seq)
  const rows = rowsOf(levels, 'SF', ' a-', 6)
  deepEqual(
    rows.map(({ productId, seq, onHand, unsellable }) => [productId, seq, onHand, unsellable]),
    [
      // A level that the first load read ahead of the trail is compared as of its own entry.
      ['A-10', 9, 11, 3],
      ['a-2', 6, 11, 3],
    ],
  )
  equal(rowsOf(levels, 'SF', '', 6).length, 3)
  equal(rowsOf(levels, 'LA', '', 6).length, 0)
})

test('what was typed is a difference to the books, or has a problem at a field', () => {
  const cases: readonly [CountRow, unknown][] = [
    [typed(''), null],
    [typed('10'), { onHand: 0, unsellable: 0 }],
    [typed(' 1208 ', '0'), { onHand: 1198, unsellable: -2 }],
    // Groups, or two numbers.
    [typed('1 208'), null],
    [typed('1.208'), null],
    [typed('8', '2'), { onHand: -2, unsellable: 0 }],
    [typed('0'), { onHand: -10, unsellable: 0 }],
    [typed('ten'), null],
    [typed('8', '9'), null],
    [typed('', '1'), null],
  ]
  for (const [row, difference] of cases) deepEqual(differenceOf(row), difference, row.typed.onHand)
  deepEqual(
    ['ten', '-1', '1.5', ''].map((text) => problemOf(typed(text, '1'))?.field),
    ['onHand', 'onHand', 'onHand', 'onHand'],
  )
  equal(problemOf(typed('8', '9'))?.field, 'unsellable')
  equal(problemOf(typed('8', 'x'))?.field, 'unsellable')
  equal(problemOf(typed('8', '8')), null)
})

async function counted(inventory: Inventory, row: CountRow): Promise<string[]> {
  const place = { warehouseId: 'SF', productId: 'MUG' }
  const { seq: before } = await inventory.head()
  await inventory.countStock({ ...place, ...countOf(row) })
  const lines: string[] = []
  for await (const { type, qty } of inventory.audit({ after: before })) lines.push(`${type} ${qty}`)
  return lines
}

test('a count is compared with the books at the time its list was opened', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  const place = { warehouseId: 'SF', productId: 'MUG' }
  const { seq, onHand, unsellable } = await inventory.addStock({ ...place, qty: 10, source: 'S' })
  const row: CountRow = { ...ROW, seq, onHand, unsellable }
  const sold = await inventory.reserve({ ...place, qty: 3, ttlMs: 60_000 })
  await inventory.confirm({ reservationId: sold.id })
  await inventory.ship({ reservationId: sold.id })
  const write = (onHandText: string, aside = '') =>
    counted(inventory, { ...row, typed: { onHand: onHandText, unsellable: aside } })
  deepEqual(await write('10'), [])
  deepEqual(await write('9', '1'), ['COUNTED -2', 'COUNTED_ASIDE 1'])
  const level = await inventory.stock(place)
  deepEqual([level.available, level.unsellable, level.onHand], [5, 1, 6])
})

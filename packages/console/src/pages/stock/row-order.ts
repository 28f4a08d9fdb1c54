import type { WarehouseView } from 'holdfast'
import type { LevelTable } from '../../live/level-table.ts'
import { figureOf, isLowIn, type Column } from './columns.ts'

export interface Wanted {
  /** Part of a product's id, ignoring case. */
  readonly search: string
  readonly onlyLow: boolean
  /** The index of the warehouse where it must be low, null for any. */
  readonly lowIn: number | null
  /** Null sorts by product. */
  readonly sortBy: Column | null
  readonly isDescending: boolean
}

export function rowOrder(
  levels: LevelTable,
  warehouses: readonly WarehouseView[],
  wanted: Wanted,
): Uint32Array {
  const { search, onlyLow, lowIn, sortBy, isDescending } = wanted
  const { products } = levels
  const part = search.toLowerCase()
  const rows: number[] = []
  for (let row = 0; row < products.length; row++) {
    if (part !== '' && !products[row]!.toLowerCase().includes(part)) continue
    if (onlyLow && !isLowIn(levels, warehouses, row, lowIn)) continue
    rows.push(row)
  }
  const order = Uint32Array.from(rows)
  const byProduct = (a: number, b: number): number => (products[a]! < products[b]! ? -1 : 1)
  if (sortBy === null) order.sort(byProduct)
  else {
    const figures = new Float64Array(products.length)
    for (const row of rows) figures[row] = figureOf(levels, row, sortBy) ?? -1
    order.sort((a, b) => figures[a]! - figures[b]! || byProduct(a, b))
  }
  return isDescending ? order.reverse() : order
}

import type { WarehouseView } from 'holdfast'
import type { LevelTable } from '../../live/level-table.ts'
import { isLow } from '../../live/thresholds.ts'

export type Measure = 'available' | 'reserved' | 'unsellable' | 'onHand'

/** One column of figures: a measure in one warehouse, or summed over all. */
export interface Column {
  /** Used in the address when the list is sorted by it. */
  readonly key: string
  readonly label: string
  readonly measure: Measure
  /** Index of the warehouse; null for all. */
  readonly warehouse: number | null
  /** Whether it begins a group of columns. */
  readonly isFirst: boolean
}

export interface Group {
  readonly label: string
  readonly warehouse: number | null
}

export const MEASURES: readonly { readonly measure: Measure; readonly label: string }[] = [
  { measure: 'available', label: 'Available' },
  { measure: 'reserved', label: 'Reserved' },
  { measure: 'unsellable', label: 'Unsellable' },
  { measure: 'onHand', label: 'On hand' },
]

/** Shown: 'all' side by side with their sum, 'sum' alone, or one warehouse by its id. */
export function groupsOf(warehouses: readonly WarehouseView[], shown: string): readonly Group[] {
  const each = warehouses.map(({ name, sells }, warehouse) => ({
    label: sells ? name : `${name} (does not sell)`,
    warehouse,
  }))
  const sum: Group = { label: 'All warehouses', warehouse: null }
  if (shown === 'sum') return [sum]
  const one = warehouses.findIndex(({ id }) => `=${id}` === shown)
  if (one >= 0) return [each[one]!]
  return warehouses.length === 1 ? each : [sum, ...each]
}

export function columnsOf(groups: readonly Group[]): readonly Column[] {
  return groups.flatMap(({ warehouse }) =>
    MEASURES.map(({ measure, label }, index) => ({
      key: `${measure}${warehouse === null ? '' : `-${warehouse}`}`,
      label,
      measure,
      warehouse,
      isFirst: index === 0,
    })),
  )
}

/** The figure of a column for a product; null if it was never in the warehouse. */
export function figureOf(levels: LevelTable, row: number, column: Column): number | null {
  const first = row * levels.width
  if (column.warehouse !== null) {
    const place = first + column.warehouse
    return levels.exists(place) ? measured(levels, place, column.measure) : null
  }
  let sum = 0
  for (let place = first; place < first + levels.width; place++)
    if (levels.exists(place)) sum += measured(levels, place, column.measure)
  return sum
}

function measured(levels: LevelTable, place: number, measure: Measure): number {
  switch (measure) {
    case 'available':
      return levels.availableAt(place)
    case 'reserved':
      return levels.reservedAt(place)
    case 'unsellable':
      return levels.unsellable[place]!
    case 'onHand':
      return levels.onHandAt(place)
  }
}

/** Whether a product is low in the column's warehouse; for all together, in any of them. */
export function isLowIn(
  levels: LevelTable,
  warehouses: readonly WarehouseView[],
  row: number,
  warehouse: number | null,
): boolean {
  const first = row * levels.width
  if (warehouse !== null) return isLow(levels, warehouses, first + warehouse)
  for (let place = first; place < first + levels.width; place++)
    if (isLow(levels, warehouses, place)) return true
  return false
}

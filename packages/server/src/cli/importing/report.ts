import { shownId } from 'holdfast'
import { counted } from '../output/counted.ts'
import { say } from '../output/streams.ts'
import { table, type Column } from '../output/table.ts'
import { shownLevel } from './check.ts'
import type { KnownStock } from './known-stock.ts'
import type { Manner } from './pieces.ts'
import type { StockTable, TableLevel } from './stock-table.ts'

interface WarehouseSum {
  readonly warehouseId: string
  levels: number
  units: number
  /** How many units a count found too many and too few; null if that is not known yet. */
  more: number | null
  less: number | null
}

/** What a table has, and what its user should know. */
export interface Report {
  readonly rows: number
  readonly units: number
  /** Units that are imported as available, and are held or sold where the table comes from. */
  readonly reserved: number
  readonly empty: number
  readonly columns: StockTable['columns']
  readonly ignored: StockTable['ignored']
  readonly newProducts: ReturnType<KnownStock['newProducts']>
  /** Levels that are in several rows. */
  readonly repeated: readonly TableLevel[]
  readonly warehouses: readonly WarehouseSum[]
}

export function reportOf(
  stock: StockTable,
  { mode, asOf }: Manner,
  known: KnownStock,
  reserved: number,
): Report {
  const sums = new Map<string, WarehouseSum>()
  const compared = mode === 'set' && asOf === undefined
  for (const level of stock.levels) {
    const { warehouseId, qty } = level
    const none = compared ? 0 : null
    const sum = sums.get(warehouseId) ?? {
      warehouseId,
      levels: 0,
      units: 0,
      more: none,
      less: none,
    }
    sums.set(warehouseId, sum)
    sum.levels++
    sum.units += qty
    if (sum.more === null || sum.less === null) continue
    const difference = qty - (known.level(level)?.onHand ?? 0)
    sum.more += Math.max(0, difference)
    sum.less += Math.max(0, -difference)
  }
  return {
    rows: stock.rows,
    units: stock.units,
    reserved,
    empty: stock.empty,
    columns: stock.columns,
    ignored: stock.ignored,
    newProducts: known.newProducts(stock.levels),
    repeated: stock.levels.filter(({ lines }) => lines.length > 1),
    warehouses: [...sums.values()],
  }
}

/** How many notes of a kind are printed one by one. */
const TOLD = 10

export function sayNotes({ columns, ignored, reserved, newProducts, repeated }: Report): void {
  const called = Object.entries(columns).filter(([name, as]) => name !== as)
  if (called.length > 0)
    say(`note: ${called.map(([name, as]) => `${name} is ${JSON.stringify(as)}`).join(', ')}`)
  const unread = ignored.slice(0, TOLD).map((name) => JSON.stringify(name))
  if (ignored.length > TOLD) unread.push('…')
  if (unread.length > 0) say(`note: not read: ${unread.join(', ')}`)
  if (reserved > 0)
    say(
      `note: ${counted(reserved, 'unit is', 'units are')} held or sold in this table, and ${reserved === 1 ? 'comes' : 'come'} in as available`,
    )
  for (const level of repeated.slice(0, TOLD))
    say(
      `note: lines ${level.lines.join(', ')} name ${shownLevel(level)}: ${counted(level.qty, 'unit')} together`,
    )
  if (repeated.length > TOLD) say(`note: ${repeated.length} levels are named by several lines`)
  const alike = newProducts.filter(({ like }) => like !== undefined)
  for (const { line, productId, like } of alike.slice(0, TOLD))
    say(`note: line ${line}: ${shownId(productId)} differs from ${shownId(like!)} in case alone`)
  if (alike.length > TOLD)
    say(`note: ${alike.length} new products differ from others in case alone`)
  if (newProducts.length === 0) return
  const first = newProducts.slice(0, TOLD).map(({ productId }) => shownId(productId))
  const more = newProducts.length > TOLD ? ', …' : ''
  say(`note: ${counted(newProducts.length, 'new product')}: ${first.join(', ')}${more}`)
}

const SUMS: readonly Column<WarehouseSum>[] = [
  { title: 'warehouse', of: ({ warehouseId }) => shownId(warehouseId) },
  { title: 'levels', of: ({ levels }) => levels },
  { title: 'units', of: ({ units }) => units },
  { title: 'more', of: ({ more }) => more, usual: null },
  { title: 'less', of: ({ less }) => less, usual: null },
]

export function described(what: string, report: Report, before: number): string {
  const { rows, units, empty, warehouses } = report
  const size = `${counted(rows, 'row')}, ${counted(units, 'unit')}`
  const earlier = before === 0 ? '' : ` (${counted(before, 'level')} of them by an earlier run)`
  const nothing = empty === 0 ? '' : `; ${counted(empty, 'row says', 'rows say')} 0`
  const head = `${what}: ${size}${earlier}${nothing}`
  return warehouses.length === 0 ? head : `${head}\n${table(SUMS, warehouses)}`
}

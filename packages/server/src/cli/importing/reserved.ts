import { Refusal } from '../failure.ts'
import { counted } from '../output/counted.ts'
import { NAMED, shownLevel } from './check.ts'
import type { KnownStock } from './known-stock.ts'
import type { Manner } from './pieces.ts'
import type { StockTable, TableLevel } from './stock-table.ts'

/** A level of which an import makes units available that are reserved where the table comes from. */
interface Freed {
  readonly level: TableLevel
  readonly units: number
}

/** A table has no reservations, so what it says is reserved would be available here. */
export function freedOf(
  levels: readonly TableLevel[],
  columns: StockTable['columns'],
  manner: Manner,
  known: KnownStock,
): readonly Freed[] {
  // What is reserved is no part of what is available.
  if (saysAvailable(columns)) return []
  return levels
    .map((level) => ({ level, units: unitsFreed(level, manner, known) }))
    .filter(({ units }) => units > 0)
}

/** A count leaves reservations as they are, and its table may be of this inventory. */
function unitsFreed(level: TableLevel, { mode, asOf }: Manner, known: KnownStock): number {
  const there = mode === 'set' ? known.level(level) : undefined
  // What was reserved at a past moment may be shipped since.
  if (there !== undefined && asOf !== undefined) return 0
  return Math.max(0, level.reserved - (there?.reserved ?? 0))
}

export function saysAvailable({ qty }: StockTable['columns']): boolean {
  return qty?.toLowerCase() === 'available'
}

export function unitsOf(freed: readonly Freed[]): number {
  return freed.reduce((sum, { units }) => sum + units, 0)
}

/** @throws Refusal RESERVED_UNITS */
export function mustFreeNone(file: string, freed: readonly Freed[]): void {
  if (freed.length === 0) return
  const [units, first] = [unitsOf(freed), freed.slice(0, NAMED)]
  const shown = first.map((one) => `${shownLevel(one.level)} (${one.units})`)
  const more = freed.length > NAMED ? ', …' : ''
  throw new Refusal(
    'RESERVED_UNITS',
    `${counted(units, 'unit is', 'units are')} held or sold in ${file}, on ${counted(freed.length, 'level')}: ${shown.join(', ')}${more}\n` +
      'A table has no reservations: imported, these units are available, and can be\n' +
      'sold again. Ship, release or cancel them where the table comes from, and export\n' +
      'again; or say --reserved-as-available, and reserve them here before anything is\n' +
      'sold.',
    {
      units,
      levels: freed.length,
      first: first.map(({ level: { warehouseId, productId }, units: reserved }) => ({
        warehouseId,
        productId,
        reserved,
      })),
    },
  )
}

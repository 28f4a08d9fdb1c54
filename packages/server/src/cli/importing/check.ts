import { LIMITS, shownId, type WarehouseView } from 'holdfast'
import { Refusal } from '../failure.ts'
import type { AnyInventory } from '../open-inventory.ts'
import { counted } from '../output/counted.ts'
import type { KnownStock } from './known-stock.ts'
import type { Manner } from './pieces.ts'
import type { BadRow } from './stock-row.ts'
import type { TableLevel } from './stock-table.ts'

/** Why a table's levels cannot be imported, by line. The first `done` of them are imported already. */
export async function badLevels(
  inventory: AnyInventory,
  levels: readonly TableLevel[],
  done: number,
  manner: Manner,
  known: KnownStock,
): Promise<BadRow[]> {
  const { items } = await inventory.listWarehouses()
  const room = new Map(items.map((warehouse) => [warehouse.id, roomOf(warehouse)]))
  const mistaken = mistakenIds(items)
  return levels.flatMap((level, index) => {
    const { warehouseId, qty, lines } = level
    const left = room.get(warehouseId)
    if (left === undefined) {
      return lines.map((line) => ({
        line,
        problem: `there is no warehouse ${shownId(warehouseId)}${mistaken.get(warehouseId.toLowerCase()) ?? ''}`,
      }))
    }
    const isAhead = index >= done
    if (manner.mode === 'set') return whyNotCounted(level, isAhead, manner, known)
    const problem = isAhead ? whyNotAdded(level, left) : null
    if (problem !== null) return [{ line: lines.at(-1)!, problem }]
    if (isAhead) room.set(warehouseId, left - qty)
    return []
  })
}

/** What a table may call a warehouse by mistake, in lower case, with the hint for it. */
function mistakenIds(warehouses: readonly WarehouseView[]): ReadonlyMap<string, string> {
  const names = warehouses.map(({ id, name }) => [name, `; the id of ${name} is ${shownId(id)}`])
  const ids = warehouses.map(({ id }) => [id, `; there is ${shownId(id)}`])
  return new Map([...names, ...ids].map(([text, hint]) => [text!.toLowerCase(), hint!]))
}

function whyNotAdded({ warehouseId, qty }: TableLevel, left: number): string | null {
  if (qty > left)
    return `${shownId(warehouseId)} has room for ${counted(left, 'more unit')}, not ${qty}`
  return qty > LIMITS.qty ? `its lines together are more than ${LIMITS.qty} units` : null
}

/** For a count of the past, only the engine knows what has moved since; of that, what others counted is known. */
function whyNotCounted(
  level: TableLevel,
  isAhead: boolean,
  { asOf }: Manner,
  known: KnownStock,
): BadRow[] {
  const { qty, lines } = level
  const [first, ...others] = lines as [number, ...number[]]
  if (others.length > 0) {
    const problem = `${shownLevel(level)} is in line ${first} already; a level is counted once`
    return others.map((line) => ({ line, problem }))
  }
  const countedSince = known.countedSince(level)
  if (isAhead && countedSince !== undefined) {
    const problem = `${shownLevel(level)} was counted after that moment, by entry ${countedSince}`
    return [{ line: first, problem }]
  }
  const there = known.level(level)
  if (asOf !== undefined || there === undefined) return []
  const aside = level.unsellable ?? there.unsellable
  if (there.reserved + aside <= qty) return []
  const also = aside === 0 ? '' : ` and ${aside} set aside`
  const of = `of ${shownLevel(level)}`
  const problem = `${qty} counted, but ${counted(there.reserved, `${of} is`, `${of} are`)} reserved${also}`
  return [{ line: first, problem }]
}

function roomOf({ capacity, onHand }: WarehouseView): number {
  return capacity === null ? Number.MAX_SAFE_INTEGER - onHand : Math.max(0, capacity - onHand)
}

/** The most levels that a refusal names. */
export const NAMED = 5

/** Without --add or --set, units are only imported into empty levels. @throws Refusal LEVELS_HAVE_STOCK */
export function mustBeEmpty(
  file: string,
  levels: readonly TableLevel[],
  done: number,
  known: KnownStock,
): void {
  const stocked = levels.slice(done).flatMap((level) => {
    const onHand = known.level(level)?.onHand ?? 0
    return onHand === 0 ? [] : [{ level, onHand }]
  })
  if (stocked.length === 0) return
  const shown = stocked
    .slice(0, NAMED)
    .map(({ level, onHand }) => `${shownLevel(level)} (${onHand})`)
  const more = stocked.length > shown.length ? ', …' : ''
  throw new Refusal(
    'LEVELS_HAVE_STOCK',
    `${stocked.length} of ${counted(levels.length, 'level')} in ${file} ${stocked.length === 1 ? 'has' : 'have'} stock: ${shown.join(', ')}${more}\n` +
      '--add puts the units on top; --set makes the levels what the file says.',
    {
      levels: stocked.length,
      first: stocked.slice(0, NAMED).map(({ level, onHand }) => ({
        warehouseId: level.warehouseId,
        productId: level.productId,
        onHand,
      })),
    },
  )
}

export function shownLevel({ productId, warehouseId }: TableLevel): string {
  return `${shownId(productId)} in ${shownId(warehouseId)}`
}

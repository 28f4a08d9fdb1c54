import type { AuditEntry } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { keyOf, type AsOf, type KnownStock } from './known-stock.ts'
import type { Mode, StockTable, TableLevel } from './stock-table.ts'

export type Commands = Parameters<AnyInventory['atomically']>[0]['commands']

/** How a table is imported. */
export interface Manner {
  readonly mode: Mode
  readonly asOf: AsOf
  readonly actor: string | undefined
  /** If units may only come into empty levels: the newest entry when those were read. */
  readonly ifSeq?: number
}

/** How many levels go into one commit. A level may need two commands, and looking up a count of the past takes a while. */
const LEVELS_OF_A_PIECE: Readonly<Record<Mode, number>> = { add: 500, set: 200 }

export function piecesOf({ levels }: StockTable, mode: Mode): TableLevel[][] {
  const most = LEVELS_OF_A_PIECE[mode]
  return Array.from({ length: Math.ceil(levels.length / most) }, (_, index) =>
    levels.slice(index * most, (index + 1) * most),
  )
}

/** The last count of a piece is written even if it changes nothing: by its entry the piece is recognized later. */
export function commandsOf(
  level: TableLevel,
  { mode, asOf, ifSeq }: Manner,
  isLast: boolean,
): Commands {
  const { warehouseId, productId, qty, unsellable } = level
  const id = { warehouseId, productId }
  if (mode === 'set') {
    const aside = unsellable === null ? {} : { unsellable }
    const how = {
      onlyIfChanged: !isLast,
      reason: 'IMPORT',
      ...(asOf === undefined ? {} : { asOf }),
    }
    return [{ verb: 'countStock', ...id, onHand: qty, ...aside, ...how }]
  }
  const add = { verb: 'addStock', ...id, source: 'IMPORT' } as const
  const aside = unsellable ?? 0
  const [first, ...others] = [
    ...(qty > aside ? [{ ...add, qty: qty - aside }] : []),
    ...(aside > 0 ? [{ ...add, qty: aside, into: 'unsellable' } as const] : []),
  ]
  // The second one follows an entry of the first.
  return first === undefined ? [] : [ifSeq === undefined ? first : { ...first, ifSeq }, ...others]
}

/** What the trail has of a table: the entries of an import refer to it. */
export interface Earlier {
  /** How often it was imported as a whole, and when last. */
  readonly runs: number
  readonly at: number
  /** Pieces of an interrupted run. */
  readonly done: number
}

export async function earlierRuns(
  inventory: AnyInventory,
  reference: string,
  pieces: readonly (readonly TableLevel[])[],
  mode: Mode,
  known: KnownStock,
): Promise<Earlier> {
  const ends = pieces.map((piece) => piece.at(-1)!)
  // A level that does not exist has no entries.
  if (ends[0] === undefined || known.level(ends[0]) === undefined)
    return { runs: 0, at: 0, done: 0 }
  const pieceOf = new Map(ends.map((level, index) => [keyOf(level), index]))
  const times = pieces.map(() => 0)
  let at = 0
  for await (const entry of inventory.audit({ reference })) {
    const piece = pieceOf.get(keyOf(entry))
    if (piece === undefined || entry.type !== lastEntry(ends[piece]!, mode)) continue
    times[piece]!++
    if (piece === pieces.length - 1) at = entry.timestamp
  }
  const runs = times.at(-1)!
  return { runs, at, done: times.filter((count) => count > runs).length }
}

/** The type of the last entry that a level gets, one in each run. */
function lastEntry({ unsellable }: TableLevel, mode: Mode): AuditEntry['type'] {
  if (mode === 'set') return 'COUNTED'
  return (unsellable ?? 0) > 0 ? 'RECEIVED_ASIDE' : 'RECEIVED'
}

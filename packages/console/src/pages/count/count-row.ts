import { whole } from '../../forms/written.ts'
import type { LevelTable } from '../../live/level-table.ts'

/** The texts typed in a row. */
export interface Typed {
  readonly onHand: string
  readonly unsellable: string
}

/** The outcome of a row. */
type Outcome =
  | { readonly kind: 'written'; readonly correction: number; readonly aside: number }
  | { readonly kind: 'refused'; readonly field: keyof Typed; readonly message: string }
  /** Sent without an answer. Sent again with its key, it takes effect once. */
  | { readonly kind: 'unknown'; readonly message: string }
  /** Somebody else has counted it since: the figures are theirs. */
  | { readonly kind: 'recounted' }

/** One product of a count list. */
export interface CountRow {
  readonly productId: string
  /** The entry of the trail at which the figures were taken. */
  readonly seq: number
  /** The books at that entry. */
  readonly onHand: number
  readonly unsellable: number
  readonly typed: Typed
  readonly outcome: Outcome | null
  /** As sent. Kept until answered, so that a count sent twice takes effect once. */
  readonly sent: { readonly key: string; readonly reason: string } | null
}

export interface Difference {
  readonly onHand: number
  readonly unsellable: number
}

export const NOTHING_TYPED: Typed = { onHand: '', unsellable: '' }

/** A list is written in one request, and this is the most a service accepts. */
export const MOST_ROWS = 1000

/**
 * The matching products of a warehouse, ignoring case, in order, with the books now. `seq` is the last entry included
 * in the levels.
 */
export function rowsOf(
  levels: LevelTable,
  warehouseId: string,
  prefix: string,
  seq: number,
): CountRow[] {
  const column = levels.warehouses.indexOf(warehouseId)
  if (column < 0) return []
  const wanted = prefix.trim().toLowerCase()
  const rows: CountRow[] = []
  for (const [row, productId] of levels.products.entries()) {
    const place = row * levels.width + column
    if (!levels.exists(place) || !productId.toLowerCase().startsWith(wanted)) continue
    rows.push({
      productId,
      // A page of the first load may be ahead of what was followed since.
      seq: Math.max(seq, levels.seq[place]!),
      onHand: levels.onHandAt(place),
      unsellable: levels.unsellable[place]!,
      typed: NOTHING_TYPED,
      outcome: null,
      sent: null,
    })
  }
  return rows.sort((a, b) => (a.productId < b.productId ? -1 : 1))
}

export function isTyped({ typed }: CountRow): boolean {
  return typed.onHand.trim() !== '' || typed.unsellable.trim() !== ''
}

const NOT_WHOLE = 'This is not a whole number: write digits only, like 1000.'

/** What is wrong with the input, and where; null if it can be sent. */
export function problemOf({ typed }: CountRow): { field: keyof Typed; message: string } | null {
  const onHand = unitsOf(typed.onHand)
  const unsellable = unitsOf(typed.unsellable)
  if (onHand === null)
    return { field: 'onHand', message: 'Say how many there are in all, unsellable ones included.' }
  if (Number.isNaN(onHand)) return { field: 'onHand', message: NOT_WHOLE }
  if (unsellable === null) return null
  if (Number.isNaN(unsellable)) return { field: 'unsellable', message: NOT_WHOLE }
  return unsellable > onHand
    ? { field: 'unsellable', message: 'More than were counted in all.' }
    : null
}

/** The difference between the count and the books; null if there is no valid input. */
export function differenceOf(row: CountRow): Difference | null {
  if (!isTyped(row) || problemOf(row) !== null) return null
  const unsellable = unitsOf(row.typed.unsellable)
  return {
    onHand: unitsOf(row.typed.onHand)! - row.onHand,
    unsellable: unsellable === null ? 0 : unsellable - row.unsellable,
  }
}

/** The command of a row, without warehouse and reason. */
export function countOf({ productId, seq, typed }: CountRow) {
  const unsellable = unitsOf(typed.unsellable)
  return {
    productId,
    onHand: unitsOf(typed.onHand)!,
    ...(unsellable === null ? {} : { unsellable }),
    asOf: { seq },
    onlyIfChanged: true,
  }
}

/** Null for nothing, NaN for anything but a whole number. */
function unitsOf(text: string): number | null {
  return text.trim() === '' ? null : whole(text)
}

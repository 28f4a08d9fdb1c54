import type { AdjustmentType } from '../model/adjustment-type.ts'
import { EXPIRED } from './codes.ts'
import { OF_RECORD, QTY, RECORD, type CommitBody } from './commit-body.ts'
import type { LineNumbers, Options } from './lines.ts'

// What a proof requires of a body beyond what readers need: no part of it may go unread.

/** The members that a body can have. A proof must reject any other: it could not vouch for it. */
export const MEMBERS: ReadonlySet<string> = new Set([
  ...['documents', 'entries', 'forgotten', 'keys', 'levels', 'names', 'texts', 'v', 'warehouses'],
])

/** How many elements the line of each type has, without its options. */
const PLACES: Readonly<Record<AdjustmentType, number>> = {
  RECEIVED: 7,
  DAMAGED: 7,
  REMOVED: 7,
  COUNTED: 7,
  RESERVED: 12,
  EXTENDED: 11,
  SOLD: 10,
  SHIPPED: 10,
  CANCELLED: 10,
  RETURNED: 11,
  TRANSFER_REQUESTED: 11,
  TRANSFERRED_OUT: 11,
  TRANSFERRED_IN: 11,
  TRANSFER_REJECTED: 11,
  WAREHOUSE_CHANGED: 8,
  OWNER_CHANGED: 11,
  CAME_BACK: 10,
  SET_ASIDE: 7,
  PUT_BACK: 7,
  WRITTEN_OFF: 7,
  RECEIVED_ASIDE: 7,
  COUNTED_ASIDE: 7,
}

/** Options that are indexes of texts, and those that are numbers. */
const TEXTS: ReadonlySet<string> = new Set(['actor', 'group', 'metadata', 'reference'])
const NUMBERS: ReadonlySet<string> = new Set(['replaces', 'replacesRandom', 'unsellable'])

/** Whether a line has the numbers of its type, then only known options, with indexes of existing texts. */
export function hasShape(body: CommitBody, type: AdjustmentType, line: LineNumbers): boolean {
  const { length, options } = line
  if (options !== null && !areOptions(body, type, options)) return false
  if (!isQuantity(type, line.number(QTY))) return false
  const isExpired = type === 'RETURNED' && line.number(10) === EXPIRED
  if (length !== PLACES[type] + (isExpired ? 1 : 0)) return false
  for (let at = 0; at < length; at++) {
    if (!Number.isNaN(line.number(at))) continue
    // Only a hold without an owner.
    if (type !== 'RESERVED' || at !== OWNER) return false
  }
  if (type === 'OWNER_CHANGED') return isText(body, line.number(10))
  if (type !== 'RESERVED') return true
  const owner = line.number(OWNER)
  if (!Number.isNaN(owner) && !isText(body, owner)) return false
  return line.number(RECORD) === 0 && line.number(OF_RECORD) === 0
}

/** The index of a hold's owner in its line. */
const OWNER = 11

function areOptions(body: CommitBody, type: AdjustmentType, options: Options): boolean {
  for (const [option, value] of Object.entries(options)) {
    const isKnown = TEXTS.has(option)
      ? isText(body, value)
      : NUMBERS.has(option) && Number.isSafeInteger(value)
    if (!isKnown) return false
  }
  const { replaces, replacesRandom, unsellable } = options
  if ((replaces === undefined) !== (replacesRandom === undefined)) return false
  if (replaces !== undefined && (type !== 'RESERVED' || replaces < 1)) return false
  if (unsellable === 0) return false
  return unsellable === undefined || type !== 'WAREHOUSE_CHANGED'
}

function isText({ texts }: CommitBody, place: unknown): boolean {
  return Number.isSafeInteger(place) && (place as number) >= 0 && (place as number) < texts.length
}

/** One unit or more. A count's correction is signed; an entry about a warehouse has none. */
function isQuantity(type: AdjustmentType, qty: number): boolean {
  if (type === 'COUNTED' || type === 'COUNTED_ASIDE') return true
  return type === 'WAREHOUSE_CHANGED' ? qty === 0 : qty >= 1
}

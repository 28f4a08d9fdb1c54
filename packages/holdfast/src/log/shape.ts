import { isOfCount, type AdjustmentType } from '../model/adjustment-type.ts'
import { ENTRY_TYPES, EXPIRED } from './codes.ts'
import {
  OF_RECORD,
  QTY,
  RECORD,
  TYPE,
  type CommitBody,
  type ListedWarehouse,
  type Parts,
} from './commit-body.ts'
import type { LineNumbers, Options } from './lines.ts'

// What a proof requires of a body beyond what readers need: no part of it may go unread.

/**
 * The members that a body can have, and whether they have their form; lines and digests of texts are read apart. A proof
 * must reject any other member: it could not vouch for it.
 */
const MEMBERS: { readonly [member in keyof Parts]-?: (value: unknown) => boolean } = {
  documents: (value) => arePairs(value, isText, (hash) => hash === null || isHex(hash, 64)),
  entries: () => true,
  forgotten: (value) => isCount(value) && value > 0,
  keys: (value) => isFilled(value) && value.every((digest) => isHex(digest, 32)),
  levels: (value) => arePairs(value, isText, isText),
  names: (value) => isFilled(value) && value.every(isText),
  texts: () => true,
  v: (value) => value === 1,
  warehouses: (value) => isFilled(value) && value.every(isWarehouse),
}

/** A member that this program does not know, or that has another form; undefined if there is none. */
export function wrongMember(parts: Parts): string | undefined {
  return Object.entries(parts).find(([member, value]) => {
    const isRight = MEMBERS[member as keyof Parts] as ((value: unknown) => boolean) | undefined
    return isRight === undefined || !isRight(value)
  })?.[0]
}

function isWarehouse(told: unknown): told is ListedWarehouse {
  if (!isFilled(told) || told.length !== 7) return false
  const [id, name, capacity, threshold, thresholds, sells, closed] = told
  return (
    isText(id) &&
    isText(name) &&
    (capacity === null || isCount(capacity)) &&
    isCount(threshold) &&
    ((Array.isArray(thresholds) && thresholds.length === 0) ||
      arePairs(thresholds, isText, isCount)) &&
    [sells, closed].every((flag) => flag === 0 || flag === 1)
  )
}

function arePairs(
  value: unknown,
  isFirst: (value: unknown) => boolean,
  isSecond: (value: unknown) => boolean,
): boolean {
  return (
    isFilled(value) &&
    value.length % 2 === 0 &&
    value.every((one, index) => (index % 2 === 0 ? isFirst(one) : isSecond(one)))
  )
}

function isFilled(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isHex(value: unknown, digits: number): boolean {
  return isText(value) && value.length === digits && /^[0-9a-f]+$/.test(value)
}

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

const PLACES_OF_CODE = ENTRY_TYPES.map((type) => (type === undefined ? NaN : PLACES[type]))

/** Options that are indexes of texts, and those that are numbers. */
const TEXTS: ReadonlySet<string> = new Set(['actor', 'group', 'metadata', 'reference'])
const NUMBERS: ReadonlySet<string> = new Set(['replaces', 'replacesRandom', 'unsellable'])

/** Whether a line has the numbers of its type, then only known options, with indexes of existing texts. */
export function hasShape(body: CommitBody, type: AdjustmentType, line: LineNumbers): boolean {
  const { length, options } = line
  if (options !== null && !areOptions(body, type, options)) return false
  if (!isQuantity(type, line.number(QTY))) return false
  const isExpired = type === 'RETURNED' && line.number(10) === EXPIRED
  if (length !== PLACES_OF_CODE[line.number(TYPE)]! + (isExpired ? 1 : 0)) return false
  for (let at = 0; at < length; at++) {
    if (!Number.isNaN(line.number(at))) continue
    // Only a hold without an owner.
    if (type !== 'RESERVED' || at !== OWNER) return false
  }
  if (type === 'OWNER_CHANGED') return isPlaceOfText(body, line.number(10))
  if (type !== 'RESERVED') return true
  const owner = line.number(OWNER)
  if (!Number.isNaN(owner) && !isPlaceOfText(body, owner)) return false
  return line.number(RECORD) === 0 && line.number(OF_RECORD) === 0
}

/** The index of a hold's owner in its line. */
const OWNER = 11

function areOptions(body: CommitBody, type: AdjustmentType, options: Options): boolean {
  for (const [option, value] of Object.entries(options)) {
    const isKnown = TEXTS.has(option)
      ? isPlaceOfText(body, value)
      : NUMBERS.has(option) && Number.isSafeInteger(value)
    if (!isKnown) return false
  }
  const { replaces, replacesRandom, unsellable } = options
  if ((replaces === undefined) !== (replacesRandom === undefined)) return false
  if (replaces !== undefined && (type !== 'RESERVED' || replaces < 1)) return false
  if (unsellable === 0) return false
  return unsellable === undefined || type !== 'WAREHOUSE_CHANGED'
}

function isPlaceOfText({ texts }: CommitBody, place: unknown): boolean {
  return Number.isSafeInteger(place) && (place as number) >= 0 && (place as number) < texts.length
}

/** One unit or more. A count's correction is signed; an entry about a warehouse has none. */
function isQuantity(type: AdjustmentType, qty: number): boolean {
  if (isOfCount(type)) return true
  return type === 'WAREHOUSE_CHANGED' ? qty === 0 : qty >= 1
}

import { checkId, checkPrefix } from '../id.ts'
import {
  checkMetadata,
  checkObject,
  checkQty,
  checkText,
  checkTtl,
  invalid,
  isPlain,
  LIMITS,
} from '../limits.ts'
import type { Metadata, Reference } from '../audit-entry.ts'
import type { Holder } from '../reservation.ts'

/** A JSON Schema, as in OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** @throws InvalidInputError, InvalidQtyError */
export type Check = (value: unknown, name: string) => void

/** How a field is given on the command line. */
export interface Flag {
  /** The placeholder for the value in the help: `<units>`; null for a switch. */
  readonly value: string | null
  /** A short form, one letter. */
  readonly letter?: string
  /** How the text is converted to a value. Default: unchanged. */
  readonly reads?:
    | 'whole'
    | 'duration'
    | 'pairs'
    | 'moment'
    | 'time'
    | 'reference'
    | 'referenceText'
    | 'holder'
  /** The only allowed values. */
  readonly choices?: readonly string[]
}

/**
 * One field of a command, or one filter of a list: its type, its check, and its form in a schema, as a flag and on a
 * page.
 */
export interface Field<T = unknown> {
  /** The type of its value; never set at run time. */
  readonly type?: T
  readonly check: Check
  readonly schema: JsonSchema
  /** A short description, starting in lower case. */
  readonly words: string
  readonly flag: Flag
  readonly optional: boolean
}

/** Makes a field optional. `words` replaces its description. */
export function optional<F extends Field>(
  field: F,
  words: string = field.words,
): F & { readonly optional: true } {
  return { ...field, words, optional: true }
}

/** The same field with another description. */
export function described<F extends Field>(field: F, words: string): F {
  return { ...field, words }
}

type Given<F> = F extends Field<infer T> ? T : never

type OptionalNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly optional: true } ? Name : never
}[keyof Fields]

/** The object that has these fields. */
export type FieldsOf<Fields> = {
  readonly [Name in keyof Fields as Exclude<Name, OptionalNames<Fields>>]: Given<Fields[Name]>
} & {
  readonly [Name in keyof Fields as Name & OptionalNames<Fields>]?: Given<Fields[Name]> | undefined
}

/** Control characters and lone surrogates. As ranges, because not every language knows `\p{…}`. */
const UNTOLD = '\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff'

/** Well-formed Unicode without control characters. */
export const PLAIN = `^[^${UNTOLD}]+$`

function made<T>(field: Omit<Field<T>, 'type' | 'optional'>): Field<T> {
  return { ...field, optional: false }
}

function text(maxLength: number, words: string, flag: Flag) {
  return made<string>({
    check: (value, name) => checkText(value, name, maxLength),
    schema: { type: 'string', minLength: 1, maxLength, pattern: PLAIN },
    words,
    flag,
  })
}

/** `format: 'id'` covers what a pattern cannot: normal form C, no invisible characters, no space at either end. */
function id(words: string, flag: Flag) {
  const { schema, ...rest } = text(LIMITS.idLength, words, flag)
  return made<string>({ ...rest, check: checkId, schema: { ...schema, format: 'id' } })
}

function units(least: 0 | 1, words: string, flag: Flag) {
  return made<number>({
    check: (value, name) => checkQty(value, name, least),
    schema: { type: 'integer', minimum: least, maximum: LIMITS.qty },
    words,
    flag: { ...flag, reads: 'whole' },
  })
}

export const warehouseId = id('the warehouse', { value: '<id>', letter: 'w' })
export const productId = id('the product', { value: '<id>', letter: 'p' })
export const reservationId = id('the reservation', { value: '<id>' })
export const transferId = id('the transfer', { value: '<id>' })

export const qty = units(1, 'units', { value: '<units>', letter: 'q' })
export const onHand = units(0, 'units counted on the shelf, reserved ones included', {
  value: '<units>',
})
export const ttlMs = made<number>({
  check: checkTtl,
  schema: { type: 'integer', minimum: 1, maximum: LIMITS.ttlMs },
  words: 'how long the hold lasts from now, in milliseconds: up to 366 days',
  flag: { value: '<ms>', reads: 'duration' },
})

export const owner = text(LIMITS.keyLength, 'who it is for: a cart, an order', { value: '<text>' })
export const source = text(LIMITS.textLength, 'where the units come from: a supplier, a return', {
  value: '<text>',
})
export const reason = text(LIMITS.textLength, 'why', { value: '<text>' })
export const strategy = text(
  LIMITS.keyLength,
  'how to choose: givenOrder, mostStockFirst, or a strategy of your own',
  { value: '<name>' },
)
/** Yes or no. */
function flag(words: string) {
  return made<boolean>({
    check: (value, name) => {
      if (typeof value !== 'boolean') throw invalid(name, 'must be true or false')
    },
    schema: { type: 'boolean' },
    words,
    flag: { value: null },
  })
}

export const requiresApproval = flag('wait for approval, even if the policy asks for none')
export const ship = flag('ship them immediately')
export const reacquire = flag('if the hold has expired, take available units again and sell them')
export const low = flag('only levels whose available units are at or below the low-stock threshold')
export const onlyIfChanged = flag('write nothing if the count matches the books')
export const expected = units(0, 'the count that the sheet showed: the difference is written', {
  value: '<units>',
})
export const unsellable = units(0, 'how many of the counted units must not be sold', {
  value: '<units>',
})

/** A level as it was after an entry, or at a time. */
export type AsOf =
  | { readonly seq: number; readonly time?: never }
  | { readonly time: number; readonly seq?: never }

export const asOf = made<AsOf>({
  check: checkAsOf,
  schema: {
    type: 'object',
    oneOf: ['seq', 'time'].map((name) => ({
      type: 'object',
      additionalProperties: false,
      required: [name],
      properties: { [name]: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
    })),
  },
  words: 'when it was counted, a seq or a time; later movements are kept',
  flag: { value: '<seq|time>', reads: 'moment' },
})

function checkAsOf(value: unknown, name: string): void {
  checkObject(value, name)
  const keys = Object.keys(value)
  if (keys.length !== 1 || !(keys[0] === 'seq' || keys[0] === 'time') || !isPlain(value))
    throw invalid(name, 'must be { seq } or { time }')
  const number = value[keys[0]]
  if (!Number.isSafeInteger(number) || (number as number) < 0)
    throw invalid(`${name}.${keys[0]}`, 'must be a whole number, 0 or more')
}

const HOLDER = { owner, group: text(LIMITS.keyLength, 'what they belong to', { value: '<text>' }) }

export const holder = made<Holder>({
  check: checkHolder,
  schema: {
    type: 'object',
    oneOf: Object.entries(HOLDER).map(([name, { schema }]) => ({
      type: 'object',
      additionalProperties: false,
      required: [name],
      properties: { [name]: schema },
    })),
  },
  words: 'whose holds: those of an owner, or those of a group',
  flag: { value: '<owner:text|group:text>', reads: 'holder' },
})

function checkHolder(value: unknown, name: string): void {
  checkObject(value, name)
  const keys = Object.keys(value)
  const [key] = keys
  if (keys.length !== 1 || !(key === 'owner' || key === 'group') || !isPlain(value))
    throw invalid(name, 'must be { owner } or { group }')
  HOLDER[key].check(value[key], `${name}.${key}`)
}

/** Ids of reservations, without duplicates. */
export const reservationIds = made<readonly string[]>({
  check: (value, name) => {
    if (!Array.isArray(value) || value.length === 0)
      throw invalid(name, 'must be a list of reservation ids')
    if (value.length > LIMITS.takenAlong)
      throw invalid(name, `must name at most ${LIMITS.takenAlong} reservations`)
    for (const [index, each] of value.entries()) checkId(each, `${name}[${index}]`)
    if (new Set(value).size !== value.length)
      throw invalid(name, 'must not name a reservation twice')
  },
  schema: {
    type: 'array',
    items: reservationId.schema,
    minItems: 1,
    maxItems: LIMITS.takenAlong,
    uniqueItems: true,
  },
  words: 'reservations whose open units move too, in their state; they are part of qty',
  flag: { value: '<id...>' },
})

/** Refers to the reservation that an earlier command of the list answers, instead of giving an id. */
export interface Result {
  /** Index of that command in the list, counted from 0. */
  readonly result: number
  /** For a split order: which leg, counted from 0. */
  readonly leg?: number | undefined
}

export const RESULT_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['result'],
  properties: {
    result: { type: 'integer', minimum: 0, maximum: LIMITS.commands - 1 },
    leg: { type: 'integer', minimum: 0, maximum: LIMITS.warehouses - 1 },
  },
}

/** The fields that can be a `Result` inside a list. */
export const RESULT_FIELDS = ['reservationId', 'replaces'] as const
export const warehouseOrder = made<readonly string[]>({
  check: checkWarehouseOrder,
  schema: {
    type: 'array',
    items: warehouseId.schema,
    minItems: 1,
    maxItems: LIMITS.warehouses,
  },
  words: 'the warehouses that can serve, the preferred one first; default: all',
  flag: { value: '<id...>' },
})

function checkWarehouseOrder(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(name, 'must be a list of warehouse ids')
  if (value.length > LIMITS.warehouses)
    throw invalid(name, `must name at most ${LIMITS.warehouses} warehouses`)
  // Not `forEach`, which skips the holes of a list.
  for (const [index, each] of value.entries()) checkId(each, `${name}[${index}]`)
  if (new Set(value).size !== value.length) throw invalid(name, 'must not name a warehouse twice')
}

/** One of a few names. */
export function oneOf<const T extends string>(
  values: Readonly<Record<string, T>>,
  words: string,
  value: string,
) {
  const choices = Object.values(values)
  return made<T>({
    check: (given, name) => {
      if (typeof given !== 'string' || !Object.hasOwn(values, given))
        throw invalid(name, `must be one of ${choices.join(', ')}`)
    },
    schema: { type: 'string', enum: choices },
    words,
    flag: { value, choices },
  })
}

export function position(least: 0 | 1, words: string) {
  return made<number>({
    check: (value, name) => {
      if (!Number.isSafeInteger(value) || (value as number) < least)
        throw invalid(name, `must be a whole number, ${least} or more`)
    },
    schema: { type: 'integer', minimum: least, maximum: Number.MAX_SAFE_INTEGER },
    words,
    flag: { value: '<seq>', reads: 'whole' },
  })
}

/** A time in milliseconds since the epoch. Over HTTP and on the command line, RFC 3339 works too. */
export function time(words: string): Field<number> {
  return { ...position(0, words), flag: { value: '<time>', reads: 'time' } }
}

export const ifSeq = position(0, 'only if the level has no entry after this seq')

/** A reference as text, `type:id`, for query parameters and flags. */
export const referenceText = made<string>({
  check: (value, name) => {
    if (typeof value !== 'string') throw invalid(name, 'must be text like order:4711')
    checkReference(referenceOf(value), name)
  },
  schema: {
    type: 'string',
    pattern: `^[^:]{1,${LIMITS.referenceTypeLength}}:.{1,${LIMITS.idLength}}$`,
    maxLength: LIMITS.referenceTypeLength + 1 + LIMITS.idLength,
  },
  words: 'the document behind it: type:id',
  flag: { value: '<type:id>', reads: 'referenceText' },
})

/** Parses `type:id`; a type has no colon. */
export function referenceOf(text: string): Reference {
  const colon = text.indexOf(':')
  return colon < 0
    ? { type: text, id: '' }
    : { type: text.slice(0, colon), id: text.slice(colon + 1) }
}

/** The beginning of product ids. Unlike an id, it may end in a space. */
export const prefix = {
  ...text(LIMITS.idLength, 'only products whose id starts with this', { value: '<text>' }),
  check: checkPrefix,
}

/** How a list is paged. */
export const PAGING = {
  /** Opens the next page: the cursor of the page before. */
  cursor: optional(
    made<string>({
      check: () => undefined, // checked where the page is opened
      schema: { type: 'string', maxLength: 4096 },
      words: 'opens the next page: the cursor of the page before, unchanged',
      flag: { value: '<cursor>' },
    }),
  ),
  /** Items per page, 1 to 1,000. Default: 100. */
  limit: optional(
    made<number>({
      check: () => undefined, // checked where the page is opened
      schema: { type: 'integer', minimum: 1, maximum: LIMITS.pageItems },
      words: `items per page: 1 to 1,000; default: ${LIMITS.defaultPageItems}`,
      flag: { value: '<items>', reads: 'whole' },
    }),
  ),
}

/** The fields common to all commands. */
export const COMMON = {
  /**
   * The same key with the same command gets the same answer or refusal, and takes effect once. Keys are kept for 24
   * hours by default.
   */
  idempotencyKey: optional(
    text(LIMITS.keyLength, 'same key and same command: the same answer, and one effect', {
      value: '<key>',
    }),
  ),
  /** Who does it; recorded in every entry that the command writes. */
  actor: optional(text(LIMITS.keyLength, 'who does it; kept in the trail', { value: '<text>' })),
  /** The document behind it; recorded in every entry that the command writes. */
  reference: optional(
    made<Reference>({
      check: checkReference,
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'id'],
        properties: {
          type: {
            type: 'string',
            minLength: 1,
            maxLength: LIMITS.referenceTypeLength,
            pattern: `^[^:${UNTOLD}]+$`,
          },
          id: { type: 'string', minLength: 1, maxLength: LIMITS.idLength, pattern: PLAIN },
        },
      },
      words: 'the document behind it, by type and id; kept in the trail',
      flag: { value: '<type:id>', reads: 'reference' },
    }),
  ),
  /** What it belongs to: the lines of an order, the legs of a split. Recorded in its entries and records. */
  group: optional(
    text(LIMITS.keyLength, 'what it belongs to: the lines of an order', { value: '<text>' }),
  ),
  /**
   * Text recorded in its entries, except those of other expired holds: up to 50 keys of 40 characters, values of 500.
   */
  metadata: optional(
    made<Metadata>({
      check: checkMetadata,
      schema: {
        type: 'object',
        maxProperties: LIMITS.metadataKeys,
        propertyNames: { type: 'string', minLength: 1, maxLength: LIMITS.metadataKeyLength },
        additionalProperties: {
          type: 'string',
          maxLength: LIMITS.metadataValueLength,
          pattern: `^[^${UNTOLD}]*$`,
        },
      },
      words: 'text kept with it in the trail; repeatable',
      flag: { value: '<key=value>', reads: 'pairs' },
    }),
  ),
}

function checkReference(value: unknown, name: string): void {
  checkObject(value, name)
  if (!isPlain(value)) throw invalid(name, 'must be a plain object')
  for (const key in value)
    if (key !== 'type' && key !== 'id')
      throw invalid(`${name}.${key}`, 'is not a field of a reference')
  checkText(value['type'], `${name}.type`, LIMITS.referenceTypeLength)
  if (value['type'].includes(':')) throw invalid(`${name}.type`, 'must not contain a colon')
  checkText(value['id'], `${name}.id`, LIMITS.idLength)
}

export type Common = FieldsOf<typeof COMMON>

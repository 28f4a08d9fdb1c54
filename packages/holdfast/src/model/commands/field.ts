import { checkId, checkPrefix } from '../id.ts'
import { checkMetadata, checkQty, checkText, checkTtl, invalid, LIMITS } from '../limits.ts'
import type { Metadata } from '../audit-entry.ts'

/** A JSON Schema, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** @throws InvalidInputError, InvalidQtyError */
export type Check = (value: unknown, name: string) => void

/** How the command line takes a field. */
export interface Flag {
  /** What stands for the value in the help: `<units>`; null for a switch. */
  readonly value: string | null
  /** A short form, one letter. */
  readonly letter?: string
  /** How the text becomes a value. Default: as it is. */
  readonly reads?: 'whole' | 'duration' | 'pairs'
  /** The only values that there are. */
  readonly choices?: readonly string[]
}

/**
 * One field of a command, or one filter of a list: its type, its check, and how a schema, a flag and a page
 * say it. Everything that a field needs anywhere stands here once.
 */
export interface Field<T = unknown> {
  /** The type of its value; never there when the program runs. */
  readonly type?: T
  readonly check: Check
  readonly schema: JsonSchema
  /** What it is, in a few words that begin small. */
  readonly words: string
  readonly flag: Flag
  readonly optional: boolean
}

/** A field that may be left out. `words` says what it means here, if that differs. */
export function optional<F extends Field>(
  field: F,
  words: string = field.words,
): F & { readonly optional: true } {
  return { ...field, words, optional: true }
}

/** The same field, with the words for what it means here. */
export function described<F extends Field>(field: F, words: string): F {
  return { ...field, words }
}

/** The value of a field. */
type Given<F> = F extends Field<infer T> ? T : never

type OptionalNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly optional: true } ? Name : never
}[keyof Fields]

/** The object that has these fields. */
export type FieldsOf<Fields> = {
  readonly [Name in Exclude<keyof Fields, OptionalNames<Fields>>]: Given<Fields[Name]>
} & {
  readonly [Name in OptionalNames<Fields>]?: Given<Fields[Name]> | undefined
}

/** Well-formed Unicode without control characters. */
const PLAIN = '^[^\\p{Cc}\\p{Cs}]+$'

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

/** `format: 'id'` says what a pattern cannot: normal form C, nothing that cannot be seen, no space at an end. */
function id(words: string, flag: Flag) {
  const { schema, ...rest } = text(LIMITS.idLength, words, flag)
  return made<string>({ ...rest, check: checkId, schema: { ...schema, format: 'id' } })
}

/** A whole number of units. */
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
  words: 'how long it holds, from now, in milliseconds: up to 366 days',
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
export const requiresApproval = made<boolean>({
  check: (value, name) => {
    if (typeof value !== 'boolean') throw invalid(name, 'must be true or false')
  },
  schema: { type: 'boolean' },
  words: 'wait for approval, even if the policy asks for none',
  flag: { value: null },
})
export const warehouseOrder = made<readonly string[]>({
  check: checkWarehouseOrder,
  schema: {
    type: 'array',
    items: warehouseId.schema,
    minItems: 1,
    maxItems: LIMITS.warehouses,
  },
  words: 'the warehouses that may serve, the first one first; default: all',
  flag: { value: '<id...>' },
})

function checkWarehouseOrder(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(name, 'must be a list of warehouse ids')
  if (value.length > LIMITS.warehouses)
    throw invalid(name, `must name at most ${LIMITS.warehouses} warehouses`)
  // Not `forEach`, which leaves out the holes of a list.
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

/** A position of the trail. */
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

/** How the ids of products begin; it may end in a space, as no id does. */
export const prefix = {
  ...text(LIMITS.idLength, 'only products whose id begins like this', { value: '<text>' }),
  check: checkPrefix,
}

/** How a list is paged. */
export const PAGING = {
  /** Opens the next page: as the page before gave it. */
  cursor: optional(
    made<string>({
      check: () => undefined, // checked where the page is opened
      schema: { type: 'string', maxLength: 4096 },
      words: 'opens the next page: as the page before gave it, unchanged',
      flag: { value: '<cursor>' },
    }),
  ),
  /** Items of a page, 1 to 1,000. Default: 100. */
  limit: optional(
    made<number>({
      check: () => undefined, // checked where the page is opened
      schema: { type: 'integer', minimum: 1, maximum: 1000 },
      words: 'items of a page: 1 to 1,000; default: 100',
      flag: { value: '<items>', reads: 'whole' },
    }),
  ),
}

/** What every command may carry. */
export const COMMON = {
  /**
   * Same key and same command: the same answer, a refusal included, and one effect. Kept for 24 hours by
   * default.
   */
  idempotencyKey: optional(
    text(LIMITS.keyLength, 'same key and same command: the same answer, and one effect', {
      value: '<key>',
    }),
  ),
  /** Who does it; stands in every entry that the command writes. */
  actor: optional(text(LIMITS.keyLength, 'who does it; stands in the trail', { value: '<text>' })),
  /**
   * Text beside every entry that the command writes, but for those of other holds that it finds expired: up to 50 keys of 40 characters, values of 500.
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
          pattern: '^[^\\p{Cc}\\p{Cs}]*$',
        },
      },
      words: 'text beside it in the trail; repeatable',
      flag: { value: '<key=value>', reads: 'pairs' },
    }),
  ),
}

export type Common = FieldsOf<typeof COMMON>

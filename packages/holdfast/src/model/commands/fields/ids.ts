import { checkId, checkPrefix } from '../../id.ts'
import { invalid, LIMITS } from '../../limits.ts'
import { made, type Flag } from './field.ts'
import { text } from './text.ts'

/** `format: 'id'` covers what a pattern cannot: normal form C, no invisible characters, no space at either end. */
function id(words: string, flag: Flag) {
  const { schema, ...rest } = text(LIMITS.idLength, words, flag)
  return made<string>({ ...rest, check: checkId, schema: { ...schema, format: 'id' } })
}

export const warehouseId = id('the warehouse', { value: '<id>', letter: 'w' })
export const productId = id('the product', { value: '<id>', letter: 'p' })
export const reservationId = id('the reservation', { value: '<id>' })
export const transferId = id('the transfer', { value: '<id>' })

/** The beginning of product ids. Unlike an id, it may end in a space. */
export const prefix = {
  ...text(LIMITS.idLength, 'only products whose id starts with this', { value: '<text>' }),
  check: checkPrefix,
}

/** Ids of reservations, without duplicates. */
export const reservationIds = made<readonly string[]>({
  check: (value, name) => checkIds(value, name, 'reservation', LIMITS.takenAlong),
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

export const warehouseOrder = made<readonly string[]>({
  check: (value, name) => checkIds(value, name, 'warehouse', LIMITS.warehouses),
  schema: {
    type: 'array',
    items: warehouseId.schema,
    minItems: 1,
    maxItems: LIMITS.warehouses,
  },
  words: 'the warehouses that can serve, the preferred one first; default: all',
  flag: { value: '<id...>' },
})

function checkIds(value: unknown, name: string, kind: string, most: number): void {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(name, `must be a list of ${kind} ids`)
  if (value.length > most) throw invalid(name, `must name at most ${most} ${kind}s`)
  // Not `forEach`, which skips the holes of a list.
  for (const [index, each] of value.entries()) checkId(each, `${name}[${index}]`)
  if (new Set(value).size !== value.length) throw invalid(name, `must not name a ${kind} twice`)
}

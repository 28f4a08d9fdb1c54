import { checkQty, checkTtl, invalid, LIMITS } from '../../limits.ts'
import { made, type Field, type Flag } from './field.ts'

function units(least: 0 | 1, words: string, flag: Flag) {
  return made<number>({
    check: (value, name) => checkQty(value, name, least),
    schema: { type: 'integer', minimum: least, maximum: LIMITS.qty },
    words,
    flag: { ...flag, reads: 'whole' },
  })
}

export const qty = units(1, 'units', { value: '<units>', letter: 'q' })
export const onHand = units(0, 'units counted on the shelf, reserved ones included', {
  value: '<units>',
})
export const expected = units(0, 'the count that the sheet showed: the difference is written', {
  value: '<units>',
})
export const unsellable = units(0, 'how many of the counted units must not be sold', {
  value: '<units>',
})

export const ttlMs = made<number>({
  check: checkTtl,
  schema: { type: 'integer', minimum: 1, maximum: LIMITS.ttlMs },
  words: 'how long the hold lasts from now, in milliseconds: up to 366 days',
  flag: { value: '<ms>', reads: 'duration' },
})

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

import { checkObject, invalid, isPlain, LIMITS } from '../../limits.ts'
import type { Holder } from '../../reservation.ts'
import { made } from './field.ts'
import { owner, text } from './text.ts'

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

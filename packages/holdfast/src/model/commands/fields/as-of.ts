import { checkObject, invalid, isPlain } from '../../limits.ts'
import { made } from './field.ts'

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

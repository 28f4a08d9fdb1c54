import { checkText, LIMITS } from '../../limits.ts'
import { made, type Flag } from './field.ts'

/** Control characters and lone surrogates. As ranges, because not every language knows `\p{…}`. */
export const UNTOLD = '\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff'

/** Well-formed Unicode without control characters. */
export const PLAIN = `^[^${UNTOLD}]+$`

export function text(maxLength: number, words: string, flag: Flag) {
  return made<string>({
    check: (value, name) => checkText(value, name, maxLength),
    schema: { type: 'string', minLength: 1, maxLength, pattern: PLAIN },
    words,
    flag,
  })
}

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
